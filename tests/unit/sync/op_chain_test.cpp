// What of a site's ops is taken: in order, once, and nothing more after a second past.
#include "storage/sync/op_chain.h"

#include <gtest/gtest.h>

namespace sightline::storage::sync {
namespace {

const SiteId kSite = SiteId::from_value(1);

Envelope place(std::uint64_t seq, OpHash previous, std::uint64_t incarnation = 1) {
    return {{kSite, incarnation}, seq, previous, Pseudonym::from_value(5), {}, {}};
}

// Ops 1 to 3, whose hashes begin with their number.
SiteChains three() {
    SiteChains chains;
    for (std::uint8_t i = 1; i <= 3; ++i) {
        const auto before = static_cast<std::uint8_t>(i - 1);
        chains.append(place(i, OpHash{before}), OpHash{i});
    }
    return chains;
}

TEST(OpChain, TakesTheNextOneInOrder) {
    EXPECT_EQ(three().judge(place(4, OpHash{3}), OpHash{4}).verdict, Verdict::Next);
}

TEST(OpChain, KnowsADuplicate) {
    for (std::uint8_t i = 1; i <= 3; ++i) {
        const auto before = static_cast<std::uint8_t>(i - 1);
        EXPECT_EQ(three().judge(place(i, OpHash{before}), OpHash{i}).verdict, Verdict::Duplicate);
    }
}

TEST(OpChain, SaysWhatItExpectsAtAGap) {
    const Judgement judgement = three().judge(place(6, OpHash{5}), OpHash{6});
    EXPECT_EQ(judgement.verdict, Verdict::Gap);
    EXPECT_EQ(judgement.expected, 4u);
}

TEST(OpChain, SeesAForkInTheSameNumberWithAnotherHash) {
    const Judgement judgement = three().judge(place(2, OpHash{1}), OpHash{22});
    EXPECT_EQ(judgement.verdict, Verdict::Fork);
    EXPECT_EQ(*judgement.fork, (Fork{{kSite, 1}, 2, OpHash{2}, OpHash{22}}));
    EXPECT_NE(judgement.fork->text().find("cloned or set back"), std::string::npos);
}

TEST(OpChain, SeesAForkInANextOpThatFollowsAnotherOne) {
    const Judgement judgement = three().judge(place(4, OpHash{33}), OpHash{44});
    EXPECT_EQ(judgement.verdict, Verdict::Fork);
    EXPECT_EQ(*judgement.fork, (Fork{{kSite, 1}, 3, OpHash{3}, OpHash{33}}));
}

TEST(OpChain, TakesNothingNewAfterAFork) {
    SiteChains chains = three();
    const auto fork = chains.judge(place(2, OpHash{1}), OpHash{22}).fork;
    chains.close(*fork);
    const Judgement next = chains.judge(place(4, OpHash{3}), OpHash{4});
    EXPECT_EQ(next.verdict, Verdict::Closed);
    EXPECT_EQ(next.fork, fork);
    EXPECT_EQ(chains.judge(place(1, {}, 2), OpHash{50}).verdict, Verdict::Closed);
    // What it had promised stays so.
    EXPECT_EQ(chains.judge(place(3, OpHash{2}), OpHash{3}).verdict, Verdict::Duplicate);
}

TEST(OpChain, BeginsAnewWithAnIncarnation) {
    SiteChains chains = three();
    EXPECT_EQ(chains.judge(place(1, {}, 2), OpHash{50}).verdict, Verdict::Next);
    EXPECT_EQ(chains.judge(place(4, OpHash{3}, 2), OpHash{4}).verdict, Verdict::Gap);
    chains.append(place(1, {}, 2), OpHash{50});
    // What was under way from before is not lost, but two copies may be alive.
    const Judgement late = chains.judge(place(4, OpHash{3}), OpHash{4});
    EXPECT_EQ(late.verdict, Verdict::Next);
    EXPECT_TRUE(late.old_incarnation);
    EXPECT_EQ(chains.head(1).seq, 3u);
    EXPECT_EQ(chains.head(2).hash, OpHash{50});
    EXPECT_EQ(chains.at(1, 4), std::nullopt);
}

TEST(OpChain, BoundsASitesIncarnations) {
    SiteChains chains;
    for (std::uint64_t i = 1; i <= kMaxIncarnations; ++i) chains.append(place(1, {}, i), OpHash{1});
    EXPECT_EQ(chains.judge(place(1, {}, kMaxIncarnations + 1), OpHash{1}).verdict,
              Verdict::Refused);
    EXPECT_EQ(chains.judge(place(2, OpHash{1}), OpHash{2}).verdict, Verdict::Next);
}

}  // namespace
}  // namespace sightline::storage::sync
