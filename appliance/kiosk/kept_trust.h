// What this kiosk believes of the delegation it serves, over restarts: the papers lie in the store,
// the rules stand in session/identity, and the time is the kiosk's wall clock, because a paper ends
// on a day and not after some hours of running. Throws StorageError. One thread; must not outlive
// `repository`.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>

#include "appliance/kiosk/device_trust.h"
#include "appliance/kiosk/now.h"
#include "session/identity/trust.h"
#include "storage/delegation_repository.h"

namespace sightline::kiosk {

class KeptTrust final : public DeviceTrust {
  public:
    // `changed` is called when papers have been taken or left: somebody may have been revoked.
    KeptTrust(storage::DelegationRepository& repository, std::function<Now()> clock,
              std::function<void()> changed = {});

    // Once the store is open.
    void load(const signature::PublicKey& kiosk);

    std::string root_jwk() const override { return trust_.papers().root_jwk; }
    std::string mission_jws() const override { return trust_.papers().mission_jws; }
    base::Result<void> vouch(const signature::PublicKey& device, model::Role role) const override;

    bool is_enrolled() const { return trust_.is_enrolled(); }
    const identity::Trust& trust() const { return trust_; }
    // Errors: as of identity::Trust::take.
    base::Result<void> take(const identity::Papers& papers, const signature::PublicKey& kiosk,
                            const storage::Said& said);
    // The link alone vouches again. Conflict: there is no delegation.
    base::Result<void> leave(const storage::Said& said);
    // For the command line and screens: keys by their short codes, members by name.
    boost::json::object status() const;

  private:
    std::string detail() const;

    storage::DelegationRepository& repository_;
    const std::function<Now()> clock_;
    const std::function<void()> changed_;
    identity::Trust trust_;
    base::RecordId record_ = base::RecordId::random();
};

}  // namespace sightline::kiosk
