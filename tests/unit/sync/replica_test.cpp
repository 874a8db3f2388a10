// Two sites and a hub with real keys: what is made, sent, taken, promised and given back after a
// restart.
#include "storage/sync/replica.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/sync/sites.h"

namespace sightline::storage::sync {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

// Sends all of a site's ops; returns the newest receipt.
std::string send_all(Replica& from, Sites& sites) {
    std::string receipt;
    for (const auto text : from.to_send(100)) receipt = sites.offer(text).receipt;
    return receipt;
}

void fetch_all(Replica& to, Sites& sites) {
    for (const auto& text :
         sites.store.after({sites.ids[0], sites.ids[1]}, to.marks(), 100, 1 << 20)) {
        const auto arrival = to.judge(text);
        ASSERT_TRUE(arrival) << arrival.error().text;
        ASSERT_EQ(arrival->judgement.verdict, Verdict::Next);
        to.apply(*arrival);
    }
}

Op write(Replica& replica, const OpContent& content) {
    auto arrival = replica.make(kDossier, content).value();
    replica.apply(arrival);
    return arrival.op;
}

TEST(Replica, SendsUntilItHasTheHubsReceipt) {
    Sites sites;
    write(sites.a, setting("persons/1/name", "x"));
    write(sites.a, setting("case/number", 7));
    EXPECT_THAT(sites.a.to_send(1), SizeIs(1));
    EXPECT_THAT(sites.a.to_send(9), SizeIs(2));
    const auto receipt = send_all(sites.a, sites);
    EXPECT_EQ(sites.a.unacknowledged(), 2u);
    const auto acknowledged = sites.a.judge_receipt(receipt).value();
    EXPECT_FALSE(acknowledged.fork);
    EXPECT_EQ(acknowledged.receipt.position, 2u);
    sites.a.acknowledge(acknowledged.receipt);  // of the second: it stands for both
    EXPECT_THAT(sites.a.to_send(9), IsEmpty());
}

TEST(Replica, ReadsWhatAnotherSealed) {
    Sites sites;
    write(sites.a, setting("persons/1/name", "x"));
    send_all(sites.a, sites);
    fetch_all(sites.b, sites);
    EXPECT_EQ(sites.b.dossier(kDossier)->state(), sites.a.dossier(kDossier)->state());
    EXPECT_THAT(sites.b.to_send(9), IsEmpty());  // it is not its own
    EXPECT_EQ(sites.store.heads(kDossier), sites.b.dossier(kDossier)->heads());
}

TEST(Replica, KnowsWhatComesAgain) {
    Sites sites;
    const Op op = write(sites.a, setting("a", 1));
    auto arrival = sites.b.judge(op.text()).value();
    EXPECT_THAT(sites.b.apply(arrival), SizeIs(1));
    EXPECT_EQ(sites.b.judge(op.text())->judgement.verdict, Verdict::Duplicate);
    EXPECT_EQ(sites.a.judge(op.text())->judgement.verdict, Verdict::Duplicate);
}

TEST(Relay, GivesTheSameReceiptForADuplicate) {
    Sites sites;
    const Op op = write(sites.a, setting("a", 1));
    const auto first = sites.offer(op.text());
    const auto again = sites.offer(op.text());
    EXPECT_EQ(again.judgement.verdict, Verdict::Duplicate);
    EXPECT_EQ(again.receipt, first.receipt);
    EXPECT_EQ(sites.store.position(), 1u);
}

TEST(Relay, PromisesABatchWithOneReceiptForEachChain) {
    Sites sites;
    const Op one = write(sites.a, setting("a", 1));
    const Op two = write(sites.a, setting("a", 2));
    const Op other = sites.b.make(kDossier, setting("b", 1)).value().op;
    const Op beyond = Op::parse(
                          [&] {
                              write(sites.a, setting("a", 3));
                              return write(sites.a, setting("a", 4)).text();
                          }(),
                          sites.known)
                          .value();
    const std::vector ops{one, other, two, one, beyond};
    const auto answers = sites.relay.take(ops);
    EXPECT_EQ(answers[0].receipt, answers[2].receipt);
    EXPECT_EQ(answers[3].receipt, answers[2].receipt);
    EXPECT_EQ(answers[3].judgement.verdict, Verdict::Duplicate);
    EXPECT_EQ(answers[4].judgement.verdict, Verdict::Gap);
    EXPECT_EQ(answers[4].judgement.expected, 3u);
    EXPECT_EQ(Receipt::verify(answers[2].receipt, sites.known)->position, 3u);
    EXPECT_EQ(Receipt::verify(answers[1].receipt, sites.known)->position, 2u);
    // After the receipt nothing is sent of either again.
    sites.a.acknowledge(sites.a.judge_receipt(answers[0].receipt)->receipt);
    EXPECT_EQ(sites.a.unacknowledged(), 2u);
    EXPECT_EQ(sites.offer(one.text()).receipt, answers[0].receipt);
}

TEST(Relay, PromisesNothingWhenTheCommitFails) {
    Sites sites;
    const Op op = write(sites.a, setting("a", 1));
    sites.store.at_commit = [](bool after) {
        if (!after) throw StoreFailure("the disk is full");
    };
    EXPECT_THROW(sites.offer(op.text()), StoreFailure);
    sites.store.at_commit = [](bool) {};
    EXPECT_EQ(sites.store.position(), 0u);
    EXPECT_EQ(sites.offer(op.text()).judgement.verdict, Verdict::Next);
}

TEST(Relay, SeesAConflictAndNothingOfIt) {
    Sites sites;
    write(sites.a, setting("persons/1/name", "x"));
    write(sites.b, setting("persons/1/name", "y"));
    send_all(sites.a, sites);
    send_all(sites.b, sites);
    EXPECT_THAT(sites.store.heads(kDossier), SizeIs(2));
    fetch_all(sites.a, sites);
    EXPECT_THAT(sites.a.dossier(kDossier)->state().conflicts(), SizeIs(1));
    write(sites.a, setting("persons/1/name", "y"));
    send_all(sites.a, sites);
    EXPECT_THAT(sites.store.heads(kDossier), SizeIs(1));
}

TEST(Replica, WritesOnWhatItsAuthorHadSeen) {
    Sites sites;
    const Op one = write(sites.a, setting("persons/1/name", "x"));
    write(sites.a, setting("persons/1/name", "y"));
    // Somebody had the first one open all the while.
    const auto late =
        sites.a.make(kDossier, setting("persons/1/name", "z"), std::vector{one.hash()}).value();
    sites.a.apply(late);
    EXPECT_TRUE(sites.a.dossier(kDossier)->state().fields.at("persons/1/name").in_conflict());
    EXPECT_EQ(sites.a.make(kDossier, setting("a", 1), std::vector{OpHash{9}}).error().code,
              base::Errc::NotFound);
}

TEST(Replica, NamesAsManyHeadsAsAnOpMayAndLeavesTheRest) {
    Sites sites;
    for (std::size_t i = 0; i < kMaxParents + 3; ++i) {
        sites.a.apply(sites.a.make(kDossier, setting("a", 1), std::vector<OpHash>()).value());
    }
    EXPECT_THAT(sites.a.dossier(kDossier)->heads(), SizeIs(kMaxParents + 3));
    write(sites.a, setting("b", 1));
    EXPECT_THAT(sites.a.dossier(kDossier)->heads(), SizeIs(4));
    write(sites.a, setting("b", 2));
    EXPECT_THAT(sites.a.dossier(kDossier)->heads(), SizeIs(1));
}

TEST(Replica, IsTheSameAfterARestart) {
    Sites sites;
    const Op own = write(sites.a, setting("a", 1));
    const Op second = write(sites.a, setting("b", 1));
    const Op other = sites.b.make(kDossier, setting("c", 1)).value().op;
    sites.a.apply(*sites.a.judge(other.text()));
    const auto receipt = sites.offer(own.text()).receipt;
    Replica again({sites.ids[0], 1}, sites.signers[0], sites.sealers[0], sites.known);
    for (const Op* op : {&own, &second, &other}) {
        EXPECT_THAT(again.restore(op->text()).value(), SizeIs(1));
    }
    again.acknowledge(again.judge_receipt(receipt).value().receipt);
    EXPECT_EQ(again.dossier(kDossier)->state(), sites.a.dossier(kDossier)->state());
    EXPECT_EQ(again.unacknowledged(), 1u);
    EXPECT_EQ(again.head().hash, second.hash());
    Replica holes({sites.ids[0], 1}, sites.signers[0], sites.sealers[0], sites.known);
    EXPECT_EQ(holes.restore(second.text()).error().code, base::Errc::Conflict);
}

TEST(Replica, TakesItsOwnOpsBackWithoutWhatWasErasedAndNobodyElses) {
    Sites sites;
    const Op first = write(sites.a, setting("a", 1));
    const Op second = write(sites.a, setting("b", 2));
    const std::string envelope = std::string(first.jws()) + "\n";
    EXPECT_FALSE(sites.b.judge(envelope)) << "nobody may have lost it on the way";
    Replica restarted({sites.ids[0], 1}, sites.signers[0], sites.sealers[0], sites.known);
    EXPECT_THAT(restarted.restore(envelope).value(), SizeIs(1));
    EXPECT_THAT(restarted.restore(second.text()).value(), SizeIs(1));
    EXPECT_EQ(restarted.head().hash, second.hash());
    const auto state = restarted.dossier(kDossier)->state();
    EXPECT_THAT(state.unreadable, testing::ElementsAre(first.hash()));
    EXPECT_THAT(state.fields, SizeIs(1));
}

TEST(Replica, StopsWhenTheHubKnowsMoreOfItThanItself) {
    Sites sites;
    const Op op = write(sites.a, setting("a", 1));
    const auto receipt = send_all(sites.a, sites);
    // Its disk was set back, and it does not know.
    Replica back({sites.ids[0], 1}, sites.signers[0], sites.sealers[0], sites.known);
    const auto told = back.judge_receipt(receipt).value();
    ASSERT_TRUE(told.fork);
    EXPECT_EQ(back.judge(op.text())->judgement.verdict, Verdict::Fork);
    back.close(*told.fork);
    ASSERT_TRUE(back.stopped());
    EXPECT_EQ(back.make(kDossier, setting("a", 2)).error().code, base::Errc::Conflict);
    EXPECT_EQ(back.judge(op.text()).error().code, base::Errc::Conflict);
    // In a new incarnation all of its own comes back to it.
    Replica anew({sites.ids[0], 2}, sites.signers[0], sites.sealers[0], sites.known);
    EXPECT_FALSE(anew.judge_receipt(receipt).value().fork);
    fetch_all(anew, sites);
    EXPECT_EQ(anew.dossier(kDossier)->state(), sites.a.dossier(kDossier)->state());
    write(anew, setting("a", 3));
    send_all(anew, sites);
    EXPECT_THAT(sites.store.forks(), IsEmpty());
    EXPECT_THAT(sites.store.newest_receipts(sites.ids[0]), SizeIs(2));
}

// Set back without knowing, it wrote something else; then it noticed, and began anew.
TEST(Replica, LetsGoOfNothingForTheReceiptOfAnOpThatItDoesNotHave) {
    Sites sites;
    write(sites.a, setting("a", 1));
    write(sites.a, setting("a", 2));
    const auto receipt = send_all(sites.a, sites);
    Replica back({sites.ids[0], 1}, sites.signers[0], sites.sealers[0], sites.known);
    const Op other = write(back, setting("a", 3));
    Replica anew({sites.ids[0], 2}, sites.signers[0], sites.sealers[0], sites.known);
    ASSERT_TRUE(anew.restore(other.text()));
    const auto acknowledged = anew.judge_receipt(receipt).value();
    EXPECT_FALSE(acknowledged.fork);
    anew.acknowledge(acknowledged.receipt);
    ASSERT_THAT(anew.to_send(9), SizeIs(1));
    EXPECT_EQ(sites.offer(anew.to_send(9)[0]).judgement.verdict, Verdict::Fork);
}

TEST(Replica, ThatWasClonedIsClosedAtTheHubAndKeepsWhatNobodyElseHas) {
    Sites sites;
    Replica clone({sites.ids[0], 1}, sites.signers[0], sites.sealers[0], sites.known);
    write(sites.a, setting("a", 1));
    write(clone, setting("a", 2));
    send_all(sites.a, sites);
    const auto judged = sites.offer(clone.to_send(1).front());
    ASSERT_EQ(judged.judgement.verdict, Verdict::Fork);
    EXPECT_THAT(sites.store.forks(), SizeIs(1));
    clone.close(*judged.judgement.fork);
    EXPECT_THAT(clone.to_send(9), SizeIs(1));
    write(sites.a, setting("a", 3));
    EXPECT_EQ(sites.offer(sites.a.to_send(9).back()).judgement.verdict, Verdict::Closed);
    fetch_all(sites.b, sites);
    EXPECT_EQ(*sites.b.dossier(kDossier)->state().fields.at("a").value(), 1);
}

TEST(Replica, SaysThatItCannotReadWhatWasSealedToOthers) {
    Sites sites;
    const JoseSealer alone(sites.sealing[0], {});
    Replica a({sites.ids[0], 1}, sites.signers[0], alone, sites.known);
    const Op op = write(a, setting("a", 1));
    const auto arrival = sites.b.judge(op.text()).value();
    EXPECT_FALSE(arrival.content);
    EXPECT_NE(arrival.unreadable.find("none of its recipients"), std::string::npos);
    EXPECT_THAT(sites.b.apply(arrival), SizeIs(1));
    EXPECT_THAT(sites.b.dossier(kDossier)->state().unreadable, SizeIs(1));
}

// Somebody with a key of their own passes another one's sealed part off as theirs.
TEST(Replica, TakesNothingThatWasSealedForAnotherPlace) {
    Sites sites;
    const Op op = write(sites.a, setting("a", 1));
    const Op stolen = Op::sign({{sites.ids[1], 1}, 1, {}, kDossier, {}, {}},
                               std::string(op.sealed()), sites.signers[1])
                          .value();
    const auto arrival = sites.a.judge(stolen.text()).value();
    EXPECT_FALSE(arrival.content);
    EXPECT_NE(arrival.unreadable.find("another place"), std::string::npos);
}

TEST(Replica, RefusesAnothersReceipt) {
    Sites sites;
    write(sites.a, setting("a", 1));
    const auto receipt = send_all(sites.a, sites);
    EXPECT_EQ(sites.b.judge_receipt(receipt).error().code, base::Errc::Forbidden);
}

}  // namespace
}  // namespace sightline::storage::sync
