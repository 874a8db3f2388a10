// The key that a delegation is: what it signs says who belongs to it and which kiosk serves its
// mission. It lies in one file, sealed twice: under the administrator's PIN, and under a recovery
// code that is shown once and kept on paper. Whoever copies the file can try PINs for as long as
// they like, with no kiosk that counts; so the PIN is long, and each try costs memory and time. The
// recovery code is too long to be guessed. IDENTITY.md has the members. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "appliance/base/secret.h"
#include "session/signature/device_key.h"
#include "storage/seal/derive.h"

namespace sightline::identity {

inline constexpr std::size_t kMinRootPinCharacters = 8;
inline constexpr std::size_t kMaxRootPinBytes = 128;
inline constexpr std::size_t kMaxDelegationNameBytes = 120;
inline constexpr std::size_t kRecoveryBits = 160;
// 128 MiB and some 0.5 s a try.
inline constexpr storage::seal::PinCost kRootPinCost{17};

class DelegationRoot {
  public:
    struct Made;
    // Errors: Malformed (the name; the PIN is too short).
    static base::Result<Made> create(std::string name, const base::Secret& pin,
                                     storage::seal::PinCost cost = kRootPinCost);
    // What `text` gave: closed. Malformed.
    static base::Result<DelegationRoot> parse(std::string_view text);
    std::string text() const;

    const std::string& name() const { return name_; }
    const signature::PublicKey& key() const { return key_; }

    // Errors: Forbidden (another PIN or code), Malformed (no code at all; a damaged file).
    base::Result<signature::DeviceKey> open(const base::Secret& pin) const;
    base::Result<signature::DeviceKey> recover(const base::Secret& code) const;
    // The code stays the same. Errors: those of `recover`, and Malformed (the new PIN).
    base::Result<void> change_pin(const base::Secret& code, const base::Secret& pin,
                                  storage::seal::PinCost cost = kRootPinCost);

  private:
    // One sealed copy of the secret key.
    struct Copy {
        base::Bytes salt;
        storage::seal::PinCost cost;
        base::Bytes sealed;
    };
    DelegationRoot() = default;
    Copy seal(std::string_view which, const base::Secret& by, const signature::DeviceKey& key,
              storage::seal::PinCost cost) const;
    base::Result<signature::DeviceKey> open(const Copy& copy, std::string_view which,
                                            const base::Secret& by) const;

    std::string name_;
    signature::PublicKey key_;
    Copy by_pin_, by_code_;
};

struct DelegationRoot::Made {
    DelegationRoot root;
    base::Secret recovery_code;  // groups of four, to be shown once and written nowhere
};

}  // namespace sightline::identity
