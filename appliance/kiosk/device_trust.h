// Whom this kiosk believes which device: what the delegation's root has signed, if there is a
// delegation. Any thread.
#pragma once

#include <string>

#include "appliance/base/result.h"
#include "session/model/role.h"
#include "session/signature/device_key.h"

namespace sightline::kiosk {

class DeviceTrust {
  public:
    virtual ~DeviceTrust() = default;
    // Of the delegation, for pages to check; empty: the kiosk stands for itself.
    virtual std::string root_jwk() const = 0;
    virtual std::string mission_jws() const = 0;
    // Whether a device that a link has bound to somebody of this role may have media keys. Errors:
    // Forbidden, in a sentence that says what to do.
    virtual base::Result<void> vouch(const signature::PublicKey& device,
                                     model::Role role) const = 0;
};

// No delegation has enrolled this kiosk: the link alone vouches.
class LinksAlone final : public DeviceTrust {
  public:
    std::string root_jwk() const override { return {}; }
    std::string mission_jws() const override { return {}; }
    base::Result<void> vouch(const signature::PublicKey&, model::Role) const override { return {}; }
};

}  // namespace sightline::kiosk
