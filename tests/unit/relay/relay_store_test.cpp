// What every store of sync does alike: the one in memory, by which the simulator judges the hub,
// and those in databases.
#include "storage/sync/relay_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/sync/receipt.h"
#include "tests/unit/relay/stores.h"

namespace sightline::storage::relay {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class AnyStore : public testing::TestWithParam<Kind> {
  protected:
    std::vector<Relay::Answer> take(const std::vector<Op>& ops) {
        return Relay(kHub, *database).take(ops);
    }
    Database database{GetParam()};
};

std::string name_of(const testing::TestParamInfo<Kind>& test) {
    return test.param == Kind::Memory   ? "Memory"
           : test.param == Kind::Sqlite ? "Sqlite"
                                        : "Postgres";
}

INSTANTIATE_TEST_SUITE_P(In, AnyStore, testing::Values(Kind::Memory, Kind::Sqlite, Kind::Postgres),
                         name_of);

TEST_P(AnyStore, KnowsThePlaceOfEachOp) {
    Site site(0xffff'ffff'0000'0001), later(0xffff'ffff'0000'0001, 7);
    const auto ops = site.write(kDossier, 3);
    take(ops);
    take({later.write(kDossier)});
    const auto transaction = database->begin();
    for (std::uint64_t seq = 1; seq <= 3; ++seq) {
        const Place place = transaction->place(site.chain(), seq);
        EXPECT_EQ(place.head.seq, 3u);
        EXPECT_EQ(place.head.hash, ops[2].hash());
        EXPECT_EQ(place.known, ops[seq - 1].hash());
        EXPECT_EQ(place.incarnations, 2u);
        EXPECT_EQ(place.newest_incarnation, 7u);
        EXPECT_FALSE(place.fork);
    }
    EXPECT_FALSE(transaction->place(site.chain(), 4).known);
    const Place none = transaction->place({SiteId::from_value(9), 1}, 1);
    EXPECT_EQ(none.head.seq, 0u);
    EXPECT_EQ(none.incarnations, 0u);
    EXPECT_EQ(transaction->position(), 4u);
}

TEST_P(AnyStore, SeesItsOwnWritesBeforeTheCommit) {
    Site site(1), other(1, 2);
    const Op one = site.write(kDossier), two = site.write(kDossier), three = other.write(kDossier);
    const auto transaction = database->begin();
    EXPECT_EQ(transaction->place(site.chain(), 1).incarnations, 0u);
    transaction->append(one);
    transaction->append(two);
    EXPECT_EQ(transaction->position(), 2u);
    EXPECT_EQ(transaction->place(site.chain(), 1).known, one.hash());
    EXPECT_EQ(transaction->place(site.chain(), 3).head.hash, two.hash());
    EXPECT_EQ(transaction->place(other.chain(), 1).incarnations, 1u);
    transaction->append(three);
    EXPECT_EQ(transaction->place(site.chain(), 3).incarnations, 2u);
    EXPECT_EQ(transaction->place(site.chain(), 3).newest_incarnation, 2u);
    transaction->promise(site.chain(), 2, "for two");
    transaction->promise(other.chain(), 1, "for three");
    EXPECT_EQ(transaction->receipt(site.chain(), 1), "for two");
    EXPECT_EQ(transaction->receipt(other.chain(), 1), "for three");
    transaction->commit();
}

TEST_P(AnyStore, GivesTheFirstReceiptThatStandsForAnOp) {
    Site site(1);
    std::vector<Op> all;
    std::vector<std::string> receipts;
    for (const int count : {3, 1, 100}) {
        const auto ops = site.write(kDossier, count);
        const auto answers = take(ops);
        for (const auto& answer : answers) {
            EXPECT_EQ(answer.judgement.verdict, Verdict::Next);
            EXPECT_EQ(answer.receipt, answers.back().receipt);
            receipts.push_back(answer.receipt);
        }
        all.insert(all.end(), ops.begin(), ops.end());
    }
    database.reopen();
    const auto again = take(all);
    ASSERT_THAT(again, SizeIs(104));
    for (std::size_t i = 0; i < again.size(); ++i) {
        EXPECT_EQ(again[i].judgement.verdict, Verdict::Duplicate);
        EXPECT_EQ(again[i].receipt, receipts[i]);
    }
    // In any order of asking.
    EXPECT_EQ(take({all[50], all[3], all[0], all[103], all[2]})[2].receipt, receipts[0]);
    EXPECT_THAT(database->newest_receipts(site.id()), ElementsAre(receipts.back()));
    EXPECT_EQ(database->position(), 104u);
}

TEST_P(AnyStore, GivesTheNewestReceiptOfEachChainOfASite) {
    Site one(1), again(1, 2), other(2);
    take(one.write(kDossier, 2));
    const auto receipt = take(one.write(kDossier, 2)).back().receipt;
    const auto second = take(again.write(kDossier, 1)).back().receipt;
    take(other.write(kDossier, 1));
    EXPECT_THAT(database->newest_receipts(one.id()), ElementsAre(receipt, second));
    EXPECT_THAT(database->newest_receipts(SiteId::from_value(7)), IsEmpty());
}

TEST_P(AnyStore, ClosesASiteByItsFirstFork) {
    Site site(0xf000'0000'0000'0000), small(3);
    const Op one = site.write(kDossier);
    Site clone = site;
    const Op two = site.write(kDossier), other = clone.write(kDossier, {}, 30);
    take({one, two});
    const auto answer = take({other}).front();
    ASSERT_EQ(answer.judgement.verdict, Verdict::Fork);
    const Fork fork{site.chain(), 2, two.hash(), other.hash()};
    EXPECT_EQ(answer.judgement.fork, fork);
    database.reopen();
    EXPECT_EQ(take({site.write(kDossier)}).front().judgement.verdict, Verdict::Closed);
    EXPECT_EQ(take({two}).front().judgement.verdict, Verdict::Duplicate);
    Site begun_anew(0xf000'0000'0000'0000, 2);
    EXPECT_EQ(take({begun_anew.write(kDossier)}).front().judgement.fork, fork);
    {
        const auto transaction = database->begin();
        transaction->close({site.chain(), 1, two.hash(), one.hash()}, one.text());
        transaction->close({small.chain(), 0, {}, one.hash()}, one.text());
        EXPECT_EQ(transaction->place(site.chain(), 1).fork, fork);
        transaction->commit();
    }
    EXPECT_THAT(database->forks(), ElementsAre(Fork{small.chain(), 0, {}, one.hash()}, fork));
}

TEST_P(AnyStore, HandsOnInTheOrderInWhichItStored) {
    Site a(1), b(0xffff'0000'0000'0000), stranger(3);
    std::vector<Op> all;
    for (int round = 0; round < 5; ++round) {
        for (Site* site : {&b, &a}) {
            const auto ops = site->write(kDossier, 2);
            take(ops);
            all.insert(all.end(), ops.begin(), ops.end());
        }
        take(stranger.write(kDossier, 3));
    }
    const std::vector<SiteId> sites{a.id(), b.id(), a.id()};
    EXPECT_THAT(database->after(sites, {}, 100, kAll), ElementsAreArray(texts_of(all)));
    EXPECT_THAT(database->after({b.id()}, {}, 1, kAll), ElementsAre(all[0].text()));
    const Marks marks{{a.chain(), 3}, {b.chain(), 10}, {stranger.chain(), 1}};
    const auto rest = database->after(sites, marks, 100, kAll);
    EXPECT_THAT(rest, SizeIs(7));
    EXPECT_EQ(rest.front(), all[7].text());
    EXPECT_THAT(database->after(sites, {{a.chain(), 10}, {b.chain(), 99}}, 9, kAll), IsEmpty());
    EXPECT_THAT(database->after({}, {}, 9, kAll), IsEmpty());
}

TEST_P(AnyStore, HandsOnNoMoreThanWasAskedFor) {
    Site site(1);
    const std::vector<Op> ops{site.write(kDossier, {}, 1000), site.write(kDossier, {}, 200'000),
                              site.write(kDossier, {}, 1000), site.write(kDossier, {}, 5000)};
    take(ops);
    const auto after = [&](std::uint64_t mark, std::size_t most_ops, std::size_t most_bytes) {
        return database->after({site.id()}, {{site.chain(), mark}}, most_ops, most_bytes).size();
    };
    const std::size_t two = ops[0].text().size() + ops[1].text().size();
    EXPECT_EQ(after(0, 3, kAll), 3u);
    EXPECT_EQ(after(0, 9, two), 2u);
    EXPECT_EQ(after(0, 9, two - 1), 1u);
    EXPECT_EQ(after(1, 9, 100), 1u);  // one in any case
    EXPECT_EQ(after(1, 9, 0), 1u);
    EXPECT_EQ(after(0, 0, kAll), 0u);
}

TEST_P(AnyStore, KeepsTheHeadsOfEachDossier) {
    Site a(1), b(2);
    const auto other = Pseudonym::from_value(0xffff'ffff'ffff'fff0);
    const Op one = a.write(kDossier);
    take({one, a.write(other)});
    EXPECT_THAT(database->heads(kDossier), ElementsAre(one.hash()));
    const Op two = a.write(kDossier, {one.hash()}), three = b.write(kDossier, {one.hash()});
    take({two, three});
    EXPECT_THAT(database->heads(kDossier), UnorderedElementsAre(two.hash(), three.hash()));
    EXPECT_TRUE(std::ranges::is_sorted(database->heads(kDossier)));
    const Op merge = b.write(kDossier, {two.hash(), three.hash()});
    take({merge});
    database.reopen();
    EXPECT_THAT(database->heads(kDossier), ElementsAre(merge.hash()));
    EXPECT_THAT(database->heads(other), SizeIs(1));
    EXPECT_THAT(database->heads(Pseudonym::from_value(5)), IsEmpty());
}

TEST_P(AnyStore, KnowsAParentThatComesAfterItsChild) {
    Site a(1), b(2);
    const Op parent = a.write(kDossier);
    const Op child = b.write(kDossier, {parent.hash()});
    take({child});
    EXPECT_THAT(database->heads(kDossier), ElementsAre(child.hash()));
    take({parent});
    EXPECT_THAT(database->heads(kDossier), ElementsAre(child.hash()));
}

TEST_P(AnyStore, TakesNoParentOfAnotherDossierForOne) {
    Site a(1), b(2), c(3);
    const auto other = Pseudonym::from_value(7);
    const Op early = a.write(kDossier), late = b.write(kDossier);
    take({early});
    take({c.write(other, {early.hash(), late.hash()})});
    take({late});
    EXPECT_THAT(database->heads(kDossier), UnorderedElementsAre(early.hash(), late.hash()));
}

TEST_P(AnyStore, LeavesNothingOfATransactionThatIsDropped) {
    Site site(1);
    const Op one = site.write(kDossier), two = site.write(kDossier);
    take({one});
    const auto receipt = database->newest_receipts(site.id());
    {
        const auto transaction = database->begin();
        transaction->append(two);
        transaction->promise(site.chain(), 2, "never");
        transaction->close({site.chain(), 1, {}, {}}, "proof");
    }
    EXPECT_EQ(database->position(), 1u);
    EXPECT_THAT(database->forks(), IsEmpty());
    EXPECT_EQ(database->newest_receipts(site.id()), receipt);
    EXPECT_THAT(database->after({site.id()}, {}, 9, kAll), ElementsAre(one.text()));
    EXPECT_EQ(take({two}).front().judgement.verdict, Verdict::Next);
}

TEST_P(AnyStore, KeepsTheNewestListOfEachCircle) {
    database->keep_circle("b", 2, "b2");
    database->keep_circle("a", 1, "a1");
    database->keep_circle("a", 3, "a3");
    database->keep_circle("a", 2, "a2");
    database->keep_circle("a", 3, "another a3");
    database.reopen();
    EXPECT_THAT(database->circles(), ElementsAre("a3", "b2"));
}

TEST_P(AnyStore, KeepsChunks) {
    std::string bytes(1024 * 1024 + 16, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 / 5);
    const OpHash name = audit::sha256({base::as_bytes(bytes)});
    const OpHash other{1, 2, 3};
    EXPECT_THAT(database->missing({other, name}), ElementsAre(other, name));
    EXPECT_FALSE(database->chunk(name));
    database->keep_chunk(name, bytes);
    database->keep_chunk(name, bytes);
    database.reopen();
    EXPECT_THAT(database->missing({other, name}), ElementsAre(other));
    EXPECT_EQ(database->chunk(name), bytes);
    EXPECT_THAT(database->missing({}), IsEmpty());
}

TEST_P(AnyStore, KeepsATextThatWasGivenFirst) {
    EXPECT_EQ(database->kept("key", "one"), "one");
    EXPECT_EQ(database->kept("key", "two"), "one");
    EXPECT_EQ(database->kept("other", "two"), "two");
    database.reopen();
    EXPECT_EQ(database->kept("key", "three"), "one");
}

TEST_P(AnyStore, KeepsEverythingOverReopening) {
    Site a(1), b(2);
    const auto ops = a.write(kDossier, 40);
    take(ops);
    take(b.write(kDossier, 2));
    const auto heads = database->heads(kDossier);
    const auto receipts = database->newest_receipts(a.id());
    database.reopen();
    EXPECT_EQ(database->position(), 42u);
    EXPECT_EQ(database->heads(kDossier), heads);
    EXPECT_EQ(database->newest_receipts(a.id()), receipts);
    EXPECT_THAT(database->after({a.id()}, {}, 100, kAll), ElementsAreArray(texts_of(ops)));
    EXPECT_EQ(take({a.write(kDossier)}).front().judgement.verdict, Verdict::Next);
    EXPECT_EQ(database->position(), 43u);
}

}  // namespace
}  // namespace sightline::storage::relay
