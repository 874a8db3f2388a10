#include "appliance/kiosk/kept_trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/device_keys.h"
#include "tests/support/open_store.h"
#include "tests/unit/session/identity/papers.h"

namespace sightline::kiosk {
namespace {

using identity::papers::day;
using identity::papers::member;
using model::Role;
using signature::DeviceKey;
using testing::HasSubstr;

class KeptTrustTest : public testing::Test {
  protected:
    KeptTrustTest() {
        trust_.load(kiosk_);
        EXPECT_TRUE(delegation_.roster.enrol(member(hers_)));
    }
    Now now() const {
        return {base::Instant(std::chrono::seconds(1000)),
                std::chrono::time_point_cast<model::RecordTime::duration>(day(today_))};
    }
    std::string refusal(const identity::Papers& papers) {
        const auto taken = trust_.take(papers, kiosk_, {"supervisor 1a2b3c", now().wall});
        return taken ? "none" : taken.error().text;
    }
    // What a kiosk that has just started believes.
    KeptTrust restarted() {
        KeptTrust after(repository_, [this] { return now(); });
        after.load(kiosk_);
        return after;
    }

    int today_ = 1;
    tests::OpenStore store_;
    storage::DelegationRepository repository_{*store_};
    int changed_ = 0;
    KeptTrust trust_{repository_, [this] { return now(); }, [this] { ++changed_; }};

    const signature::PublicKey kiosk_ = tests::kiosk_key().public_key();
    const signature::PublicKey hers_ = DeviceKey::random().public_key();
    const signature::PublicKey strange_ = DeviceKey::random().public_key();
    identity::papers::Delegation delegation_;
};

TEST_F(KeptTrustTest, WithoutADelegationTheKioskStandsForItself) {
    EXPECT_EQ(trust_.root_jwk(), "");
    EXPECT_EQ(trust_.mission_jws(), "");
    EXPECT_TRUE(trust_.vouch(strange_, Role::Interviewer));
    EXPECT_FALSE(trust_.status().at("enrolled").as_bool());
}

TEST_F(KeptTrustTest, PapersThatAreTakenHoldAtOnceAndAfterARestart) {
    const auto papers = delegation_.papers_for(kiosk_);
    EXPECT_EQ(refusal(papers), "none");
    EXPECT_EQ(changed_, 1);
    const KeptTrust after = restarted();
    for (const KeptTrust* trust : {&std::as_const(trust_), &after}) {
        EXPECT_EQ(trust->root_jwk(), delegation_.root.public_key().jwk());
        EXPECT_EQ(trust->mission_jws(), papers.mission_jws);
        EXPECT_TRUE(trust->vouch(hers_, Role::Interviewer));
        EXPECT_FALSE(trust->vouch(strange_, Role::Interviewer));
    }
    today_ = 31;
    EXPECT_THAT(after.vouch(hers_, Role::Interviewer).error().text, HasSubstr("was good until"));
}

TEST_F(KeptTrustTest, ARefusedRosterChangesNothingHereOrInTheStore) {
    const auto old = delegation_.papers_for(kiosk_);
    ASSERT_TRUE(delegation_.roster.revoke(member(hers_).code()));
    delegation_.renumber();
    EXPECT_EQ(refusal(delegation_.papers_for(kiosk_)), "none");
    EXPECT_THAT(refusal(old), HasSubstr("knows number 2 already"));
    EXPECT_EQ(trust_.trust().roster().number, 2u);
    EXPECT_EQ(restarted().trust().roster().number, 2u);
    EXPECT_EQ(changed_, 1);
}

TEST_F(KeptTrustTest, NewerPapersTakeThePlaceOfTheOldOnes) {
    EXPECT_EQ(refusal(delegation_.papers_for(kiosk_)), "none");
    delegation_.renumber();
    EXPECT_EQ(refusal(delegation_.papers_for(kiosk_)), "none");
    int rows = 0;
    const auto site = store_->read(storage::kSiteDossier);
    for (const auto& record : site->records) {
        rows += record.kind == storage::RecordKind::Delegation ? 1 : 0;
    }
    EXPECT_EQ(rows, 1);
    const std::string leaf = store_->openings(storage::kSiteDossier)->back().event;
    EXPECT_THAT(leaf, HasSubstr("\"delegation.taken\""));
    EXPECT_THAT(leaf, HasSubstr(", roster 2\""));
}

TEST_F(KeptTrustTest, AfterItHasLeftAnotherDelegationMayCome) {
    EXPECT_FALSE(trust_.leave({"supervisor 1a2b3c", now().wall}));
    EXPECT_EQ(refusal(delegation_.papers_for(kiosk_)), "none");
    const identity::papers::Delegation other;
    EXPECT_THAT(refusal(other.papers_for(kiosk_)), HasSubstr("`sightline delegation leave`"));
    EXPECT_TRUE(trust_.leave({"supervisor 1a2b3c", now().wall}));
    EXPECT_TRUE(trust_.vouch(strange_, Role::Interviewer));
    EXPECT_FALSE(restarted().is_enrolled());
    EXPECT_EQ(refusal(other.papers_for(kiosk_)), "none");
    EXPECT_EQ(changed_, 3);
}

}  // namespace
}  // namespace sightline::kiosk
