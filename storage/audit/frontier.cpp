#include "storage/audit/frontier.h"

#include <string>

#include "appliance/base/check.h"

namespace sightline::storage::audit {

base::Result<Frontier> Frontier::restore(const HashSource& source, std::uint64_t size) {
    if (size > kMaxTreeSize) {
        return base::Error{base::Errc::TooLarge, "restore the edge of a tree of " +
                                                     std::to_string(size) +
                                                     " leaves: no tree is so large"};
    }
    Frontier frontier;
    std::uint64_t begin = 0;
    for (unsigned level = 64; level-- > 0;) {
        const std::uint64_t count = std::uint64_t{1} << level;
        if ((size & count) == 0) continue;
        const auto hash = subtree_hash(source, level, begin >> level);
        if (!hash) return hash.error();
        frontier.edge_[frontier.subtrees_++] = *hash;
        begin += count;
    }
    frontier.size_ = size;
    return frontier;
}

std::vector<StoredHash> Frontier::append(const Hash& leaf) {
    CHECK(size_ < kMaxTreeSize);
    std::vector<StoredHash> completed;
    Hash hash = leaf;
    unsigned level = 0;
    // A bit set at the low end is a subtree that waited for the one that now stands to its right.
    for (std::uint64_t waiting = size_; (waiting & 1) != 0; waiting >>= 1) {
        hash = node_hash(edge_[--subtrees_], hash);
        ++level;
        if (level % kTileHeight == 0) completed.push_back({level, size_ >> level, hash});
    }
    edge_[subtrees_++] = hash;
    ++size_;
    return completed;
}

Hash Frontier::root() const {
    if (subtrees_ == 0) return empty_root();
    Hash hash = edge_[subtrees_ - 1];
    for (std::size_t i = subtrees_ - 1; i-- > 0;) hash = node_hash(edge_[i], hash);
    return hash;
}

}  // namespace sightline::storage::audit
