// What both databases do with what is asked of them before they look: bounds and order. Pure. Any
// thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

#include "storage/sync/relay_store.h"

namespace sightline::storage::relay {

// An envelope of an op has two hashes and two ids at the least, in base64url.
inline constexpr std::size_t kLeastOpBytes = 256;

// How many ops there can be in an answer: so what is remembered of them is bounded by the bytes
// that were asked for, also where nobody named a number.
inline std::size_t most_that_fit(std::size_t most_ops, std::size_t most_bytes) {
    return std::min(most_ops, most_bytes / kLeastOpBytes + 1);
}

inline std::vector<sync::SiteId> each_once(std::vector<sync::SiteId> sites) {
    std::sort(sites.begin(), sites.end());
    sites.erase(std::unique(sites.begin(), sites.end()), sites.end());
    return sites;
}

// Databases have no unsigned numbers, and would put half of the sites before the others.
inline void sort_by_site(std::vector<sync::Fork>& forks) {
    std::sort(forks.begin(), forks.end(),
              [](const sync::Fork& a, const sync::Fork& b) { return a.chain.site < b.chain.site; });
}

}  // namespace sightline::storage::relay
