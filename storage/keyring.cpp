#include "storage/keyring.h"

#include <string>
#include <utility>

#include "appliance/base/check.h"
#include "appliance/base/random.h"
#include "storage/seal/aead.h"

namespace sightline::storage {
namespace {

using base::ByteView;
using base::Errc;
using base::Error;
using base::Secret;

constexpr std::size_t kKeptBytes = 8 + 3 * seal::kKeyBytes;

// Domain of a sealed value, the store and two numbers: what it belongs to.
class Aad {
  public:
    Aad(std::string_view domain, const StoreId& store, std::uint64_t one, std::uint64_t other) {
        base::ByteWriter writer(bytes_);
        writer.bytes(base::as_bytes(domain));
        writer.fill(24 - domain.size(), 0);
        writer.bytes(store);
        writer.u64(one);
        writer.u64(other);
        CHECK(writer.ok());
    }
    operator ByteView() const { return bytes_; }

  private:
    std::array<std::uint8_t, 24 + 16 + 8 + 8> bytes_{};
};

Secret key_encryption_key(const StoreId& store, const Secret& device, const Secret& pin) {
    base::Bytes joined(device.reveal().begin(), device.reveal().end());
    joined.insert(joined.end(), pin.reveal().begin(), pin.reveal().end());
    const Secret both{ByteView(joined)};
    ::explicit_bzero(joined.data(), joined.size());
    return seal::hkdf(both, store, "sightline epoch key");
}

Secret copy(const Secret& secret) { return Secret(secret.reveal()); }

seal::StretchedPin copy(const seal::StretchedPin& pin) { return {copy(pin.seal), copy(pin.auth)}; }

base::Result<void> judge_pin(const Secret& pin) {
    const auto size = pin.reveal().size();
    if (size < kMinPinBytes || size > kMaxPinBytes) {
        return Error{Errc::Malformed, "set the PIN: it must have " + std::to_string(kMinPinBytes) +
                                          " to " + std::to_string(kMaxPinBytes) +
                                          " characters; choose another"};
    }
    return {};
}

}  // namespace

Keyring::Keyring(const StoreId& store, std::uint64_t epoch, Secret key, seal::StretchedPin pin,
                 const SealedEpoch& row)
    : store_(store),
      epoch_(epoch),
      key_(std::move(key)),
      pin_(std::move(pin)),
      pin_salt_(row.pin_salt),
      pin_log2_n_(row.pin_log2_n),
      list_mac_(seal::hkdf(key_, store, "sightline list of dossiers")) {}

base::Result<Keyring::Made> Keyring::make(const StoreId& store, std::uint64_t epoch,
                                          seal::StretchedPin pin, SealedEpoch row,
                                          hardware::DeviceSecret& device) {
    // Left by a crash before the epoch began: nothing is sealed by it.
    if (auto gone = device.destroy(epoch); !gone) return gone.error();
    const auto secret = device.create(epoch, pin.auth);
    if (!secret) return secret.error();
    Secret key = seal::random_key();
    row.store = store;
    row.epoch = epoch;
    row.sealed_key = seal::seal(key_encryption_key(store, *secret, pin.seal),
                                Aad("sightline epoch v1", store, epoch, 0), key.reveal());
    return Made{Keyring(store, epoch, std::move(key), std::move(pin), row), row};
}

base::Result<Keyring::Made> Keyring::create(const Secret& pin, seal::PinCost cost,
                                            hardware::DeviceSecret& device) {
    if (auto fit = judge_pin(pin); !fit) return fit.error();
    StoreId store{};
    base::fill_random(store);
    SealedEpoch row;
    base::fill_random(row.pin_salt);
    row.pin_log2_n = cost.log2_n;
    return make(store, 1, seal::stretch_pin(pin, row.pin_salt, cost), row, device);
}

base::Result<Keyring> Keyring::unlock(const SealedEpoch& row, const Secret& pin,
                                      hardware::DeviceSecret& device) {
    if (row.pin_log2_n < seal::kMinLog2N || row.pin_log2_n > seal::kMaxLog2N) {
        return Error{Errc::Malformed,
                     "unlock the store: its PIN settings are damaged; restore the last backup"};
    }
    auto stretched = seal::stretch_pin(pin, row.pin_salt, {row.pin_log2_n});
    const auto secret = device.read(row.epoch, stretched.auth);
    if (!secret) {
        if (secret.error().code == Errc::Unauthorized) {
            return Error{Errc::Unauthorized, "unlock the store: the PIN is wrong; try again"};
        }
        if (secret.error().code == Errc::NotFound) {
            return Error{Errc::NotFound,
                         "unlock the store: " + device.where() + " has no secret for epoch " +
                             std::to_string(row.epoch) +
                             "; this data belongs to another device, or is older than an erasure: "
                             "put it back where it came from, or restore a newer backup"};
        }
        return secret.error();
    }
    auto key = seal::open(key_encryption_key(row.store, *secret, stretched.seal),
                          Aad("sightline epoch v1", row.store, row.epoch, 0), row.sealed_key);
    if (!key || key->size() != seal::kKeyBytes) {
        // A damaged row looks the same: nothing tells them apart without the PIN.
        return Error{Errc::Unauthorized,
                     "unlock the store: the PIN is wrong; try again. If it is surely right, the "
                     "store's key is damaged: restore the last backup"};
    }
    Secret epoch_key{ByteView(*key)};
    ::explicit_bzero(key->data(), key->size());
    return Keyring(row.store, row.epoch, std::move(epoch_key), std::move(stretched), row);
}

base::Result<Keyring> Keyring::unlock_kept(const SealedEpoch& row, ByteView kept) {
    base::ByteReader reader(kept);
    const std::uint64_t epoch = reader.u64();
    const auto key = reader.bytes(seal::kKeyBytes);
    const auto seal_part = reader.bytes(seal::kKeyBytes);
    const auto auth_part = reader.bytes(seal::kKeyBytes);
    if (!reader.ok() || reader.left() != 0) return Errc::Malformed;
    if (epoch != row.epoch) return Errc::Conflict;
    return Keyring(row.store, epoch, Secret(key), {Secret(seal_part), Secret(auth_part)}, row);
}

base::Result<Keyring::Made> Keyring::next(hardware::DeviceSecret& device) const {
    SealedEpoch row;
    row.pin_salt = pin_salt_;
    row.pin_log2_n = pin_log2_n_;
    return make(store_, epoch_ + 1, copy(pin_), std::move(row), device);
}

base::Result<Keyring::Made> Keyring::next(hardware::DeviceSecret& device, const Secret& pin,
                                          seal::PinCost cost) const {
    if (auto fit = judge_pin(pin); !fit) return fit.error();
    SealedEpoch row;
    base::fill_random(row.pin_salt);
    row.pin_log2_n = cost.log2_n;
    return make(store_, epoch_ + 1, seal::stretch_pin(pin, row.pin_salt, cost), row, device);
}

Secret Keyring::keep() const {
    std::array<std::uint8_t, kKeptBytes> bytes{};
    base::ByteWriter writer(bytes);
    writer.u64(epoch_);
    for (const Secret* part : {&key_, &pin_.seal, &pin_.auth}) writer.bytes(part->reveal());
    CHECK(writer.ok() && writer.size() == kKeptBytes);
    Secret kept{ByteView(bytes)};
    ::explicit_bzero(bytes.data(), bytes.size());
    return kept;
}

base::Bytes Keyring::wrap(base::DossierId dossier, ByteView keys) const {
    return seal::seal(key_, Aad("sightline keys v1", store_, epoch_, dossier.value()), keys);
}

base::Result<base::Bytes> Keyring::unwrap(base::DossierId dossier, ByteView wrapped) const {
    return seal::open(key_, Aad("sightline keys v1", store_, epoch_, dossier.value()), wrapped);
}

base::Bytes Keyring::seal_head(std::uint64_t version, ByteView head) const {
    return seal::seal(key_, Aad("sightline head v1", store_, epoch_, version), head);
}

base::Result<base::Bytes> Keyring::open_head(std::uint64_t version, ByteView sealed) const {
    return seal::open(key_, Aad("sightline head v1", store_, epoch_, version), sealed);
}

}  // namespace sightline::storage
