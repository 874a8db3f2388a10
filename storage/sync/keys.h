// What sync asks of keys, and no more: to sign, to seal to the recipients and open, and whose
// signatures count. jose_keys.h does it with JOSE; the simulator has a cheap stand-in. Signatures
// are compact JWS (RFC 7515) or have the same three parts. Any thread that the implementation
// allows.
#pragma once

#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "appliance/base/secret.h"
#include "storage/sync/names.h"

namespace sightline::storage::sync {

class Signer {
  public:
    virtual ~Signer() = default;
    virtual std::string sign(std::string_view payload, std::string_view purpose) const = 0;
};

class Sealer {
  public:
    virtual ~Sealer() = default;
    // One line of text, for the recipients of today.
    virtual base::Result<std::string> seal(std::string_view text) const = 0;
    // NotFound: sealed to others. Forbidden: altered. Malformed.
    virtual base::Result<base::Secret> open(std::string_view sealed) const = 0;
};

class Verifier {
  public:
    virtual ~Verifier() = default;
    // The payload. Unauthorized: no such site is known. Forbidden, Malformed.
    virtual base::Result<std::string> verify_site(SiteId site, std::string_view jws,
                                                  std::string_view purpose) const = 0;
    virtual base::Result<std::string> verify_hub(std::string_view jws,
                                                 std::string_view purpose) const = 0;
};

}  // namespace sightline::storage::sync
