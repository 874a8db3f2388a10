// Registration forms and their release: what the store, the ops and the log are after each step.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/erasure.h"
#include "storage/transaction.h"
#include "tests/support/dossier_sites.h"

namespace sightline::kiosk {
namespace {

using base::Errc;
using model::ConsentAnswer;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using tests::moment;
using tests::staff;

class DossierSyncTest : public testing::Test {
  protected:
    // Site a's dossier, released to the circle.
    base::DossierId released() {
        const auto id = a_.a_case();
        a_.answer(id, ConsentAnswer::Given, 5);
        pseudonym_ = a_.desk->release(id, "NLD", "TA-2026-1", staff(6)).value();
        return id;
    }
    // The same at site b, once it has come there.
    base::DossierId at_b() { return circle_.at(b_, pseudonym_); }
    std::size_t table(tests::DossierSite& site, const std::string& name) {
        return static_cast<std::size_t>(
            site.store->database().sqlite().execAndGet("SELECT count(*) FROM " + name).getInt());
    }

    tests::DossierCircle circle_;
    tests::DossierSite& a_ = circle_.a;
    tests::DossierSite& b_ = circle_.b;
    storage::sync::Pseudonym pseudonym_;
};

TEST_F(DossierSyncTest, TheSameImportTwiceChangesNothing) {
    const auto first = a_.a_case();
    const auto fields = a_.fields(first);
    EXPECT_EQ(a_.a_case(), first);
    EXPECT_EQ(a_.fields(first), fields);
    EXPECT_THAT(a_.desk->list(staff(40)), SizeIs(1));
    EXPECT_THAT(a_.log(first), Not(Contains(HasSubstr("dossier.written"))));
}

TEST_F(DossierSyncTest, AnInterviewFindsThePersonsOfTheForm) {
    const auto id = a_.a_case();
    const auto file = storage::CaseRepository(*a_.store).open(id, staff(3));
    ASSERT_THAT(file->persons, SizeIs(2));
    EXPECT_EQ(file->persons[0].family_name.substr(0, 9), "Applicant");
}

TEST_F(DossierSyncTest, NothingIsReleasedWithoutConsentAndAgreement) {
    const auto id = a_.a_case();
    const auto refused = a_.desk->release(id, "NLD", "TA-2026-1", staff(6));
    EXPECT_EQ(refused.error().code, Errc::Forbidden);
    EXPECT_THAT(refused.error().text, HasSubstr("share-dossier"));
    a_.answer(id, ConsentAnswer::Given, 5, "CAN");
    EXPECT_EQ(a_.desk->release(id, "NLD", "TA-2026-1", staff(6)).error().code, Errc::Forbidden)
        << "a consent for another state is none";
    a_.answer(id, ConsentAnswer::Given, 5);
    EXPECT_EQ(a_.desk->release(id, "NLD", "", staff(6)).error().code, Errc::Malformed);
    EXPECT_EQ(a_.desk->release(id, "CAN", "TA-2026-1", staff(6)).error().code, Errc::NotFound)
        << "there is no circle of that state";
    EXPECT_EQ(table(a_, "sync_op"), 0u);
    EXPECT_TRUE(a_.desk->release(id, "NLD", "TA-2026-1", staff(6)));
    EXPECT_EQ(a_.desk->release(id, "NLD", "TA-2026-1", staff(6)).error().code, Errc::Conflict);
    EXPECT_THAT(a_.log(id), Contains(HasSubstr("dossier.released")));
}

TEST_F(DossierSyncTest, AnEditMakesAnOpOnlyAfterTheRelease) {
    const auto id = a_.a_case();
    ASSERT_TRUE(a_.set(id, "case/office", "Office 1"));
    EXPECT_EQ(table(a_, "sync_op"), 0u);
    a_.answer(id, ConsentAnswer::Given, 5);
    ASSERT_TRUE(a_.desk->release(id, "NLD", "TA-2026-1", staff(6)));
    const auto ops = table(a_, "sync_op");
    ASSERT_TRUE(a_.set(id, "case/office", "Office 2"));
    EXPECT_EQ(table(a_, "sync_op"), ops + 1);
    EXPECT_EQ(a_.sync().to_send(10).size(), ops + 1);
    EXPECT_EQ(a_.set(id, "case/nonsense", 1).error().code, Errc::Malformed);
    EXPECT_EQ(table(a_, "sync_op"), ops + 1);
}

TEST_F(DossierSyncTest, BothSitesShowTheSame) {
    const auto id = released();
    circle_.exchange();
    ASSERT_EQ(b_.fields(at_b()), a_.fields(id));
    ASSERT_TRUE(b_.set(at_b(), "case/office", "Office 2"));
    ASSERT_TRUE(a_.set(id, "need/priority", "urgent"));
    circle_.exchange();
    circle_.exchange();
    EXPECT_EQ(a_.fields(id).at("case/office"), "Office 2");
    EXPECT_EQ(a_.fields(id), b_.fields(at_b()));
    EXPECT_THAT(a_.log(id), Contains(HasSubstr("dossier.merged")));
    EXPECT_THAT(a_.sync().to_send(10), IsEmpty());
    EXPECT_EQ(circle_.fetch(a_), 0u) << "nothing comes twice";
}

TEST_F(DossierSyncTest, ARestartKnowsExactlyWhatWasStored) {
    const auto id = released();
    ASSERT_TRUE(a_.set(id, "case/office", "Office 1"));
    const auto waiting = std::vector<std::string>{std::string(a_.sync().to_send(10).back())};
    const auto marks = a_.sync().marks();
    const auto digest = a_.sync().history(pseudonym_)->state().digest();
    a_.restart();
    EXPECT_EQ(a_.sync().to_send(10).back(), waiting.front());
    EXPECT_EQ(a_.sync().marks(), marks);
    EXPECT_EQ(a_.sync().history(pseudonym_)->state().digest(), digest);
    circle_.send(a_);
    a_.restart();
    EXPECT_THAT(a_.sync().to_send(10), IsEmpty()) << "the receipts are kept too";
}

// A trigger stands for a disk that fails between one statement and the next.
TEST_F(DossierSyncTest, AFailedWriteLeavesNeitherDataNorOpNorLeaf) {
    const auto id = released();
    circle_.exchange();
    const auto leaves = table(a_, "audit_leaf");
    const auto ops = table(a_, "sync_op");
    for (const std::string where : {"sync_op", "record", "audit_leaf"}) {
        a_.store->database().sqlite().exec("CREATE TEMP TRIGGER full BEFORE INSERT ON main." +
                                           where + " BEGIN SELECT RAISE(ABORT, 'no space'); END");
        EXPECT_THROW((void)a_.set(id, "case/office", "Lost"), storage::StorageError) << where;
        a_.store->database().sqlite().exec("DROP TRIGGER full");
        EXPECT_FALSE(a_.fields(id).contains("case/office"));
        EXPECT_EQ(table(a_, "sync_op"), ops) << where;
    }
    // Looking at it is what was logged, three times, and nothing else.
    EXPECT_EQ(table(a_, "audit_leaf"), leaves + 3);
    EXPECT_THAT(a_.sync().to_send(10), IsEmpty());
    ASSERT_TRUE(a_.set(id, "case/office", "Kept"));
    circle_.exchange();
    EXPECT_EQ(b_.fields(at_b()).at("case/office"), "Kept");
}

TEST_F(DossierSyncTest, WhatComesAndCannotBeWrittenComesAgain) {
    released();
    circle_.send(a_);
    b_.store->database().sqlite().exec(
        "CREATE TEMP TRIGGER full BEFORE INSERT ON main.record BEGIN SELECT RAISE(ABORT, 'no "
        "space'); END");
    EXPECT_THROW(circle_.fetch(b_), storage::StorageError);
    b_.store->database().sqlite().exec("DROP TRIGGER full");
    EXPECT_EQ(table(b_, "sync_op"), 0u);
    EXPECT_THAT(b_.desk->list(staff(40)), IsEmpty());
    EXPECT_EQ(circle_.fetch(b_), 1u);
    EXPECT_THAT(b_.desk->list(staff(40)), SizeIs(1));
}

TEST_F(DossierSyncTest, SaysHowLongWhatWaitsWillTakeOnceItHasSeenTheLine) {
    released();
    EXPECT_TRUE(a_.sync().status().at("seconds_left").is_null());
    std::size_t bytes = 0;
    for (const auto op : a_.sync().to_send(100)) bytes += op.size();
    a_.sync().moved(bytes * 100, std::chrono::seconds(600));
    EXPECT_EQ(a_.sync().status().at("seconds_left").as_int64(), 7);
    circle_.send(a_);
    EXPECT_TRUE(a_.sync().status().at("seconds_left").is_null());
}

TEST_F(DossierSyncTest, AConflictShowsBothValuesUntilItIsSettled) {
    const auto id = released();
    circle_.exchange();
    ASSERT_TRUE(a_.set(id, "case/office", "Office 1"));
    ASSERT_TRUE(b_.set(at_b(), "case/office", "Office 2"));
    circle_.exchange();
    circle_.exchange();
    const auto shown = a_.desk->circles_of(a_.desk->open(id, staff(50))->file);
    const auto& conflicts = shown.front().at("conflicts").as_array();
    ASSERT_THAT(conflicts, SizeIs(1));
    EXPECT_EQ(conflicts.front().at("path"), "case/office");
    EXPECT_THAT(conflicts.front().at("values").as_array(), SizeIs(2));
    // Meanwhile each form keeps its own.
    EXPECT_EQ(a_.fields(id).at("case/office"), "Office 1");
    EXPECT_EQ(b_.fields(at_b()).at("case/office"), "Office 2");
    // The value that stands there already is an answer too.
    ASSERT_TRUE(a_.set(id, "case/office", "Office 1"));
    circle_.exchange();
    EXPECT_EQ(b_.fields(at_b()).at("case/office"), "Office 1");
    const auto after = a_.desk->circles_of(a_.desk->open(id, staff(50))->file);
    EXPECT_THAT(after.front().at("conflicts").as_array(), IsEmpty());
}

TEST_F(DossierSyncTest, AWithdrawalIsToldAndEndsTheRelease) {
    const auto id = released();
    circle_.exchange();
    a_.answer(id, ConsentAnswer::Withdrawn, 60);
    a_.desk->heed_consents(id, staff(60));
    EXPECT_THAT(a_.log(id), Contains(HasSubstr("release.ended")));
    const auto ops = table(a_, "sync_op");
    ASSERT_TRUE(a_.set(id, "case/office", "Not for them"));
    EXPECT_EQ(table(a_, "sync_op"), ops);
    circle_.exchange();
    const auto state = b_.sync().history(pseudonym_)->state();
    ASSERT_THAT(state.consents, SizeIs(1));
    EXPECT_FALSE(state.consents.begin()->second.in_force());
    EXPECT_FALSE(b_.fields(at_b()).contains("case/office"));
    ASSERT_TRUE(b_.set(at_b(), "case/office", "Nor from here"));
    EXPECT_THAT(b_.sync().to_send(10), IsEmpty()) << "the other site has heard it";
    // They think again: what was written meanwhile goes too, under the same pseudonym.
    a_.answer(id, ConsentAnswer::Given, 70);
    EXPECT_EQ(a_.desk->release(id, "NLD", "TA-2026-2", staff(71)).value(), pseudonym_);
    circle_.exchange();
    EXPECT_EQ(b_.sync().history(pseudonym_)->state().fields.at("case/office").value()->as_string(),
              "Not for them");
    ASSERT_TRUE(b_.set(at_b(), "case/office", "From here again"));
    circle_.exchange();
    EXPECT_EQ(a_.fields(id).at("case/office"), "From here again");
}

TEST_F(DossierSyncTest, AnErasedDossierLeavesEnvelopesAndDoesNotComeBack) {
    const auto id = released();
    storage::Erasure erasure(*a_.store);
    const storage::Erasure::Request request{{id}, "request of the person", "dpo 1", moment(80)};
    const auto refused = erasure.erase(request);
    EXPECT_EQ(refused.error().code, Errc::Conflict);
    EXPECT_THAT(refused.error().text, HasSubstr("sync-status"));
    circle_.exchange();
    ASSERT_TRUE(erasure.erase(request));
    a_.desk->reload(moment(81));
    EXPECT_EQ(table(a_, "sync_op"), 1u);
    EXPECT_EQ(a_.store->database()
                  .sqlite()
                  .execAndGet("SELECT instr(envelope, char(10)) FROM sync_op")
                  .getInt(),
              0)
        << "the signed half alone";
    EXPECT_TRUE(a_.sync().history(pseudonym_)->state().fields.empty());
    // What others go on to say about it keeps its place, and nothing else.
    ASSERT_TRUE(b_.set(at_b(), "case/office", "Office 2"));
    circle_.exchange();
    EXPECT_THAT(a_.desk->list(staff(40)), IsEmpty());
    a_.restart();
    EXPECT_THAT(a_.desk->list(staff(40)), IsEmpty());
    // The chain still holds: another dossier goes out.
    const auto other = a_.a_case("100-24C00002");
    a_.answer(other, ConsentAnswer::Given, 90);
    const auto pseudonym = a_.desk->release(other, "NLD", "TA-2026-1", staff(91)).value();
    circle_.exchange();
    EXPECT_EQ(b_.fields(circle_.at(b_, pseudonym)), a_.fields(other));
}

TEST_F(DossierSyncTest, WhatIsSealedToOthersIsReportedAndKept) {
    released();
    circle_.send(a_);
    tests::DossierSite late;
    circle_.add(late, "Kiosk 3");
    ++circle_.list.number;
    for (auto* site : {&a_, &b_, &late}) ASSERT_TRUE(circle_.take(*site));
    late.sync().know_hub(circle_.hub.public_key(), moment(0)).value();
    EXPECT_EQ(circle_.fetch(late), 1u);
    EXPECT_EQ(late.sync().status().at("unreadable").to_number<int>(), 1);
    const auto listed = late.desk->list(staff(40));
    ASSERT_THAT(listed, SizeIs(1));
    EXPECT_FALSE(listed.front().at("readable").as_bool());
    late.restart();
    EXPECT_EQ(late.sync().status().at("unreadable").to_number<int>(), 1);
}

TEST_F(DossierSyncTest, ALargeFormGoesInSeveralOps) {
    const auto id = a_.a_case();
    auto form = *a_.desk->open(id, staff(2))->form;
    form.claim.summary = std::string(28'000, 'a');
    form.need.statement = std::string(28'000, 'b');
    for (int i = 0; i < 40; ++i) {
        dossier::FormPerson person;
        person.basics.id = base::RecordId::from_value(1000 + static_cast<std::uint64_t>(i));
        person.basics.given_names = "Applicant " + std::to_string(i);
        person.basics.family_name = "Family";
        person.basics.born = "1990";
        person.occupation = std::string(900, 'c');
        person.education = std::string(900, 'd');
        person.address = "Camp";
        form.persons.push_back(person);
    }
    dossier::put_in_order(form);
    ASSERT_TRUE(
        a_.desk->edit(id, dossier::changes(a_.fields(id), dossier::fields_of(form)), staff(4)));
    a_.answer(id, ConsentAnswer::Given, 5);
    pseudonym_ = a_.desk->release(id, "NLD", "TA-2026-1", staff(6)).value();
    EXPECT_GT(table(a_, "sync_op"), 1u);
    circle_.exchange();
    EXPECT_EQ(b_.fields(at_b()), a_.fields(id));
}

TEST_F(DossierSyncTest, AStoreThatWasSetBackBeginsANewIncarnationAndLosesNothing) {
    const auto id = released();
    circle_.exchange();
    ASSERT_TRUE(a_.set(id, "case/office", "Office 1"));
    circle_.exchange();
    // What a restore of a backup does; here of one that had everything.
    a_.store->begin_incarnation([](storage::Transaction&) {});
    a_.restart();
    EXPECT_GT(a_.sync().circle().incarnation, 1u);
    ASSERT_TRUE(a_.set(id, "case/office", "Office 3"));
    circle_.exchange();
    EXPECT_EQ(b_.fields(at_b()).at("case/office"), "Office 3");
}

TEST_F(DossierSyncTest, ASecondPastStopsThisSite) {
    const auto id = released();
    const std::string first(a_.sync().to_send(1).front());
    // A copy of this kiosk was faster: the hub has another op in the place of its first.
    const storage::sync::DeviceSigner signer(a_.signing);
    const auto other = storage::sync::Op::sign(
        {{a_.sync().circle().site, 1}, 1, {}, storage::sync::Pseudonym::random(), {}, {}}, "sealed",
        signer);
    ASSERT_TRUE(circle_.relay.take(std::span(&*other, 1)).front().receipt.size() > 0);
    const auto receipt = circle_.relay_store.newest_receipts(a_.sync().circle().site).front();
    EXPECT_EQ(a_.sync().take_receipt(receipt, moment(20)).error().code, Errc::Conflict);
    a_.restart();
    EXPECT_NE(a_.sync().status().at("stopped").as_string(), "");
    EXPECT_EQ(a_.sync().to_send(10).size(), 1u) << "the proof";
    EXPECT_EQ(a_.set(id, "case/office", "Office 1").error().code, Errc::Conflict);
    EXPECT_EQ(table(a_, "sync_fork"), 1u);
    // It will never send the rest, so nothing has to be kept for that.
    ASSERT_TRUE(storage::Erasure(*a_.store).erase({{id}, "request", "dpo 1", moment(90)}));
    a_.desk->reload(moment(91));
    EXPECT_THAT(a_.sync().to_send(10), IsEmpty());
}

TEST_F(DossierSyncTest, ACircleIsTakenByWhoIsInItAndGoesForwardOnly) {
    tests::DossierSite stranger;
    const auto refused = circle_.take(stranger);
    EXPECT_EQ(refused.error().code, Errc::NotFound);
    EXPECT_THAT(refused.error().text, HasSubstr("circle keys"));
    EXPECT_EQ(circle_.take(a_, "CAN").error().code, Errc::Conflict);
    const auto old = circle_.list;
    ++circle_.list.number;
    circle_.list.sites[0].removed = true;
    ASSERT_TRUE(circle_.take(a_));
    circle_.list = old;
    EXPECT_EQ(circle_.take(a_).error().code, Errc::Forbidden);
    const auto id = a_.a_case();
    a_.answer(id, ConsentAnswer::Given, 5);
    const auto out = a_.desk->release(id, "NLD", "TA-2026-1", staff(6));
    EXPECT_EQ(out.error().code, Errc::Forbidden);
    EXPECT_THAT(out.error().text, HasSubstr("taken out"));
}

}  // namespace
}  // namespace sightline::kiosk
