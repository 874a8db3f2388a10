#include "session/consent/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/consent_texts.h"

namespace sightline::consent {
namespace {

using base::Errc;
using base::RecordId;
using model::Consent;
using model::ConsentAnswer;
using model::ConsentItem;
using testing::HasSubstr;

const RecordId kAmina = RecordId::from_value(1);
const RecordId kYusuf = RecordId::from_value(2);
const RecordId kChild = RecordId::from_value(3);
const RecordId kAunt = RecordId::from_value(4);  // a guardian who is not interviewed

model::RecordTime at(int seconds) {
    return model::RecordTime(std::chrono::seconds(1'700'000'000 + seconds));
}

class LedgerTest : public testing::Test {
  protected:
    LedgerTest() {
        texts_.write_usual();
        library_ = texts_.load().value();
        ledger_.set_subjects({Subject{kAmina}});
    }

    // As the kiosk would write it, with the English text.
    Consent consent(RecordId person, ConsentItem item, ConsentAnswer answer, int seconds,
                    std::string scope = "") const {
        Consent c;
        c.id = RecordId::random();
        c.person = person;
        c.item = item;
        c.answer = answer;
        c.scope = std::move(scope);
        c.at = at(seconds);
        c.witness = "staff 1a2b3c";
        c.language = "en";
        c.text_sha256 = library_.find(item, "en")->sha256;
        return c;
    }
    Consent for_child(RecordId guardian, ConsentItem item, ConsentAnswer answer,
                      int seconds) const {
        Consent c = consent(guardian, item, answer, seconds);
        c.on_behalf = kChild;
        return c;
    }
    void says(RecordId person, ConsentAnswer answer, int seconds,
              ConsentItem item = ConsentItem::Video) {
        ledger_.add(consent(person, item, answer, seconds));
    }
    base::Error refusal(const Consent& c, bool training = false) const {
        const auto checked = ledger_.check(c, library_, training);
        EXPECT_FALSE(checked);
        return checked ? base::Error{} : checked.error();
    }
    bool allowed(const Consent& c, bool training = false) const {
        const auto checked = ledger_.check(c, library_, training);
        if (!checked) ADD_FAILURE() << checked.error().text;
        return checked.has_value();
    }

    tests::ConsentTexts texts_;
    TextLibrary library_;
    Ledger ledger_;
};

TEST_F(LedgerTest, NothingIsInForceBeforeEverybodyHasSaidYes) {
    ledger_.set_subjects({Subject{kAmina}, Subject{kYusuf}});
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
    says(kAmina, ConsentAnswer::Given, 1);
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
    says(kYusuf, ConsentAnswer::Given, 2);
    EXPECT_TRUE(ledger_.in_force(ConsentItem::Video));
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Audio));
    says(kYusuf, ConsentAnswer::Withdrawn, 3);
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
    EXPECT_TRUE(ledger_.declined(ConsentItem::Video));
    EXPECT_FALSE(ledger_.declined(ConsentItem::Audio));
}

TEST_F(LedgerTest, WithNobodyThereNothingIsInForceAndNothingIsAnswered) {
    ledger_.set_subjects({});
    says(kAmina, ConsentAnswer::Given, 1);
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
    EXPECT_FALSE(ledger_.declined(ConsentItem::Video));
    EXPECT_FALSE(ledger_.answered());
}

TEST_F(LedgerTest, TheLatestAnswerCountsAndThinkingAgainIsAllowed) {
    says(kAmina, ConsentAnswer::Refused, 1);
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
    says(kAmina, ConsentAnswer::Given, 2);
    EXPECT_TRUE(ledger_.in_force(ConsentItem::Video));
    EXPECT_FALSE(ledger_.declined(ConsentItem::Video));
    says(kAmina, ConsentAnswer::Withdrawn, 3);
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
    says(kAmina, ConsentAnswer::Given, 4);
    EXPECT_TRUE(ledger_.in_force(ConsentItem::Video));
    EXPECT_EQ(ledger_.all().size(), 4u);
}

TEST_F(LedgerTest, AWithdrawalWinsOverAYesOfTheSameTimeInEitherOrder) {
    says(kAmina, ConsentAnswer::Given, 1);
    says(kAmina, ConsentAnswer::Withdrawn, 1);
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
    says(kAmina, ConsentAnswer::Given, 1);
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
    says(kAmina, ConsentAnswer::Given, 2);
    EXPECT_TRUE(ledger_.in_force(ConsentItem::Video));
}

TEST_F(LedgerTest, AClockThatJumpsBackDoesNotUndoAWithdrawal) {
    says(kAmina, ConsentAnswer::Given, 1000);
    says(kAmina, ConsentAnswer::Withdrawn, 1);  // the clock has jumped back
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
}

TEST_F(LedgerTest, AClockThatStandsBeforeTheLastNoIsToldSoInsteadOfTakingAYesThatWouldNotCount) {
    says(kAmina, ConsentAnswer::Given, 1);
    says(kAmina, ConsentAnswer::Withdrawn, 1000);
    const auto again = consent(kAmina, ConsentItem::Video, ConsentAnswer::Given, 2);
    EXPECT_EQ(refusal(again).code, Errc::Conflict);
    EXPECT_THAT(refusal(again).text, HasSubstr("clock"));
    ledger_.add(again);
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
    EXPECT_TRUE(allowed(consent(kAmina, ConsentItem::Video, ConsentAnswer::Given, 1001)));
    // Another item and another person have nothing to do with it.
    EXPECT_TRUE(allowed(consent(kAmina, ConsentItem::Audio, ConsentAnswer::Given, 2)));
}

TEST_F(LedgerTest, AnotherItemOrScopeChangesNothing) {
    ledger_.add(consent(kAmina, ConsentItem::Observers, ConsentAnswer::Given, 1, "Red Cross"));
    EXPECT_TRUE(ledger_.in_force(ConsentItem::Observers, "Red Cross"));
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Observers, "red cross"));
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Observers, ""));
    EXPECT_FALSE(ledger_.in_force(ConsentItem::ShareDossier, "Red Cross"));
    ledger_.add(consent(kAmina, ConsentItem::Observers, ConsentAnswer::Refused, 2, "The press"));
    EXPECT_TRUE(ledger_.in_force(ConsentItem::Observers, "Red Cross"));
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Observers, "The press"));
    ledger_.add(consent(kAmina, ConsentItem::Observers, ConsentAnswer::Withdrawn, 3, "Red Cross"));
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Observers, "Red Cross"));
}

TEST_F(LedgerTest, AChildNeedsItsAssentItsGuardiansConsentAndTheSuitabilityGate) {
    ledger_.set_subjects({Subject{kChild, true, kAunt, true}});
    ledger_.add(for_child(kAunt, ConsentItem::Video, ConsentAnswer::Given, 1));
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
    says(kChild, ConsentAnswer::Given, 2);
    EXPECT_TRUE(ledger_.in_force(ConsentItem::Video));
    ledger_.set_subjects({Subject{kChild, true, kAunt, false}});
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
    ledger_.set_subjects({Subject{kChild, true, kAunt, true}});
    says(kChild, ConsentAnswer::Withdrawn, 3);  // the child alone can say no
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
    EXPECT_TRUE(ledger_.declined(ConsentItem::Video));
    says(kChild, ConsentAnswer::Given, 4);
    ledger_.add(for_child(kAunt, ConsentItem::Video, ConsentAnswer::Withdrawn, 5));
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
}

TEST_F(LedgerTest, AChildWithoutAGuardianIsNeverInForceNorAnswered) {
    ledger_.set_subjects({Subject{kChild, true, std::nullopt, true}});
    for (const auto item : {ConsentItem::Video, ConsentItem::Audio, ConsentItem::Metadata}) {
        ledger_.add(consent(kChild, item, ConsentAnswer::Given, 1));
        EXPECT_FALSE(ledger_.in_force(item));
    }
    EXPECT_FALSE(ledger_.answered());
}

TEST_F(LedgerTest, AGuardiansOwnConsentIsNotTheChilds) {
    ledger_.set_subjects({Subject{kAmina}, Subject{kChild, true, kAmina, true}});
    says(kAmina, ConsentAnswer::Given, 1);
    says(kChild, ConsentAnswer::Given, 2);
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
    ledger_.add(for_child(kAmina, ConsentItem::Video, ConsentAnswer::Given, 3));
    EXPECT_TRUE(ledger_.in_force(ConsentItem::Video));
    // Another guardian is appointed: who was it before answers no longer.
    ledger_.set_subjects({Subject{kAmina}, Subject{kChild, true, kAunt, true}});
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
}

TEST_F(LedgerTest, AnAdultWhoHasNotPassedTheGateIsNotInForce) {
    ledger_.set_subjects({Subject{kAmina, false, std::nullopt, false}});
    says(kAmina, ConsentAnswer::Given, 1);
    EXPECT_FALSE(ledger_.in_force(ConsentItem::Video));
}

TEST_F(LedgerTest, AnsweredMeansThatEachOfTheThreeHasAnAnswerWhicheverItIs) {
    EXPECT_FALSE(ledger_.answered());
    says(kAmina, ConsentAnswer::Refused, 1, ConsentItem::Video);
    says(kAmina, ConsentAnswer::Given, 1, ConsentItem::Audio);
    EXPECT_FALSE(ledger_.answered());
    says(kAmina, ConsentAnswer::Refused, 1, ConsentItem::Metadata);
    EXPECT_TRUE(ledger_.answered());
    ledger_.set_subjects({Subject{kAmina}, Subject{kYusuf}});
    EXPECT_FALSE(ledger_.answered());
}

TEST_F(LedgerTest, TheUsualConsentIsTaken) {
    EXPECT_TRUE(allowed(consent(kAmina, ConsentItem::Video, ConsentAnswer::Given, 1)));
    EXPECT_TRUE(allowed(consent(kAmina, ConsentItem::Video, ConsentAnswer::Refused, 1)));
    EXPECT_TRUE(
        allowed(consent(kAmina, ConsentItem::Observers, ConsentAnswer::Given, 1, "Red Cross")));
    EXPECT_TRUE(
        allowed(consent(kAmina, ConsentItem::ShareDossier, ConsentAnswer::Given, 1, "NLD")));
}

TEST_F(LedgerTest, SomebodyWhoDoesNotTakePartIsNotFound) {
    const auto stranger = consent(kYusuf, ConsentItem::Video, ConsentAnswer::Given, 1);
    EXPECT_EQ(refusal(stranger).code, Errc::NotFound);
    EXPECT_EQ(refusal(for_child(kAmina, ConsentItem::Video, ConsentAnswer::Given, 1)).code,
              Errc::NotFound);
}

TEST_F(LedgerTest, OnlyAGuardianAnswersForAChildAndNobodyForAnAdult) {
    ledger_.set_subjects({Subject{kAmina}, Subject{kChild, true, kAunt, true}});
    EXPECT_TRUE(allowed(for_child(kAunt, ConsentItem::Video, ConsentAnswer::Given, 1)));
    EXPECT_TRUE(allowed(consent(kChild, ConsentItem::Video, ConsentAnswer::Given, 1)));
    EXPECT_EQ(refusal(for_child(kAmina, ConsentItem::Video, ConsentAnswer::Given, 1)).code,
              Errc::Conflict);
    EXPECT_EQ(refusal(for_child(kChild, ConsentItem::Video, ConsentAnswer::Given, 1)).code,
              Errc::Conflict);
    auto for_adult = consent(kAunt, ConsentItem::Video, ConsentAnswer::Given, 1);
    for_adult.on_behalf = kAmina;
    EXPECT_EQ(refusal(for_adult).code, Errc::Conflict);
    const auto without_child = consent(kAunt, ConsentItem::Video, ConsentAnswer::Given, 1);
    EXPECT_EQ(refusal(without_child).code, Errc::Malformed);
    EXPECT_THAT(refusal(without_child).text, HasSubstr("say for which"));
    // A child is not its own guardian, whatever the case file says.
    ledger_.set_subjects({Subject{kChild, true, kChild, true}});
    EXPECT_EQ(refusal(for_child(kChild, ConsentItem::Video, ConsentAnswer::Given, 1)).code,
              Errc::Conflict);
}

TEST_F(LedgerTest, ATextThatNobodyHasIsRefused) {
    auto unknown = consent(kAmina, ConsentItem::Video, ConsentAnswer::Given, 1);
    for (const std::string& hash : {std::string(64, 'a'), std::string(), std::string("x")}) {
        unknown.text_sha256 = hash;
        EXPECT_EQ(refusal(unknown).code, Errc::NotFound);
        EXPECT_EQ(refusal(unknown, true).code, Errc::NotFound);
        unknown.answer = ConsentAnswer::Refused;
        EXPECT_EQ(refusal(unknown).code, Errc::NotFound);
    }
}

TEST_F(LedgerTest, ATextOfAnotherItemOrLanguageIsRefused) {
    auto other = consent(kAmina, ConsentItem::Video, ConsentAnswer::Given, 1);
    other.text_sha256 = library_.find(ConsentItem::Audio, "en")->sha256;
    EXPECT_EQ(refusal(other).code, Errc::Malformed);
    other.text_sha256 = library_.find(ConsentItem::Video, "fr")->sha256;
    EXPECT_EQ(refusal(other).code, Errc::Malformed);
    other.language = "fr";
    EXPECT_TRUE(allowed(other));
}

TEST_F(LedgerTest, ADraftIsForTrainingOnly) {
    auto draft = consent(kAmina, ConsentItem::Video, ConsentAnswer::Given, 1);
    draft.language = "ti";
    draft.text_sha256 = library_.find(ConsentItem::Video, "ti")->sha256;
    EXPECT_EQ(refusal(draft).code, Errc::Conflict);
    EXPECT_THAT(refusal(draft).text, HasSubstr("training"));
    EXPECT_TRUE(allowed(draft, true));
    draft.answer = ConsentAnswer::Refused;
    EXPECT_EQ(refusal(draft).code, Errc::Conflict);
}

TEST_F(LedgerTest, AScopeStandsWhereTheItemHasOneAndOnlyThere) {
    const auto code = [&](ConsentItem item, const std::string& scope) {
        return refusal(consent(kAmina, item, ConsentAnswer::Given, 1, scope)).code;
    };
    EXPECT_EQ(code(ConsentItem::Video, "Red Cross"), Errc::Malformed);
    EXPECT_EQ(code(ConsentItem::Metadata, "NLD"), Errc::Malformed);
    EXPECT_EQ(code(ConsentItem::Observers, ""), Errc::Malformed);
    EXPECT_EQ(code(ConsentItem::Observers, "Red\nCross"), Errc::Malformed);
    EXPECT_EQ(code(ConsentItem::Observers, std::string(121, 'x')), Errc::Malformed);
    for (const char* state : {"", "nld", "Netherlands", "NL", "NL1"}) {
        EXPECT_EQ(code(ConsentItem::ShareDossier, state), Errc::Malformed) << state;
    }
}

TEST_F(LedgerTest, AnAnswerNeedsAWitness) {
    auto unseen = consent(kAmina, ConsentItem::Video, ConsentAnswer::Given, 1);
    unseen.witness.clear();
    EXPECT_EQ(refusal(unseen).code, Errc::Malformed);
    unseen.answer = ConsentAnswer::Refused;
    EXPECT_EQ(refusal(unseen).code, Errc::Malformed);
}

TEST_F(LedgerTest, NothingStandsInTheWayOfAWithdrawalOfWhatIsGiven) {
    says(kAmina, ConsentAnswer::Given, 1000);
    Consent bare;
    bare.person = kAmina;
    bare.item = ConsentItem::Video;
    bare.answer = ConsentAnswer::Withdrawn;
    bare.at = at(1);  // a clock that went back, no witness, no text, no language
    EXPECT_TRUE(allowed(bare));
    bare.text_sha256 = std::string(64, 'a');  // of a version that is no longer installed
    EXPECT_TRUE(allowed(bare));
}

TEST_F(LedgerTest, OnlyWhatIsGivenCanBeWithdrawn) {
    const auto withdrawal = consent(kAmina, ConsentItem::Video, ConsentAnswer::Withdrawn, 9);
    EXPECT_EQ(refusal(withdrawal).code, Errc::Conflict);
    says(kAmina, ConsentAnswer::Refused, 1);
    EXPECT_EQ(refusal(withdrawal).code, Errc::Conflict);
    says(kAmina, ConsentAnswer::Given, 2);
    EXPECT_TRUE(allowed(withdrawal));
    ledger_.add(withdrawal);
    EXPECT_EQ(refusal(withdrawal).code, Errc::Conflict);
    // Of an organisation, only for the same one.
    ledger_.add(consent(kAmina, ConsentItem::Observers, ConsentAnswer::Given, 3, "Red Cross"));
    EXPECT_EQ(
        refusal(consent(kAmina, ConsentItem::Observers, ConsentAnswer::Withdrawn, 4, "MSF")).code,
        Errc::Conflict);
}

}  // namespace
}  // namespace sightline::consent
