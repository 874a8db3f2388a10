#include "storage/erasure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/audit/signed_note.h"
#include "storage/case_repository.h"
#include "storage/site_key.h"
#include "storage/transaction.h"
#include "tests/support/open_store.h"

namespace sightline::storage {
namespace {

using base::Errc;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr model::RecordTime at(int s) { return model::RecordTime{std::chrono::seconds(s)}; }

class ErasureTest : public testing::Test {
  protected:
    base::DossierId a_case(const std::string& number) {
        return CaseRepository(*store_).create({{}, number, ""}, {"staff 1", at(1)}).value();
    }
    Erasure::Request request(std::vector<base::DossierId> dossiers) {
        return {std::move(dossiers), "request of the person", "dpo 1", at(100)};
    }
    tests::OpenStore store_;
    std::optional<Erasure> erasure_{std::in_place, *store_};
};

TEST_F(ErasureTest, GivesASignedCertificateThatPromisesNothingWithoutATpm) {
    const auto id = a_case("1");
    const auto note = erasure_->erase(request({id}));
    ASSERT_TRUE(note) << note.error().text;
    const std::vector known{site_key(*store_).verifier()};
    const auto verified = audit::open_note(*note, known);
    ASSERT_TRUE(verified) << verified.error().text;
    EXPECT_THAT(verified->text, HasSubstr("dossier " + id.text()));
    EXPECT_THAT(verified->text, HasSubstr("reason request of the person\n"));
    EXPECT_THAT(verified->text, HasSubstr("at 1970-01-01T00:01:40.000Z\n"));
    EXPECT_THAT(verified->text, HasSubstr("assurance not guaranteed"));
    EXPECT_FALSE(store_->exists(id));
    EXPECT_THAT(erasure_->certificates(), ElementsAre(*note));
}

TEST_F(ErasureTest, RefusesWhatItDoesNotKnowAndWhatSaysNoWhy) {
    const auto id = a_case("1");
    EXPECT_EQ(erasure_->erase(request({})).error().code, Errc::Malformed);
    EXPECT_EQ(erasure_->erase(request({kSiteDossier})).error().code, Errc::NotFound);
    EXPECT_EQ(erasure_->erase(request({base::DossierId::from_value(77)})).error().code,
              Errc::NotFound);
    auto silent = request({id});
    silent.reason = "";
    EXPECT_EQ(erasure_->erase(silent).error().code, Errc::Malformed);
    silent.reason = "two\nlines";
    EXPECT_EQ(erasure_->erase(silent).error().code, Errc::Malformed);
    EXPECT_TRUE(store_->exists(id));
    EXPECT_EQ(store_->epoch(), 1u);
}

TEST_F(ErasureTest, AHoldKeepsADossierUntilItIsLifted) {
    const auto id = a_case("1");
    ASSERT_TRUE(erasure_->hold(id, "court order", "dpo 1", at(2)));
    ASSERT_TRUE(erasure_->retain_until(id, at(3), "dpo 1", at(2)));
    store_.restart();
    erasure_.emplace(*store_);
    EXPECT_THAT(erasure_->due(at(50)), IsEmpty());
    const auto refused = erasure_->erase(request({id}));
    EXPECT_EQ(refused.error().code, Errc::Conflict);
    EXPECT_THAT(refused.error().text, HasSubstr("legal hold"));
    ASSERT_TRUE(erasure_->lift(id, "order lapsed", "dpo 1", at(60)));
    EXPECT_THAT(erasure_->due(at(50)), ElementsAre(id));
    EXPECT_TRUE(erasure_->erase(request({id})));
}

TEST_F(ErasureTest, WhatIsDueIsWhatIsOverAndNoMore) {
    const auto over = a_case("1");
    const auto later = a_case("2");
    a_case("3");
    ASSERT_TRUE(erasure_->retain_until(over, at(10), "dpo 1", at(2)));
    ASSERT_TRUE(erasure_->retain_until(later, at(20), "dpo 1", at(2)));
    EXPECT_THAT(erasure_->due(at(9)), IsEmpty());
    EXPECT_THAT(erasure_->due(at(10)), ElementsAre(over));
    EXPECT_THAT(erasure_->due(at(20)), SizeIs(2));
    ASSERT_TRUE(erasure_->retain_until(over, std::nullopt, "dpo 1", at(3)));
    EXPECT_THAT(erasure_->due(at(20)), ElementsAre(later));
}

TEST_F(ErasureTest, ManyGoInOneEpoch) {
    std::vector<base::DossierId> some;
    for (int i = 0; i < 5; ++i) some.push_back(a_case(std::to_string(i)));
    const auto stays = a_case("stays");
    const auto note = erasure_->erase(request(some));
    ASSERT_TRUE(note);
    for (const auto id : some) EXPECT_THAT(*note, HasSubstr(id.text()));
    EXPECT_EQ(store_->epoch(), 2u);
    EXPECT_TRUE(CaseRepository(*store_).open(stays, {"staff 1", at(200)}));
}

// The device forgets after the commit; what if the machine dies in between?
TEST_F(ErasureTest, WhatACrashLeftIsFinishedAtTheNextStart) {
    const auto id = a_case("1");
    const Destruction begun{1, {id}, "retention", "kiosk", at(5), ""};
    const std::vector gone{id};
    ASSERT_TRUE(store_->rotate(gone, [&](Transaction& transaction) {
        transaction.put(kSiteDossier, base::RecordId::random(), RecordKind::Destruction,
                        encode(begun));
    }));
    // As if the device had not been told yet, and as if another epoch had been begun and dropped.
    const base::Secret auth{base::ByteView(base::Bytes(32, 0))};
    ASSERT_TRUE(store_.device().create(1, auth));
    ASSERT_TRUE(store_.device().create(3, auth));
    store_.restart();
    erasure_.emplace(*store_);
    const auto made = erasure_->finish();
    ASSERT_TRUE(made);
    ASSERT_THAT(*made, SizeIs(1));
    EXPECT_THAT(made->front(), HasSubstr("reason retention"));
    EXPECT_THAT(*store_.device().epochs(), ElementsAre(2u));
    EXPECT_THAT(*erasure_->finish(), IsEmpty()) << "once is enough";
}

}  // namespace
}  // namespace sightline::storage
