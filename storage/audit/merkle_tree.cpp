#include "storage/audit/merkle_tree.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "appliance/base/check.h"

namespace sightline::storage::audit {
namespace {

using base::Errc;
using base::Error;

constexpr std::uint8_t kLeafPrefix[] = {0x00};
constexpr std::uint8_t kNodePrefix[] = {0x01};

// "Let k be the largest power of two smaller than n", as its exponent (RFC 9162 section 2.1.1).
unsigned split_level(std::uint64_t n) { return static_cast<unsigned>(std::bit_width(n - 1)) - 1; }

// MTH(D[begin:begin+count]) where begin is a multiple of a power of two not smaller than count.
base::Result<Hash> range_hash(const HashSource& source, std::uint64_t begin, std::uint64_t count) {
    if (std::has_single_bit(count)) {
        const auto level = static_cast<unsigned>(std::countr_zero(count));
        return subtree_hash(source, level, begin >> level);
    }
    const unsigned level = split_level(count);
    const std::uint64_t k = std::uint64_t{1} << level;
    auto left = subtree_hash(source, level, begin >> level);
    if (!left) return left;
    auto right = range_hash(source, begin + k, count - k);
    if (!right) return right;
    return node_hash(*left, *right);
}

// One step of a path: the subtree that is a neighbour on the way from the root down.
struct Range {
    std::uint64_t begin;
    std::uint64_t count;
};

// Proofs are defined from the root down and written from the leaf up.
base::Result<Proof> hashes_bottom_up(const HashSource& source, std::vector<Range> path) {
    Proof proof;
    proof.reserve(path.size());
    std::reverse(path.begin(), path.end());
    for (const Range& range : path) {
        const auto hash = range_hash(source, range.begin, range.count);
        if (!hash) return hash.error();
        proof.push_back(*hash);
    }
    return proof;
}

std::string leaves(std::uint64_t size) {
    return std::to_string(size) + (size == 1 ? " leaf" : " leaves");
}

}  // namespace

Hash empty_root() { return sha256({}); }
Hash leaf_hash(base::ByteView leaf) { return sha256({kLeafPrefix, leaf}); }
Hash node_hash(const Hash& left, const Hash& right) { return sha256({kNodePrefix, left, right}); }

base::Result<Hash> HashSource::hash(unsigned level, std::uint64_t index) const {
    const auto one = hashes(level, index, 1);
    if (!one) return one.error();
    CHECK(one->size() == 1);
    return one->front();
}

base::Result<Hash> subtree_hash(const HashSource& source, unsigned level, std::uint64_t index) {
    const unsigned above = level % kTileHeight;
    const std::size_t count = std::size_t{1} << above;
    auto row = source.hashes(level - above, index << above, count);
    if (!row) return row.error();
    CHECK(row->size() == count);
    for (std::size_t width = count; width > 1; width /= 2) {
        for (std::size_t i = 0; i < width / 2; ++i) {
            (*row)[i] = node_hash((*row)[2 * i], (*row)[2 * i + 1]);
        }
    }
    return row->front();
}

base::Result<Hash> root(const HashSource& source, std::uint64_t size) {
    if (size == 0) return empty_root();
    return range_hash(source, 0, size);
}

base::Result<Proof> inclusion_proof(const HashSource& source, std::uint64_t index,
                                    std::uint64_t size) {
    if (index >= size || size > kMaxTreeSize) {
        return Error{Errc::NotFound, "prove leaf " + std::to_string(index) + " in a tree of " +
                                         leaves(size) + ": there is no such leaf"};
    }
    std::vector<Range> path;
    Range in{0, size};
    while (in.count > 1) {
        const std::uint64_t k = std::uint64_t{1} << split_level(in.count);
        const Range left{in.begin, k};
        const Range right{in.begin + k, in.count - k};
        // PATH(m, D_n) = PATH(m, D[0:k]) : MTH(D[k:n]) for m < k, and
        // PATH(m, D_n) = PATH(m - k, D[k:n]) : MTH(D[0:k]) for m >= k.
        const bool goes_left = index < right.begin;
        path.push_back(goes_left ? right : left);
        in = goes_left ? left : right;
    }
    return hashes_bottom_up(source, std::move(path));
}

base::Result<Proof> consistency_proof(const HashSource& source, std::uint64_t from,
                                      std::uint64_t to) {
    if (from > to || to > kMaxTreeSize) {
        return Error{Errc::NotFound, "prove that a tree of " + leaves(from) + " grew into one of " +
                                         leaves(to) + ": trees do not shrink"};
    }
    if (from == 0) return Proof{};
    std::vector<Range> path;
    Range in{0, to};
    bool whole = true;  // SUBPROOF's b: the old tree is this very subtree, so its root is known
    while (from != in.begin + in.count) {
        const std::uint64_t k = std::uint64_t{1} << split_level(in.count);
        const Range left{in.begin, k};
        const Range right{in.begin + k, in.count - k};
        // SUBPROOF(m, D_n, b) = SUBPROOF(m, D[0:k], b) : MTH(D[k:n]) for m <= k, and
        // SUBPROOF(m, D_n, b) = SUBPROOF(m - k, D[k:n], false) : MTH(D[0:k]) for m > k.
        const bool goes_left = from <= right.begin;
        path.push_back(goes_left ? right : left);
        in = goes_left ? left : right;
        whole = whole && goes_left;
    }
    // SUBPROOF(m, D_m, true) = {}, SUBPROOF(m, D_m, false) = {MTH(D_m)}.
    if (!whole) path.push_back(in);
    return hashes_bottom_up(source, std::move(path));
}

base::Result<void> verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                                    std::span<const Hash> proof, const Hash& root) {
    const auto refuse = [&](const std::string& why) {
        return Error{Errc::Malformed, "inclusion of leaf " + std::to_string(index) +
                                          " in a tree of " + leaves(size) + ": " + why};
    };
    // 1. "If leaf_index is greater than or equal to tree_size, then fail the proof verification."
    if (index >= size || size > kMaxTreeSize) return refuse("there is no such leaf");
    // 2. "Set fn to leaf_index and sn to tree_size - 1." 3. "Set r to hash."
    std::uint64_t fn = index;
    std::uint64_t sn = size - 1;
    Hash r = leaf;
    // 4. "For each value p in the inclusion_path array:"
    for (const Hash& p : proof) {
        // "If sn is 0, then stop the iteration and fail the proof verification."
        if (sn == 0) return refuse("the proof has more hashes than the tree has levels");
        if ((fn & 1) != 0 || fn == sn) {
            // "Set r to HASH(0x01 || p || r)." "If LSB(fn) is not set, then right-shift both fn
            // and sn equally until either LSB(fn) is set or fn is 0."
            r = node_hash(p, r);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            r = node_hash(r, p);
        }
        // "Finally, right-shift both fn and sn one time."
        fn >>= 1;
        sn >>= 1;
    }
    // 5. "Compare sn to 0. Compare r against the root_hash."
    if (sn != 0) return refuse("the proof has fewer hashes than it needs");
    if (r != root) return refuse("the proof leads to another root");
    return {};
}

base::Result<void> verify_consistency(std::uint64_t from, const Hash& from_root, std::uint64_t to,
                                      const Hash& to_root, std::span<const Hash> proof) {
    const auto refuse = [&](const std::string& why) {
        return Error{Errc::Malformed, "consistency of a tree of " + leaves(from) +
                                          " with a later one of " + leaves(to) + ": " + why};
    };
    if (from > to || to > kMaxTreeSize) return refuse("the later tree is the smaller one");
    if (from == to || from == 0) {
        if (!proof.empty()) return refuse("the proof must have no hashes");
        if (from_root != (from == to ? to_root : empty_root())) {
            return refuse(from == to ? "the same size has two roots"
                                     : "the empty tree has another root");
        }
        return {};
    }
    // 1. "If consistency_path is an empty array, stop and fail the proof verification."
    if (proof.empty()) return refuse("the proof has no hashes");
    // 2. "If first is an exact power of 2, then prepend first_hash to the consistency_path array."
    const bool prepended = std::has_single_bit(from);
    // 3. "Set fn to first - 1 and sn to second - 1."
    std::uint64_t fn = from - 1;
    std::uint64_t sn = to - 1;
    // 4. "If LSB(fn) is set, then right-shift both fn and sn equally until LSB(fn) is not set."
    while ((fn & 1) != 0) {
        fn >>= 1;
        sn >>= 1;
    }
    // 5. "Set both fr and sr to the first value in the consistency_path array."
    Hash fr = prepended ? from_root : proof.front();
    Hash sr = fr;
    // 6. "For each subsequent value c in the consistency_path array:"
    for (const Hash& c : prepended ? proof : proof.subspan(1)) {
        if (sn == 0) return refuse("the proof has more hashes than the tree has levels");
        if ((fn & 1) != 0 || fn == sn) {
            // "Set fr to HASH(0x01 || c || fr). Set sr to HASH(0x01 || c || sr)."
            fr = node_hash(c, fr);
            sr = node_hash(c, sr);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            sr = node_hash(sr, c);
        }
        fn >>= 1;
        sn >>= 1;
    }
    // 7. "verify that the fr calculated is equal to the first_hash supplied, that the sr calculated
    // is equal to the second_hash supplied, and that sn is 0."
    if (sn != 0) return refuse("the proof has fewer hashes than it needs");
    if (fr != from_root) return refuse("the proof does not contain the earlier root");
    if (sr != to_root) return refuse("the proof does not lead to the later root");
    return {};
}

}  // namespace sightline::storage::audit
