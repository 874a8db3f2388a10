#include "storage/audit/merkle_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "appliance/base/hex.h"
#include "tests/support/memory_tree.h"

namespace sightline::storage::audit {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kMost = 130;

// The definitions of RFC 9162 section 2.1 word for word, over leaf hashes: what the fast ones must
// agree with.
std::uint64_t naive_split(std::uint64_t n) {
    std::uint64_t k = 1;
    while (k * 2 < n) k *= 2;
    return k;
}
Hash naive_root(std::span<const Hash> d) {
    if (d.empty()) return empty_root();
    if (d.size() == 1) return d[0];
    const auto k = naive_split(d.size());
    return node_hash(naive_root(d.first(k)), naive_root(d.subspan(k)));
}
Proof naive_path(std::uint64_t m, std::span<const Hash> d) {
    if (d.size() == 1) return {};
    const auto k = naive_split(d.size());
    Proof path = m < k ? naive_path(m, d.first(k)) : naive_path(m - k, d.subspan(k));
    path.push_back(naive_root(m < k ? d.subspan(k) : d.first(k)));
    return path;
}
Proof naive_subproof(std::uint64_t m, std::span<const Hash> d, bool b) {
    if (m == d.size()) return b ? Proof{} : Proof{naive_root(d)};
    const auto k = naive_split(d.size());
    Proof path =
        m <= k ? naive_subproof(m, d.first(k), b) : naive_subproof(m - k, d.subspan(k), false);
    path.push_back(naive_root(m <= k ? d.subspan(k) : d.first(k)));
    return path;
}

std::string hex(const Hash& hash) { return base::to_hex(hash); }

struct Grown {
    explicit Grown(std::uint64_t size) {
        for (std::uint64_t i = 0; i < size; ++i) {
            std::uint8_t data[8];
            base::store64(data, i);
            leaves.push_back(leaf_hash(data));
            tree.append(leaves.back());
        }
    }
    std::span<const Hash> first(std::uint64_t n) const { return std::span(leaves).first(n); }
    std::vector<Hash> leaves;
    tests::MemoryTree tree;
};

// The inputs and roots of the Certificate Transparency reference tests.
TEST(MerkleTree, HasTheRootsOfTheCertificateTransparencyVectors) {
    const std::vector<std::pair<std::string, std::string>> vectors = {
        {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
        {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
        {"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
        {"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
        {"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
        {"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
        {"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
        {"606162636465666768696a6b6c6d6e6f",
         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"}};
    EXPECT_EQ(hex(empty_root()),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    tests::MemoryTree tree;
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        tree.append(leaf_hash(*base::from_hex(vectors[i].first)));
        EXPECT_EQ(hex(*root(tree, i + 1)), vectors[i].second) << i + 1 << " leaves";
        EXPECT_EQ(hex(tree.frontier().root()), vectors[i].second) << i + 1 << " leaves";
    }
}

TEST(MerkleTree, AgreesWithTheDefinitionsForEverySizeAndLeaf) {
    const Grown grown(kMost);
    for (std::uint64_t n = 0; n <= kMost; ++n) {
        ASSERT_EQ(*root(grown.tree, n), naive_root(grown.first(n))) << n;
        for (std::uint64_t i = 0; i < n; ++i) {
            ASSERT_EQ(*inclusion_proof(grown.tree, i, n), naive_path(i, grown.first(n)))
                << i << " of " << n;
        }
        for (std::uint64_t m = 1; m <= n; ++m) {
            ASSERT_EQ(*consistency_proof(grown.tree, m, n), naive_subproof(m, grown.first(n), true))
                << m << " to " << n;
        }
    }
}

TEST(MerkleTree, EveryInclusionProofHoldsForItsLeafAlone) {
    const Grown grown(kMost);
    for (std::uint64_t n = 1; n <= kMost; ++n) {
        const Hash top = naive_root(grown.first(n));
        for (std::uint64_t i = 0; i < n; ++i) {
            const Proof proof = *inclusion_proof(grown.tree, i, n);
            ASSERT_TRUE(verify_inclusion(grown.leaves[i], i, n, proof, top)) << i << " of " << n;
            ASSERT_FALSE(verify_inclusion(grown.leaves[(i + 1) % kMost], i, n, proof, top));
            ASSERT_FALSE(verify_inclusion(grown.leaves[i], n, n, proof, top));
            for (const std::uint64_t other : {i ^ 1, i + 2, i / 2}) {
                if (other == i || other >= n) continue;
                ASSERT_FALSE(verify_inclusion(grown.leaves[i], other, n, proof, top))
                    << i << " as " << other << " of " << n;
            }
        }
    }
}

TEST(MerkleTree, EveryConsistencyProofHoldsForItsSizesAlone) {
    const Grown grown(kMost);
    std::vector<Hash> roots;
    for (std::uint64_t n = 0; n <= kMost; ++n) roots.push_back(naive_root(grown.first(n)));
    for (std::uint64_t n = 1; n <= kMost; ++n) {
        for (std::uint64_t m = 0; m <= n; ++m) {
            const Proof proof = *consistency_proof(grown.tree, m, n);
            ASSERT_TRUE(verify_consistency(m, roots[m], n, roots[n], proof)) << m << " to " << n;
            const Hash& wrong = roots[(m + 1) % (kMost + 1)];
            ASSERT_FALSE(verify_consistency(m, wrong, n, roots[n], proof)) << m << " to " << n;
            if (m == 0) continue;
            ASSERT_FALSE(verify_consistency(m, roots[m], n, roots[n - 1], proof));
            ASSERT_FALSE(verify_consistency(n + 1, roots[m], n, roots[n], proof));
        }
    }
}

TEST(MerkleTree, RefusesAProofWithAnyByteChanged) {
    const Grown grown(77);
    const Hash from_root = naive_root(grown.first(41));
    const Hash to_root = naive_root(grown.first(77));
    Proof inclusion = *inclusion_proof(grown.tree, 41, 77);
    Proof consistency = *consistency_proof(grown.tree, 41, 77);
    ASSERT_FALSE(inclusion.empty());
    ASSERT_FALSE(consistency.empty());
    for (Proof* proof : {&inclusion, &consistency}) {
        for (Hash& hash : *proof) {
            for (std::uint8_t& byte : hash) {
                byte ^= 0x10;
                const auto result =
                    proof == &inclusion
                        ? verify_inclusion(grown.leaves[41], 41, 77, *proof, to_root)
                        : verify_consistency(41, from_root, 77, to_root, *proof);
                ASSERT_FALSE(result);
                EXPECT_THAT(result.error().text,
                            testing::AnyOf(HasSubstr("another root"), HasSubstr("earlier root"),
                                           HasSubstr("later root")));
                byte ^= 0x10;
            }
        }
    }
    EXPECT_TRUE(verify_inclusion(grown.leaves[41], 41, 77, inclusion, to_root));
    EXPECT_TRUE(verify_consistency(41, from_root, 77, to_root, consistency));
}

TEST(MerkleTree, RefusesAProofOfTheWrongLength) {
    const Grown grown(77);
    const Hash from_root = naive_root(grown.first(41));
    const Hash to_root = naive_root(grown.first(77));
    const Proof inclusion = *inclusion_proof(grown.tree, 3, 77);
    const Proof consistency = *consistency_proof(grown.tree, 41, 77);
    for (std::size_t n = 0; n < inclusion.size(); ++n) {
        const auto result =
            verify_inclusion(grown.leaves[3], 3, 77, std::span(inclusion).first(n), to_root);
        ASSERT_FALSE(result);
        EXPECT_THAT(result.error().text, HasSubstr("fewer hashes"));
    }
    for (std::size_t n = 0; n < consistency.size(); ++n) {
        EXPECT_FALSE(
            verify_consistency(41, from_root, 77, to_root, std::span(consistency).first(n)));
    }
    Proof longer = inclusion;
    longer.resize(1000);
    EXPECT_THAT(verify_inclusion(grown.leaves[3], 3, 77, longer, to_root).error().text,
                HasSubstr("more hashes"));
    longer = consistency;
    longer.resize(1000);
    EXPECT_THAT(verify_consistency(41, from_root, 77, to_root, longer).error().text,
                HasSubstr("more hashes"));
}

TEST(MerkleTree, ANodeIsNoLeaf) {
    const Grown grown(2);
    base::Bytes joined(grown.leaves[0].begin(), grown.leaves[0].end());
    joined.insert(joined.end(), grown.leaves[1].begin(), grown.leaves[1].end());
    EXPECT_NE(leaf_hash(joined), *root(grown.tree, 2));
}

TEST(MerkleTree, SaysWhichLeafOrSizeIsNotThere) {
    const Grown grown(5);
    EXPECT_EQ(inclusion_proof(grown.tree, 5, 5).error().text,
              "prove leaf 5 in a tree of 5 leaves: there is no such leaf");
    EXPECT_EQ(consistency_proof(grown.tree, 5, 4).error().text,
              "prove that a tree of 5 leaves grew into one of 4 leaves: trees do not shrink");
    EXPECT_EQ(root(grown.tree, 6).error().code, base::Errc::NotFound) << "the source's own error";
    EXPECT_FALSE(inclusion_proof(grown.tree, 5, 9));
    EXPECT_FALSE(consistency_proof(grown.tree, 3, 9));
    EXPECT_FALSE(Frontier::restore(grown.tree, 9));
}

TEST(MerkleTree, SizesNearTheLargestEndWithoutWrapping) {
    const Proof proof(kMaxProofHashes);
    const std::uint64_t huge = ~std::uint64_t{0};
    EXPECT_FALSE(verify_inclusion({}, huge - 1, huge, proof, {}));
    EXPECT_FALSE(verify_inclusion({}, kMaxTreeSize - 1, kMaxTreeSize, proof, {}));
    EXPECT_FALSE(verify_consistency(huge - 1, {}, huge, {}, proof));
    EXPECT_FALSE(verify_consistency(kMaxTreeSize - 1, {}, kMaxTreeSize, {}, proof));
}

TEST(MerkleTree, AProofAmongManyLeavesReadsFewHashes) {
    constexpr std::uint64_t kSize = 70'001;
    const Grown grown(kSize);
    for (const std::uint64_t i : {std::uint64_t{0}, std::uint64_t{255}, std::uint64_t{40'000},
                                  std::uint64_t{69'999}, kSize - 1}) {
        grown.tree.reads = grown.tree.hashes_read = 0;
        const Proof proof = *inclusion_proof(grown.tree, i, kSize);
        EXPECT_LE(grown.tree.reads, 34u) << "17 levels, and a ragged right side";
        EXPECT_LE(grown.tree.hashes_read, 3u * 256 * 2);
        EXPECT_TRUE(
            verify_inclusion(grown.leaves[i], i, kSize, proof, grown.tree.frontier().root()));
    }
    grown.tree.reads = 0;
    const Proof proof = *consistency_proof(grown.tree, 65'537, kSize);
    EXPECT_LE(grown.tree.reads, 34u);
    EXPECT_TRUE(verify_consistency(65'537, *root(grown.tree, 65'537), kSize,
                                   grown.tree.frontier().root(), proof));
}

TEST(Frontier, RestoredFromStoredHashesGoesOnAsIfNeverStopped) {
    constexpr std::uint64_t kSize = 600;
    Grown grown(kSize);
    for (std::uint64_t size = 0; size < kSize; ++size) {
        Frontier restored = *Frontier::restore(grown.tree, size);
        ASSERT_EQ(restored.size(), size);
        ASSERT_EQ(restored.root(), *root(grown.tree, size)) << size;
        restored.append(grown.leaves[size]);
        ASSERT_EQ(restored.root(), *root(grown.tree, size + 1)) << size;
    }
}

TEST(Frontier, NamesEachSubtreeOnceWhenItIsComplete) {
    Frontier frontier;
    std::vector<StoredHash> stored;
    std::vector<Hash> leaves;
    for (std::uint64_t i = 0; i < 65'536; ++i) {
        std::uint8_t data[8];
        base::store64(data, i);
        leaves.push_back(leaf_hash(data));
        const auto completed = frontier.append(leaves.back());
        ASSERT_EQ(completed.empty(), (i + 1) % 256 != 0) << i;
        stored.insert(stored.end(), completed.begin(), completed.end());
    }
    ASSERT_EQ(stored.size(), 257u);
    EXPECT_EQ(stored[1], (StoredHash{8, 1, naive_root(std::span(leaves).subspan(256, 256))}));
    EXPECT_EQ(stored.back(), (StoredHash{16, 0, frontier.root()}));
}

}  // namespace
}  // namespace sightline::storage::audit
