// Ops on their way together: what a body holds, and whose signature stands for whom.
#include "storage/sync/op_batch.h"

#include <gtest/gtest.h>

#include "tests/unit/sync/sites.h"

namespace sightline::storage::sync {
namespace {

// A chain of one site, by the key of any.
std::vector<std::string> chain_of(const Sites& sites, std::size_t site, std::size_t count,
                                  std::size_t key) {
    std::vector<std::string> ops;
    OpHash previous{};
    for (std::size_t i = 0; i < count; ++i) {
        const Op op = Op::sign({{sites.ids[site], 1}, i + 1, previous, kDossier, {}, {}},
                               "sealed " + std::to_string(i), sites.signers[key])
                          .value();
        previous = op.hash();
        ops.push_back(op.text());
    }
    return ops;
}

base::Result<std::vector<Op>> vouched(const Sites& sites, const std::vector<std::string>& ops) {
    const std::string body = joined(ops);
    return parse_vouched(split_ops(body).value(), sites.known);
}

// With the signature of another text: 86 characters that are none of this one.
std::string badly_signed(const std::string& op, const std::string& other) {
    const auto line = op.find('\n'), other_line = other.find('\n');
    const auto point = op.rfind('.', line), other_point = other.rfind('.', other_line);
    return op.substr(0, point) + other.substr(other_point, other_line - other_point) +
           op.substr(line);
}

TEST(OpBatch, IsSplitAsItWasJoined) {
    const std::vector<std::string> ops = {"a\nb", "c\nd"};
    const std::string body = joined(ops);
    EXPECT_EQ(body, "a\nb\nc\nd\n");
    EXPECT_EQ(split_ops(body).value(), (std::vector<std::string_view>{"a\nb", "c\nd"}));
    EXPECT_EQ(split_ops("a\nb").value().size(), 1U);
    EXPECT_FALSE(split_ops("a\nb\nc"));
    EXPECT_FALSE(split_ops(""));
}

TEST(OpBatch, ThatWasCutOffIsWorthItsWholeOps) {
    EXPECT_EQ(whole_ops("a\nb\nc\nd\n").size(), 2U);
    EXPECT_EQ(whole_ops("a\nb\nc\nd").size(), 1U);
    EXPECT_EQ(whole_ops("a\nb\nc").size(), 1U);
    EXPECT_TRUE(whole_ops("").empty());
}

TEST(OpBatch, IsVouchedForByItsLastSignature) {
    const Sites sites;
    auto ops = chain_of(sites, 0, 3, 0);
    EXPECT_EQ(vouched(sites, ops).value().size(), 3U);
    ops[0] = badly_signed(ops[0], ops[1]);
    const auto read = vouched(sites, ops);
    ASSERT_TRUE(read);
    // Whoever takes its word does not.
    EXPECT_EQ((*read)[0].text(), ops[0]);
    EXPECT_EQ(Op::parse(ops[0], sites.known).error().code, base::Errc::Forbidden);
    ops[2] = badly_signed(ops[2], ops[1]);
    EXPECT_EQ(vouched(sites, ops).error().code, base::Errc::Forbidden);
}

TEST(OpBatch, VouchesForNothingThatItDoesNotFollow) {
    const Sites sites;
    auto ops = chain_of(sites, 0, 4, 0);
    const auto bad = badly_signed(ops[1], ops[0]);
    EXPECT_FALSE(vouched(sites, {bad}));
    EXPECT_FALSE(vouched(sites, {bad, ops[3]}));  // one is missing between
    EXPECT_FALSE(vouched(sites, {ops[2], bad}));  // the wrong way round
    EXPECT_FALSE(vouched(sites, {bad, bad, ops[3]}));
    const auto second = chain_of(sites, 0, 4, 0);  // the same texts, as hashes do not differ
    EXPECT_TRUE(vouched(sites, {bad, second[2]}));
    const auto others = chain_of(sites, 1, 4, 1);  // another site's
    EXPECT_FALSE(vouched(sites, {bad, others[2]}));
    const auto forged = chain_of(sites, 0, 4, 1);  // the right site's, by a wrong key
    EXPECT_FALSE(vouched(sites, forged));
}

TEST(OpBatch, ReadsAHeaderThatNobodySignedAsNothing) {
    const Sites sites;
    const auto ops = chain_of(sites, 0, 2, 0);
    // {"alg":"none"}: the next op's hash of this one is another, so nothing vouches for it.
    const std::string other = "eyJhbGciOiJub25lIn0" + ops[0].substr(ops[0].find('.'));
    EXPECT_FALSE(vouched(sites, {other, ops[1]}));
}

TEST(OpBatch, KeepsAsProofOfAForkWhatVouchesForIt) {
    Sites sites;
    const auto ops = chain_of(sites, 0, 3, 0);
    sites.offer(ops[0]);
    OpHash previous = Op::parse(ops[0], sites.known)->hash();
    std::vector<std::string> second;
    for (std::uint64_t seq = 2; seq < 4; ++seq) {
        const Op op = Op::sign({{sites.ids[0], 1}, seq, previous, kDossier, {}, {}}, "other",
                               sites.signers[0])
                          .value();
        previous = op.hash();
        second.push_back(op.text());
    }
    sites.offer(ops[1]);
    sites.offer(ops[2]);
    second[0] = badly_signed(second[0], second[1]);
    const auto read = vouched(sites, second).value();
    const auto answers = sites.relay.take(read);
    EXPECT_EQ(answers[0].judgement.verdict, Verdict::Fork);
    const std::string proof = sites.store.proofs().at(sites.ids[0]);
    EXPECT_EQ(proof, second[0] + "\n" + second[1].substr(0, second[1].find('\n')));
}

TEST(ChunkLines, AreReadAsTheyWereWritten) {
    const std::vector<OpHash> names = {OpHash{1}, OpHash{2}};
    EXPECT_EQ(parse_chunk_lines(chunk_lines(names), 2).value(), names);
    EXPECT_FALSE(parse_chunk_lines(chunk_lines(names), 1));
    EXPECT_FALSE(parse_chunk_lines("no name\n", 2));
    EXPECT_TRUE(parse_chunk_lines("", 2).value().empty());
}

}  // namespace
}  // namespace sightline::storage::sync
