// What the hub signs for each op that it has stored: the site may then forget that it must send it.
// A compact JWS, `typ` sightline-receipt. The hub stores op, high-water mark and receipt in one
// transaction, and gives the very same receipt again whenever the op comes again. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "storage/sync/keys.h"
#include "storage/sync/names.h"

namespace sightline::storage::sync {

inline constexpr std::string_view kReceiptPurpose = "sightline-receipt";
inline constexpr std::size_t kMaxReceiptBytes = 1024;

struct Receipt {
    ChainId chain;
    std::uint64_t seq = 0;
    OpHash op{};
    std::uint64_t position = 0;  // at the hub, from 1: how many ops of all sites it had stored

    bool operator==(const Receipt&) const = default;

    std::string sign(const Signer& hub) const;
    // Errors: Malformed, those of Verifier::verify_hub.
    static base::Result<Receipt> verify(std::string_view jws, const Verifier& verifier);
};

}  // namespace sightline::storage::sync
