// The right edge of a growing Merkle tree: the hashes of the complete subtrees its size consists
// of, one for each bit that is set, the largest first. A new leaf costs O(log n) hashes and reads
// nothing. Fixed memory, a value: copy it before an append that may be rolled back. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "storage/audit/merkle_tree.h"

namespace sightline::storage::audit {

// A subtree that has just become complete at a level that is stored.
struct StoredHash {
    unsigned level;  // kTileHeight, 2 * kTileHeight, ...
    std::uint64_t index;
    Hash hash;
    bool operator==(const StoredHash&) const = default;
};

class Frontier {
  public:
    Frontier() = default;  // of the empty tree

    // The right edge of a tree of `size` leaves, from at most 64 reads of the source.
    static base::Result<Frontier> restore(const HashSource& source, std::uint64_t size);

    // Adds a leaf by its hash. Returns the hashes that must be stored beside the leaf's own: none
    // for most leaves, one for every 256th, and so on. Allocates only then.
    std::vector<StoredHash> append(const Hash& leaf);

    std::uint64_t size() const { return size_; }
    Hash root() const;

  private:
    std::uint64_t size_ = 0;
    std::size_t subtrees_ = 0;  // how many of edge_ are in use: the bits set in size_
    std::array<Hash, 64> edge_{};
};

}  // namespace sightline::storage::audit
