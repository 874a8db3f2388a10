// The Merkle tree of RFC 9162 section 2.1 over SHA-256: roots, inclusion proofs and consistency
// proofs made from stored hashes, and their verification without any. Hashes are stored as C2SP
// tlog-tiles has them: those of the leaves, and those of complete subtrees at every eighth level;
// what lies between is hashed again. Nothing here is kept between calls. Errors: what the source
// could not read, or a question about leaves that are not there. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "appliance/base/result.h"
#include "storage/audit/sha256.h"

namespace sightline::storage::audit {

using Proof = std::vector<Hash>;

inline constexpr unsigned kTileHeight = 8;
// Longer than any proof: a tree of 2^63 leaves has inclusion paths of 63 hashes, and a consistency
// proof has one more at most.
inline constexpr std::size_t kMaxProofHashes = 64;
inline constexpr std::uint64_t kMaxTreeSize = std::uint64_t{1} << 63;

// HASH(""), HASH(0x00 || leaf) and HASH(0x01 || left || right) of RFC 9162 section 2.1.1.
Hash empty_root();
Hash leaf_hash(base::ByteView leaf);
Hash node_hash(const Hash& left, const Hash& right);

// Where the stored hashes are. The functions below hold it only while they run.
class HashSource {
  public:
    virtual ~HashSource() = default;

    // The hashes of `count` complete subtrees side by side, left to right, the first being the
    // `first`-th of 2^level leaves each; level 0 means leaf hashes. Asked for multiples of
    // kTileHeight only, never across a tile of 256, and only for subtrees that are complete in a
    // tree of the size asked about. An error means that they could not be read.
    virtual base::Result<std::vector<Hash>> hashes(unsigned level, std::uint64_t first,
                                                   std::size_t count) const = 0;

    // One of them.
    base::Result<Hash> hash(unsigned level, std::uint64_t index) const;
};

// The hash of the complete subtree of 2^level leaves at `index`, for any level.
base::Result<Hash> subtree_hash(const HashSource& source, unsigned level, std::uint64_t index);

// MTH(D[0:size]).
base::Result<Hash> root(const HashSource& source, std::uint64_t size);

// PATH(index, D[0:size]) of section 2.1.3.1, from the leaf upwards.
base::Result<Proof> inclusion_proof(const HashSource& source, std::uint64_t index,
                                    std::uint64_t size);

// PROOF(from, D[0:to]) of section 2.1.4.1. Empty if from is to, and if from is 0, where there is
// nothing to be consistent with.
base::Result<Proof> consistency_proof(const HashSource& source, std::uint64_t from,
                                      std::uint64_t to);

// Section 2.1.3.2. The error says what does not fit; `leaf` is a leaf's hash.
base::Result<void> verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                                    std::span<const Hash> proof, const Hash& root);

// Section 2.1.4.2, and what it leaves out: equal sizes must have equal roots, and size 0 the root
// of the empty tree, both with an empty proof.
base::Result<void> verify_consistency(std::uint64_t from, const Hash& from_root, std::uint64_t to,
                                      const Hash& to_root, std::span<const Hash> proof);

}  // namespace sightline::storage::audit
