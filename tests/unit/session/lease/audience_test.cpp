#include "session/lease/audience.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace sightline::lease {
namespace {

using base::ParticipantId;
using base::RecordId;
using consent::Ledger;
using consent::Subject;
using model::Consent;
using model::ConsentAnswer;
using model::ConsentItem;
using model::PauseReason;
using model::Role;
using model::Standing;
using model::State;
using testing::ElementsAre;
using testing::IsEmpty;

const RecordId kAmina = RecordId::from_value(1);

ParticipantId id(std::uint64_t value) { return ParticipantId::from_value(value); }
const ParticipantId kKiosk = id(10);
const ParticipantId kAnna = id(20);   // interviewer
const ParticipantId kOmar = id(30);   // interpreter
const ParticipantId kJan = id(40);    // observer of the Red Cross
const ParticipantId kPress = id(50);  // observer of another organisation

std::vector<Seat> seats() {
    // Not in the order of their ids.
    return {{kPress, Role::Observer, "The press", true},
            {kOmar, Role::Interpreter, "", true},
            {kKiosk, Role::Applicant, "", true},
            {kJan, Role::Observer, "Red Cross", true},
            {kAnna, Role::Interviewer, "", true}};
}

void answer(Ledger& ledger, ConsentItem item, ConsentAnswer said, const std::string& scope = "") {
    Consent c;
    c.person = kAmina;
    c.item = item;
    c.answer = said;
    c.scope = scope;
    c.at = model::RecordTime(std::chrono::seconds(1000 + ledger.all().size()));
    ledger.add(c);
}
Ledger with_yes_to(const std::set<ConsentItem>& items) {
    Ledger ledger;
    ledger.set_subjects({Subject{kAmina}});
    for (const auto item : items) {
        answer(ledger, item, ConsentAnswer::Given,
               item == ConsentItem::Observers ? "Red Cross" : "");
    }
    return ledger;
}
const std::set<ConsentItem> kAll{ConsentItem::Video, ConsentItem::Audio, ConsentItem::Observers};

std::vector<Standing> standings() {
    return {{State::Scheduled},
            {State::CheckedIn},
            {State::Consenting},
            {State::Waiting},
            {State::Live},
            {State::Paused, PauseReason::Break},
            {State::Paused, PauseReason::PrivateTalk},
            {State::Paused, PauseReason::LinkLost},
            {State::Paused, PauseReason::Distress},
            {State::Ended, std::nullopt, model::EndReason::Complete},
            {State::Paused}};  // without a reason: our own mistake, and still nobody is heard
}

bool receives(const std::vector<Flow>& flows, ParticipantId receiver) {
    return std::any_of(flows.begin(), flows.end(), [&](const Flow& flow) {
        return std::count(flow.audio.begin(), flow.audio.end(), receiver) +
                   std::count(flow.video.begin(), flow.video.end(), receiver) >
               0;
    });
}
const Flow* from(const std::vector<Flow>& flows, ParticipantId sender) {
    const auto it = std::find_if(flows.begin(), flows.end(),
                                 [&](const Flow& flow) { return flow.sender == sender; });
    return it == flows.end() ? nullptr : &*it;
}

TEST(Audience, LiveWithEveryConsentEverybodyHearsAndSeesWhoSpeaks) {
    const auto flows = audience({State::Live}, seats(), with_yes_to(kAll));
    EXPECT_THAT(flows, ElementsAre(Flow{kKiosk, {kAnna, kOmar, kJan}, {kAnna, kOmar, kJan}},
                                   Flow{kAnna, {kKiosk, kOmar, kJan}, {kKiosk, kOmar, kJan}},
                                   Flow{kOmar, {kKiosk, kAnna, kJan}, {kKiosk, kAnna, kJan}}));
}

TEST(Audience, APrivateTalkIsTheSameWithoutObservers) {
    const auto flows =
        audience({State::Paused, PauseReason::PrivateTalk}, seats(), with_yes_to(kAll));
    EXPECT_THAT(flows, ElementsAre(Flow{kKiosk, {kAnna, kOmar}, {kAnna, kOmar}},
                                   Flow{kAnna, {kKiosk, kOmar}, {kKiosk, kOmar}},
                                   Flow{kOmar, {kKiosk, kAnna}, {kKiosk, kAnna}}));
}

TEST(Audience, WhileConsentIsAskedForApplicantAndInterpreterHearEachOtherAndNobodyElse) {
    for (const State state : {State::Consenting, State::Waiting}) {
        for (const auto& consents : {with_yes_to({}), with_yes_to(kAll)}) {
            EXPECT_THAT(audience({state}, seats(), consents),
                        ElementsAre(Flow{kKiosk, {kOmar}, {}}, Flow{kOmar, {kKiosk}, {}}));
        }
    }
}

TEST(Audience, WhoSaysNoToAudioWhileBeingAskedIsNotHeardFromThenOn) {
    Ledger consents = with_yes_to({ConsentItem::Video});
    answer(consents, ConsentItem::Audio, ConsentAnswer::Refused);
    for (const State state : {State::Consenting, State::Waiting}) {
        EXPECT_THAT(audience({state}, seats(), consents), ElementsAre(Flow{kOmar, {kKiosk}, {}}));
    }
}

TEST(Audience, RefusedVideoMeansAudioOnly) {
    const auto flows = audience({State::Live}, seats(), with_yes_to({ConsentItem::Audio}));
    EXPECT_EQ(*from(flows, kKiosk), (Flow{kKiosk, {kAnna, kOmar}, {}}));
    // The others' pictures are theirs to show.
    EXPECT_EQ(*from(flows, kAnna), (Flow{kAnna, {kKiosk, kOmar}, {kKiosk, kOmar}}));
}

TEST(Audience, AWithdrawalTakesTheObserverOutAndOnlyTheObserver) {
    Ledger consents = with_yes_to(kAll);
    const auto before = audience({State::Live}, seats(), consents);
    EXPECT_TRUE(receives(before, kJan));
    answer(consents, ConsentItem::Observers, ConsentAnswer::Withdrawn, "Red Cross");
    const auto after = audience({State::Live}, seats(), consents);
    EXPECT_FALSE(receives(after, kJan));
    EXPECT_TRUE(receives(after, kAnna));
}

TEST(Audience, AnObserverIsThereForTheirOwnOrganisationOnly) {
    Ledger consents = with_yes_to(kAll);
    EXPECT_FALSE(receives(audience({State::Live}, seats(), consents), kPress));
    answer(consents, ConsentItem::Observers, ConsentAnswer::Given, "The press");
    EXPECT_TRUE(receives(audience({State::Live}, seats(), consents), kPress));
    auto nameless = seats();
    for (Seat& seat : nameless) seat.organisation.clear();
    const auto flows = audience({State::Live}, nameless, consents);
    EXPECT_FALSE(receives(flows, kJan));
    EXPECT_FALSE(receives(flows, kPress));
}

TEST(Audience, RolesWithoutASeatInAnInterviewNeitherSendNorReceive) {
    for (const Role role :
         {Role::Staff, Role::Supervisor, Role::DataProtectionOfficer, Role::Operator}) {
        auto all = seats();
        all.push_back({id(60), role, "Red Cross", true});
        const auto flows = audience({State::Live}, all, with_yes_to(kAll));
        EXPECT_EQ(from(flows, id(60)), nullptr) << name_of(role);
        EXPECT_FALSE(receives(flows, id(60))) << name_of(role);
    }
}

TEST(Audience, AloneNobodyIsInAFlow) {
    EXPECT_THAT(audience({State::Live}, {}, with_yes_to(kAll)), IsEmpty());
    EXPECT_THAT(audience({State::Live}, {{kKiosk, Role::Applicant, "", true}}, with_yes_to(kAll)),
                IsEmpty());
}

enum class Said : std::uint8_t { Nothing, Yes, No, Withdrawn };
struct Case {
    Standing standing;
    Said video, audio, observers;
    std::vector<Seat> seats;
};

Ledger ledger_of(const Case& c) {
    Ledger ledger;
    ledger.set_subjects({Subject{kAmina}});
    const auto record = [&](ConsentItem item, Said said, const std::string& scope = "") {
        if (said == Said::Yes || said == Said::Withdrawn) {
            answer(ledger, item, ConsentAnswer::Given, scope);
        }
        if (said == Said::No) answer(ledger, item, ConsentAnswer::Refused, scope);
        if (said == Said::Withdrawn) answer(ledger, item, ConsentAnswer::Withdrawn, scope);
    };
    record(ConsentItem::Video, c.video);
    record(ConsentItem::Audio, c.audio);
    record(ConsentItem::Observers, c.observers, "Red Cross");
    return ledger;
}

// What must never be true, whatever the case. Returns whether anything flows at all.
bool keeps_the_rules(const Case& c) {
    const auto flows = audience(c.standing, c.seats, ledger_of(c));
    const bool live = c.standing.state == State::Live;
    const bool private_talk = c.standing.pause == PauseReason::PrivateTalk;
    const bool asking = c.standing.state == State::Consenting || c.standing.state == State::Waiting;
    if (!live && !private_talk && !asking) {
        EXPECT_THAT(flows, IsEmpty());
    }
    for (const Seat& seat : c.seats) {
        const bool receiving = receives(flows, seat.id);
        const Flow* const own = from(flows, seat.id);
        if (!seat.admitted) {  // in the lobby
            EXPECT_EQ(own, nullptr);
            EXPECT_FALSE(receiving);
        }
        if (seat.role == Role::Observer) {
            EXPECT_EQ(own, nullptr);
            EXPECT_FALSE(receiving && (!live || seat.id != kJan || c.observers != Said::Yes));
        }
        if (own == nullptr) continue;
        EXPECT_FALSE(own->audio.empty() && own->video.empty());
        for (const auto* ids : {&own->audio, &own->video}) {
            EXPECT_TRUE(std::is_sorted(ids->begin(), ids->end()));
            EXPECT_EQ(std::set(ids->begin(), ids->end()).size(), ids->size());
            EXPECT_EQ(std::count(ids->begin(), ids->end(), seat.id), 0);
        }
        if (asking) {
            EXPECT_THAT(own->video, IsEmpty());
        }
    }
    if (const Flow* const applicant = from(flows, kKiosk)) {
        EXPECT_TRUE(c.video == Said::Yes || applicant->video.empty());
        EXPECT_TRUE(c.audio == Said::Yes || (asking && c.audio == Said::Nothing) ||
                    applicant->audio.empty());
    }
    EXPECT_TRUE(std::is_sorted(flows.begin(), flows.end(),
                               [](const Flow& a, const Flow& b) { return a.sender < b.sender; }));
    return !flows.empty();
}

// With everybody in the lobby or admitted, in every combination.
TEST(Audience, InEveryStateWithEveryConsentTheRulesHold) {
    const std::vector<Said> all{Said::Nothing, Said::Yes, Said::No, Said::Withdrawn};
    int cases = 0;
    int flowing = 0;
    for (const Standing& standing : standings()) {
        for (int i = 0; i < 4 * 4 * 4 * 32; ++i) {
            const auto at = [&](int divisor) {
                return all[static_cast<std::size_t>(i / divisor % 4)];
            };
            Case c{standing, at(1), at(4), at(16), seats()};
            for (std::size_t k = 0; k < c.seats.size(); ++k) {
                c.seats[k].admitted = ((i / 64) >> k & 1) != 0;
            }
            ++cases;
            flowing += keeps_the_rules(c) ? 1 : 0;
        }
    }
    EXPECT_EQ(cases, 11 * 64 * 32);
    // Something does flow in more than a tenth of them: the rules above had something to look at.
    EXPECT_GT(flowing, cases / 10);
}

}  // namespace
}  // namespace sightline::lease
