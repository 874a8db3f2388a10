// How sync names things: sites, chains of ops, places in a chain, dossiers as the hub knows them,
// and ops by their hash. Plain data. Any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/exact_number.h"
#include "appliance/base/ids.h"
#include "storage/audit/sha256.h"

namespace sightline::storage::sync {

using SiteId = base::Id<struct SiteTag>;  // whoever writes ops: a kiosk, or a device of a member
// A dossier's name outside: drawn at random for it when it is released, and never its id, so that
// what a hub has seen leads to nothing else.
using Pseudonym = base::Id<struct PseudonymTag>;
using OpHash = audit::Hash;

// A site begins a new incarnation, and with it a new chain, when its store was set back.
struct ChainId {
    SiteId site;
    std::uint64_t incarnation = 0;
    auto operator<=>(const ChainId&) const = default;
};

// Numbers in JSON are exact up to here in every program that reads them (RFC 8259 section 6).
using base::kMaxNumber;

std::string text_of(const OpHash& hash);   // 43 characters of base64url
OpHash sha256_of(std::string_view bytes);  // what names a chunk
std::optional<OpHash> hash_from_text(std::string_view text);

}  // namespace sightline::storage::sync
