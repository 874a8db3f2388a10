// What the whole store adds up to, sealed under the epoch key and written with every commit:
//
//     dossiers (4) | digest of all dossiers (32) | audit leaves (8) | their tree's root (32)
//     | incarnation (8) | starts (8)
//
// It lies in the newest audit leaf's row, whose page nearly every commit writes anyway. So a row of
// any table that has gone, or come back from an older copy, does not add up. Integers in network
// byte order. Any thread.
#pragma once

#include <cstdint>

#include "storage/audit/merkle_tree.h"
#include "storage/keyring.h"
#include "storage/seal/set_digest.h"

namespace sightline::storage {

struct StoreHead {
    std::uint32_t dossiers = 0;
    seal::SetDigest digest;
    std::uint64_t leaves = 0;
    audit::Hash root{};
    // Random; another one after every restore, so that nobody takes new writes for old ones.
    std::uint64_t incarnation = 0;
    // How often the store has been unlocked. The device counts along, and cannot be set back.
    std::uint64_t starts = 0;

    base::Bytes seal(const Keyring& keyring, std::uint64_t version) const;
    // Malformed, without a text: not of this epoch and version, or damaged.
    static base::Result<StoreHead> open(const Keyring& keyring, std::uint64_t version,
                                        base::ByteView sealed);
};

}  // namespace sightline::storage
