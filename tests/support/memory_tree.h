// A Merkle tree in memory that stores what a real log stores: leaf hashes, and every eighth level
// above. It refuses to hand out what a log would not have, so that a proof that asks for too much
// fails its test.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "storage/audit/frontier.h"

namespace sightline::tests {

class MemoryTree : public storage::audit::HashSource {
  public:
    using Hash = storage::audit::Hash;

    void append(const Hash& leaf) {
        rows_[0].push_back(leaf);
        for (const auto& stored : frontier_.append(leaf)) {
            auto& row = rows_[stored.level];
            if (row.size() == stored.index) row.push_back(stored.hash);
        }
    }
    base::Result<std::vector<Hash>> hashes(unsigned level, std::uint64_t first,
                                           std::size_t count) const override {
        ++reads;
        hashes_read += count;
        const auto row = rows_.find(level);
        const bool one_tile = count > 0 && first / 256 == (first + count - 1) / 256;
        if (!one_tile || row == rows_.end() || first + count > row->second.size()) {
            return base::Error{base::Errc::NotFound, "level " + std::to_string(level) +
                                                         " has no hash " + std::to_string(first)};
        }
        const auto begin = row->second.begin() + static_cast<std::ptrdiff_t>(first);
        return std::vector<Hash>(begin, begin + static_cast<std::ptrdiff_t>(count));
    }
    const storage::audit::Frontier& frontier() const { return frontier_; }

    mutable std::size_t reads = 0;
    mutable std::size_t hashes_read = 0;

  private:
    std::map<unsigned, std::vector<Hash>> rows_;
    storage::audit::Frontier frontier_;
};

}  // namespace sightline::tests
