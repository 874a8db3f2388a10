// The epoch key: what wraps the keys of all dossiers. It is random, and sealed by a key that takes
// two things to compute: the device's secret for the epoch, and the staff's PIN. When an epoch
// ends, the survivors' keys are wrapped anew and the device forgets the old secret; whatever is
// left of the old epoch on any disk stays closed.
//
//     PIN --scrypt(salt)--> seal part, auth part        device --(epoch, auth part)--> secret
//     HKDF(secret | seal part, salt = store id, "sightline epoch key") --> key-encryption key
//
// One thread. `device` must outlive the calls that get it.
#pragma once

#include <array>
#include <cstdint>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "appliance/base/secret.h"
#include "hardware/device_secret.h"
#include "storage/seal/derive.h"

namespace sightline::storage {

using StoreId = std::array<std::uint8_t, 16>;

// How the database keeps an epoch: nothing in here opens anything by itself.
struct SealedEpoch {
    StoreId store{};
    std::uint64_t epoch = 0;
    std::array<std::uint8_t, 16> pin_salt{};
    std::uint32_t pin_log2_n = 0;
    base::Bytes sealed_key;
};

class Keyring {
  public:
    struct Made;
    // A first epoch for a new store. What a crash left on the device for it is replaced.
    // Errors: Malformed (the PIN), and what the device says.
    static base::Result<Made> create(const base::Secret& pin, seal::PinCost cost,
                                     hardware::DeviceSecret& device);
    // Errors: Unauthorized (wrong PIN), NotFound (this device has no secret for the epoch),
    // Exhausted (it refuses guesses for now), Malformed (the row is damaged), Unavailable.
    static base::Result<Keyring> unlock(const SealedEpoch& row, const base::Secret& pin,
                                        hardware::DeviceSecret& device);
    // From what `keep` gave. Conflict: it belongs to another epoch or store.
    static base::Result<Keyring> unlock_kept(const SealedEpoch& row, base::ByteView kept);

    // The next epoch, under the same PIN. The device has a secret for both until `destroy`.
    base::Result<Made> next(hardware::DeviceSecret& device) const;
    // ... under another PIN.
    base::Result<Made> next(hardware::DeviceSecret& device, const base::Secret& pin,
                            seal::PinCost cost) const;

    // All that unlocks this epoch without a PIN, for a memory that dies with the machine.
    base::Secret keep() const;

    base::Bytes wrap(base::DossierId dossier, base::ByteView keys) const;
    // Malformed, without a text: not wrapped in this epoch for this dossier, or damaged.
    base::Result<base::Bytes> unwrap(base::DossierId dossier, base::ByteView wrapped) const;

    base::Bytes seal_head(std::uint64_t version, base::ByteView head) const;
    base::Result<base::Bytes> open_head(std::uint64_t version, base::ByteView sealed) const;
    // The keyed hash under which the list of all dossiers is digested in this epoch.
    const seal::Mac& list_mac() const { return list_mac_; }

    std::uint64_t epoch() const { return epoch_; }
    const StoreId& store() const { return store_; }

  private:
    Keyring(const StoreId& store, std::uint64_t epoch, base::Secret key, seal::StretchedPin pin,
            const SealedEpoch& row);
    static base::Result<Made> make(const StoreId& store, std::uint64_t epoch,
                                   seal::StretchedPin pin, SealedEpoch row,
                                   hardware::DeviceSecret& device);

    StoreId store_;
    std::uint64_t epoch_;
    base::Secret key_;
    seal::StretchedPin pin_;
    std::array<std::uint8_t, 16> pin_salt_;
    std::uint32_t pin_log2_n_;
    seal::Mac list_mac_;
};

struct Keyring::Made {
    Keyring keyring;
    SealedEpoch row;
};

inline constexpr std::size_t kMinPinBytes = 6;
inline constexpr std::size_t kMaxPinBytes = 128;

}  // namespace sightline::storage
