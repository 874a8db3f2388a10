// What people say in their pages by sealed words, and what the kiosk tells the pages by sealed
// news: the authority with pages that the test plays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "appliance/kiosk/session_authority.h"
#include "tests/support/kiosk_bench.h"
#include "tests/support/played_page.h"
#include "tests/support/unwritable_files.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using model::ConsentAnswer;
using model::PauseReason;
using model::Role;
using model::State;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using tests::after;
using tests::PlayedPage;

class SessionNews : public testing::Test {
  protected:
    SessionNews() {
        bench_.lead_to(State::Live, ConsentAnswer::Given, now());
        bench_.consent(model::ConsentItem::Observers, ConsentAnswer::Given, now(), "Ministry")
            .value();
        authority().engine_started("EEEEEEEEEEEEEEEEEEEEEE");
        anna_ = comes(Role::Interviewer, "Anna");
        omar_ = comes(Role::Interpreter, "Omar");
        jan_ = comes(Role::Observer, "Jan");
        carry();
    }
    SessionAuthority& authority() { return bench_.authority(); }
    Now now() const { return after(elapsed_); }
    base::ParticipantId comes(Role role, const std::string& name) {
        const auto invited = bench_.invite(role, name, now());
        pages_.emplace(invited.participant,
                       PlayedPage(bench_.session, invited.participant, invited.link));
        joins(invited.participant);
        authority().admit(invited.participant, bench_.said(now())).value();
        return invited.participant;
    }
    void joins(base::ParticipantId id) {
        authority().on_hub(Joined{bench_.session, id, now().wall}, now());
    }
    PlayedPage& page(base::ParticipantId id) { return pages_.at(id); }
    json::object& news(base::ParticipantId id) { return page(id).news; }
    std::string turn() { return std::string(news(jan_).at("turn").as_string()); }
    void says(base::ParticipantId id, const json::object& word) {
        authority().on_hub(HubLetter{bench_.session, id, page(id).word(word)}, now());
        carry();
    }
    // The hub carries letters both ways until there are no more. What it was told.
    std::string carry() {
        std::string told;
        for (auto messages = authority().take_hub_messages(); !messages.empty();
             messages = authority().take_hub_messages()) {
            for (const auto& message : messages) {
                told += message;
                const auto object = json::parse(message).as_object();
                if (object.at("type") != "letter") continue;
                const auto to =
                    base::ParticipantId::parse(object.at("participant").as_string()).value();
                const auto answer = page(to).take(std::string(object.at("text").as_string()));
                if (answer.empty()) continue;
                authority().on_hub(HubLetter{bench_.session, to, answer}, now());
            }
        }
        return told;
    }
    void let_pass(milliseconds time) {
        elapsed_ += time;
        authority().tick(now());
    }
    std::vector<std::string> log() { return bench_.log(bench_.session); }
    std::size_t letters(base::ParticipantId id) { return page(id).news_numbers.size(); }

    tests::KioskBench bench_;
    std::map<base::ParticipantId, PlayedPage> pages_;
    base::ParticipantId anna_, omar_, jan_;
    milliseconds elapsed_{0};
};

TEST_F(SessionNews, EveryDeviceWithKeysHasTheNewsAfterItsEpoch) {
    for (const auto id : {anna_, omar_, jan_}) {
        ASSERT_FALSE(news(id).empty());
        EXPECT_EQ(news(id).at("to").as_string(), id.text());
        EXPECT_EQ(news(id).at("session").as_string(), bench_.session.text());
        EXPECT_EQ(news(id).at("page").as_string(), page(id).run);
        EXPECT_TRUE(news(id).at("pause_until").is_null());
        EXPECT_EQ(news(id).at("turn").as_string(), "");
        EXPECT_EQ(news(id).at("view").as_string(), "face");
        EXPECT_EQ(news(id).at("asked_view").as_string(), "");
        EXPECT_TRUE(news(id).at("understood").is_null());
        EXPECT_FALSE(news(id).at("training").as_bool());
        EXPECT_TRUE(news(id).at("undertaken").as_array().empty());
    }
    news(anna_).clear();
    page(anna_).reload();
    authority().on_hub(HubLetter{bench_.session, anna_, page(anna_).hello()}, now());
    carry();
    EXPECT_FALSE(news(anna_).empty()) << "whoever loads the page anew is told all of it";
}

TEST_F(SessionNews, WhatDoesNotChangeIsNotSaidAgain) {
    const auto before = letters(anna_);
    let_pass(seconds(5));
    authority().tick_keys(now());
    carry();
    EXPECT_EQ(letters(anna_), before);
}

TEST_F(SessionNews, NumbersOnlyGrowOverRestartsToo) {
    says(omar_, {{"say", "turn"}, {"turn", "take"}});
    const auto last = page(anna_).news_numbers.back();
    bench_.crash_and_start(now());
    authority().hub_connected();
    authority().engine_started("FFFFFFFFFFFFFFFFFFFFFF");
    for (const auto id : {anna_, omar_, jan_}) joins(id);
    carry();
    const auto& numbers = page(anna_).news_numbers;
    EXPECT_GT(numbers.back(), last);
    EXPECT_LT(numbers.back(), std::int64_t{1} << 53) << "a page counts no further";
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
    EXPECT_EQ(std::adjacent_find(numbers.begin(), numbers.end()), numbers.end());
    EXPECT_EQ(turn(), "") << "after a restart it is nobody's turn";
}

TEST_F(SessionNews, NothingOfTheNewsReachesTheHub) {
    authority().on_hub(HubLetter{bench_.session, omar_,
                                 page(omar_).word({{"say", "languages"},
                                                   {"language", "Tigrinya"},
                                                   {"dialect", "Akele-Guzai"},
                                                   {"heard", true}})},
                       now());
    const auto told = carry();
    ASSERT_EQ(news(anna_).at("languages").at(0).at("language").as_string(), "Tigrinya");
    for (const char* word : {"Tigrinya", "Akele-Guzai", "languages", "undertaken", "live_ms"}) {
        EXPECT_THAT(told, Not(HasSubstr(word)));
    }
}

TEST_F(SessionNews, TheBreakTimerAndTheTimeThatItWasLiveAreTold) {
    let_pass(seconds(90));
    authority()
        .step({model::Step::Pause, PauseReason::Break, {}, minutes(10)}, bench_.said(now()), now())
        .value();
    carry();
    const auto until = now().wall.time_since_epoch().count() + 600'000;
    EXPECT_EQ(news(anna_).at("pause_until").as_int64(), until);
    EXPECT_EQ(news(anna_).at("live_ms").as_int64(), 90'000);
    let_pass(seconds(60));
    ASSERT_TRUE(bench_.step(model::Step::Resume, now()));
    carry();
    EXPECT_TRUE(news(anna_).at("pause_until").is_null());
    EXPECT_EQ(news(anna_).at("live_ms").as_int64(), 90'000);
}

TEST_F(SessionNews, UndertakingsAreGivenByInterpreterAndObserverAndKept) {
    says(omar_, {{"say", "undertake"}});
    says(jan_, {{"say", "undertake"}});
    const json::array both{omar_.text(), jan_.text()};
    EXPECT_EQ(news(anna_).at("undertaken"), json::value(both));
    EXPECT_THAT(log().back(), HasSubstr("participant.undertook"));
    EXPECT_THAT(log().back(), HasSubstr("observer "));
    EXPECT_EQ(bench_.record()->participants.at(1).undertaking, now().wall);
    bench_.crash_and_start(now());
    EXPECT_TRUE(authority().running()->find(jan_)->undertaking);
}

TEST_F(SessionNews, AnUndertakingOfTheWrongRoleIsRefusedAndLogged) {
    says(anna_, {{"say", "undertake"}});
    EXPECT_THAT(log().back(), HasSubstr("request.refused"));
    EXPECT_THAT(log().back(), HasSubstr("undertake: "));
    EXPECT_THAT(log().back(), HasSubstr("interviewer "));
    EXPECT_FALSE(authority().running()->find(anna_)->undertaking);
}

TEST_F(SessionNews, AnObserverHasNoOtherWordThanTheUndertaking) {
    const auto leaves = log().size();
    const std::vector<json::object> words{
        {{"say", "note"}, {"answer", "x"}},
        {{"say", "languages"}, {"language", "Dutch"}, {"dialect", ""}, {"heard", true}},
        {{"say", "turn"}, {"turn", "take"}},
        {{"say", "turn"}, {"turn", "give"}},
        {{"say", "view"}, {"view", "room"}},
        {{"say", "matches"}}};
    for (const auto& word : words) {
        says(jan_, word);
        EXPECT_THAT(log().back(), HasSubstr("request.refused")) << json::serialize(word);
    }
    EXPECT_EQ(log().size(), leaves + words.size());
    EXPECT_EQ(turn(), "");
    EXPECT_EQ(news(anna_).at("asked_view").as_string(), "");
    EXPECT_TRUE(bench_.record()->notes.empty());
}

TEST_F(SessionNews, WhoWasSentBackToTheWaitingRoomSaysNothing) {
    authority().send_back(omar_, bench_.said(now())).value();
    carry();
    says(omar_, {{"say", "turn"}, {"turn", "take"}});
    EXPECT_THAT(log().back(), HasSubstr("waiting room"));
    EXPECT_EQ(turn(), "");
}

TEST_F(SessionNews, ANoteHasItsThreePartsAndABookmark) {
    says(anna_, {{"say", "note"},
                 {"question", "Where were you born?"},
                 {"answer", "In the mountains"},
                 {"demeanour", "calm"}});
    says(anna_, {{"say", "note"}, {"bookmark", true}});
    const auto notes = bench_.record()->notes;
    ASSERT_EQ(notes.size(), 2u);
    EXPECT_EQ(notes[0].question, "Where were you born?");
    EXPECT_EQ(notes[0].answer, "In the mountains");
    EXPECT_EQ(notes[0].demeanour, "calm");
    EXPECT_FALSE(notes[0].bookmark);
    EXPECT_TRUE(notes[1].bookmark);
}

TEST_F(SessionNews, NotesOfOneMillisecondStandInTheOrderInWhichTheyCame) {
    std::vector<std::string> written;
    for (int i = 0; i < 8; ++i) {
        written.push_back("Question " + std::to_string(i));
        says(anna_, {{"say", "note"}, {"question", written.back()}});
    }
    std::vector<std::string> kept;
    const auto record = bench_.record();
    for (const auto& note : record->notes) kept.push_back(note.question);
    EXPECT_EQ(kept, written);
}

TEST_F(SessionNews, TheTurnIsTakenAndGivenBackAndTheInterviewerMayGiveItBackToo) {
    says(omar_, {{"say", "turn"}, {"turn", "take"}});
    EXPECT_EQ(turn(), omar_.text());
    says(omar_, {{"say", "turn"}, {"turn", "give"}});
    EXPECT_EQ(turn(), "");
    says(omar_, {{"say", "turn"}, {"turn", "take"}});
    says(anna_, {{"say", "turn"}, {"turn", "give"}});
    EXPECT_EQ(turn(), "");
    says(anna_, {{"say", "turn"}, {"turn", "take"}});
    EXPECT_EQ(turn(), "");
    EXPECT_THAT(log().back(), HasSubstr("only an interpreter"));
}

TEST_F(SessionNews, TheTurnOfWhoeverLeavesIsSentBackOrRemovedFallsSilent) {
    const auto takes = [&] {
        says(omar_, {{"say", "turn"}, {"turn", "take"}});
        EXPECT_EQ(turn(), omar_.text());
    };
    takes();
    authority().on_hub(Left{bench_.session, omar_, now().wall, model::LeaveReason::Lost}, now());
    carry();
    EXPECT_EQ(turn(), "");
    authority().on_hub(Joined{bench_.session, omar_, now().wall}, now());
    carry();
    takes();
    authority().send_back(omar_, bench_.said(now())).value();
    carry();
    EXPECT_EQ(turn(), "");
    authority().admit(omar_, bench_.said(now())).value();
    carry();
    takes();
    authority().remove(omar_, bench_.said(now())).value();
    carry();
    EXPECT_EQ(turn(), "");
}

TEST_F(SessionNews, APauseClearsTheTurn) {
    says(omar_, {{"say", "turn"}, {"turn", "take"}});
    ASSERT_TRUE(bench_.pause(PauseReason::Break, now()));
    ASSERT_TRUE(bench_.step(model::Step::Resume, now()));
    carry();
    EXPECT_EQ(turn(), "");
}

TEST_F(SessionNews, AnAskedForViewIsToldUntilStaffShowOne) {
    says(anna_, {{"say", "view"}, {"view", "document"}});
    EXPECT_EQ(news(jan_).at("asked_view").as_string(), "document");
    EXPECT_EQ(news(jan_).at("view").as_string(), "face");
    authority().show_view(model::View::Document).value();
    carry();
    EXPECT_EQ(news(jan_).at("asked_view").as_string(), "");
    EXPECT_EQ(news(jan_).at("view").as_string(), "document");
}

TEST_F(SessionNews, LanguagesAndTheAnswerAboutTheInterpreterAreTold) {
    says(omar_,
         {{"say", "languages"}, {"language", "Arabic"}, {"dialect", "Sudanese"}, {"heard", true}});
    authority().attest(Understanding{false}, bench_.said(now())).value();
    carry();
    const auto& line = news(anna_).at("languages").at(0).as_object();
    EXPECT_EQ(line.at("id").as_string(), omar_.text());
    EXPECT_EQ(line.at("dialect").as_string(), "Sudanese");
    EXPECT_TRUE(line.at("heard").as_bool());
    EXPECT_EQ(news(anna_).at("understood"), json::value(false));
}

TEST_F(SessionNews, WhatTheDiskDoesNotTakeIsNotToldAsDone) {
    const tests::UnwritableFiles full;
    says(omar_, {{"say", "undertake"}});
    EXPECT_TRUE(news(anna_).at("undertaken").as_array().empty());
}

}  // namespace
}  // namespace sightline::kiosk
