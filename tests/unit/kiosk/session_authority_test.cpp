#include "appliance/kiosk/session_authority.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "appliance/kiosk/control_requests.h"
#include "tests/support/open_store.h"
#include "tests/support/unwritable_files.h"

namespace sightline::kiosk {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::int64_t kEpochMs = 1'700'000'000'000;

Now after(milliseconds elapsed) {
    return {base::Instant(seconds(1000)) + elapsed,
            model::RecordTime(milliseconds(kEpochMs)) + elapsed};
}
const Now kStart = after(milliseconds(0));
const Site kSite{"http://localhost:8080", "https://127.0.0.1:8443", "ff"};

// The token is what stands after the fragment sign.
std::string token_of(const Invitation& invitation) {
    return invitation.link.substr(invitation.link.find('#') + 1);
}

class SessionAuthorityTest : public testing::Test {
  protected:
    void open_at_hub() {
        session_ = *authority_->open("Mission", kStart);
        authority_->hub_connected();
        authority_->on_hub(Opened{session_}, kStart);
        authority_->take_hub_messages();
    }
    // As after kill -9: nothing is said to anybody.
    void crash_and_start(Now now) {
        authority_.reset();
        repository_.reset();
        store_.restart();
        repository_.emplace(*store_);
        authority_.emplace(*repository_, kSite);
        authority_->resume(now);
    }
    std::vector<storage::Stay> stays_of(base::ParticipantId id) {
        const auto record = repository_->find(session_);
        for (const auto& person : record->participants) {
            if (person.participant.id == id) return person.stays;
        }
        return {};
    }
    boost::json::object ask(const std::string& line) {
        return boost::json::parse(answer_request(line, {*authority_, nullptr, nullptr}, kStart))
            .as_object();
    }

    tests::OpenStore store_;
    std::optional<storage::InterviewRepository> repository_{std::in_place, *store_};
    std::optional<SessionAuthority> authority_{std::in_place, *repository_, kSite};
    base::SessionId session_;
};

TEST_F(SessionAuthorityTest, RunsOneInterviewAtATime) {
    ASSERT_TRUE(authority_->open("One", kStart));
    const auto second = authority_->open("Two", kStart);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, base::Errc::Conflict);
    ASSERT_TRUE(authority_->close(kStart));
    EXPECT_FALSE(authority_->close(kStart));
    EXPECT_TRUE(authority_->open("Two", kStart));
}

TEST_F(SessionAuthorityTest, EachRoleIsSentToItsPageWithATokenOfItsOwn) {
    open_at_hub();
    const auto interviewer = authority_->invite(model::Role::Interviewer, "Anna", kStart);
    const auto observer = authority_->invite(model::Role::Observer, "Jan", kStart);
    ASSERT_TRUE(interviewer && observer);
    EXPECT_THAT(interviewer->link, StartsWith("http://localhost:8080/console/#"));
    EXPECT_THAT(observer->link, StartsWith("http://localhost:8080/observer/#"));
    EXPECT_EQ(token_of(*interviewer).size(), 43u);
    EXPECT_NE(token_of(*interviewer), token_of(*observer));
}

TEST_F(SessionAuthorityTest, NobodyIsInvitedToTheApplicantsPlace) {
    open_at_hub();
    EXPECT_EQ(authority_->invite(model::Role::Applicant, "X", kStart).error().code,
              base::Errc::Forbidden);
    EXPECT_EQ(authority_->invite(model::Role::Staff, "X", kStart).error().code,
              base::Errc::Forbidden);
}

TEST_F(SessionAuthorityTest, TheClearTokenReachesNeitherHubNorStore) {
    open_at_hub();
    const auto invitation = authority_->invite(model::Role::Observer, "Jan", kStart);
    const auto messages = authority_->take_hub_messages();
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_THAT(messages[0], HasSubstr(sha256_hex(token_of(*invitation))));
    EXPECT_THAT(messages[0], testing::Not(HasSubstr(token_of(*invitation))));
    EXPECT_EQ(repository_->find(session_)->participants.at(1).participant.token_sha256,
              sha256_hex(token_of(*invitation)));
}

TEST_F(SessionAuthorityTest, TheEngineJoinsOnceTheHubKnowsTheInterview) {
    session_ = *authority_->open("Mission", kStart);
    authority_->hub_connected();
    EXPECT_EQ(authority_->engine_join(), std::nullopt);
    authority_->on_hub(Opened{session_}, kStart);
    const auto join = authority_->engine_join();
    ASSERT_TRUE(join);
    EXPECT_EQ(join->hub, "https://127.0.0.1:8443");
    EXPECT_EQ(repository_->find(session_)->participants.at(0).participant.token_sha256,
              sha256_hex(join->token));
    authority_->hub_lost(kStart);
    EXPECT_EQ(authority_->engine_join(), join)
        << "media goes on without the kiosk's own connection";
    ASSERT_TRUE(authority_->close(kStart));
    EXPECT_EQ(authority_->engine_join(), std::nullopt);
}

TEST_F(SessionAuthorityTest, RecordsJoinsLeavesAndQuality) {
    open_at_hub();
    const auto id = authority_->invite(model::Role::Observer, "Jan", kStart)->participant;
    authority_->on_hub(Joined{session_, id, after(seconds(1)).wall}, after(seconds(1)));
    model::QualitySummary report;
    report.down.packets = 50;
    authority_->on_hub(QualityReport{session_, id, report}, after(seconds(2)));
    report.down.packets = 80;
    authority_->on_hub(QualityReport{session_, id, report}, after(seconds(2)));
    authority_->on_hub(Left{session_, id, after(seconds(3)).wall, model::LeaveReason::Bye},
                       after(seconds(3)));
    const auto stays = stays_of(id);
    ASSERT_EQ(stays.size(), 1u);
    EXPECT_EQ(stays[0].presence.joined, after(seconds(1)).wall);
    EXPECT_EQ(stays[0].presence.left, after(seconds(3)).wall);
    EXPECT_EQ(stays[0].presence.reason, model::LeaveReason::Bye);
    EXPECT_EQ(stays[0].quality.down.packets, 80u);
}

TEST_F(SessionAuthorityTest, AHubWithAWrongClockDoesNotDateTheRecord) {
    open_at_hub();
    const auto id = authority_->invite(model::Role::Observer, "Jan", kStart)->participant;
    authority_->on_hub(Joined{session_, id, after(std::chrono::hours(5)).wall}, after(seconds(1)));
    EXPECT_EQ(stays_of(id).at(0).presence.joined, after(seconds(1)).wall);
}

TEST_F(SessionAuthorityTest, IgnoresOtherSessionsAndStrangers) {
    open_at_hub();
    const auto stranger = base::ParticipantId::from_value(99);
    authority_->on_hub(Joined{session_, stranger, kStart.wall}, kStart);
    authority_->on_hub(Left{session_, stranger, kStart.wall, model::LeaveReason::Bye}, kStart);
    authority_->on_hub(Opened{base::SessionId::from_value(5)}, kStart);
    EXPECT_EQ(repository_->find(session_)->participants.size(), 1u);
}

TEST_F(SessionAuthorityTest, OpensItsInterviewAgainAfterEachReconnect) {
    open_at_hub();
    const auto invitation = authority_->invite(model::Role::Observer, "Jan", kStart);
    authority_->hub_lost(kStart);
    EXPECT_THAT(authority_->take_hub_messages(), IsEmpty());
    authority_->hub_connected();
    const auto messages = authority_->take_hub_messages();
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_THAT(messages[0], HasSubstr("session.open"));
    EXPECT_THAT(messages[0], HasSubstr(sha256_hex(token_of(*invitation))));
}

TEST_F(SessionAuthorityTest, AStaySurvivesAReconnectIfTheHubSaysSo) {
    open_at_hub();
    const auto jan = authority_->invite(model::Role::Observer, "Jan", kStart)->participant;
    const auto eva = authority_->invite(model::Role::Observer, "Eva", kStart)->participant;
    for (const auto id : {jan, eva}) {
        authority_->on_hub(Joined{session_, id, kStart.wall}, kStart);
    }
    authority_->hub_lost(after(seconds(5)));
    authority_->hub_connected();
    authority_->on_hub(Opened{session_}, after(seconds(8)));
    authority_->on_hub(Joined{session_, jan, after(seconds(8)).wall}, after(seconds(8)));
    authority_->tick(after(seconds(17)));
    EXPECT_EQ(stays_of(eva).at(0).presence.left, std::nullopt) << "she may still come back";
    authority_->tick(after(seconds(18)));
    ASSERT_EQ(stays_of(jan).size(), 1u);
    EXPECT_EQ(stays_of(jan)[0].presence.left, std::nullopt);
    EXPECT_EQ(stays_of(eva).at(0).presence.left, after(seconds(5)).wall);
    EXPECT_EQ(stays_of(eva)[0].presence.reason, model::LeaveReason::Lost);
}

TEST_F(SessionAuthorityTest, GoesOnAfterACrashWithEverybodysLinks) {
    open_at_hub();
    const auto invitation = authority_->invite(model::Role::Observer, "Jan", kStart);
    authority_->on_hub(Joined{session_, invitation->participant, kStart.wall}, kStart);
    const auto join = authority_->engine_join();
    authority_->tick(after(seconds(60)));

    crash_and_start(after(seconds(62)));
    ASSERT_TRUE(authority_->running());
    authority_->hub_connected();
    const auto messages = authority_->take_hub_messages();
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_THAT(messages[0], HasSubstr(session_.text()));
    EXPECT_THAT(messages[0], HasSubstr(sha256_hex(token_of(*invitation))));
    authority_->on_hub(Opened{session_}, after(seconds(62)));
    ASSERT_TRUE(authority_->engine_join());
    EXPECT_NE(authority_->engine_join()->token, join->token) << "only its hash had been kept";
    EXPECT_THAT(messages[0], HasSubstr(sha256_hex(authority_->engine_join()->token)));
}

TEST_F(SessionAuthorityTest, QualityAddsUpAcrossACrash) {
    open_at_hub();
    const auto id = authority_->invite(model::Role::Observer, "Jan", kStart)->participant;
    authority_->on_hub(Joined{session_, id, kStart.wall}, kStart);
    model::QualitySummary report;
    report.down.packets = 100;
    authority_->on_hub(QualityReport{session_, id, report}, kStart);
    crash_and_start(after(seconds(1)));
    report.down.packets = 150;  // the hub went on counting
    authority_->on_hub(QualityReport{session_, id, report}, after(seconds(6)));
    EXPECT_EQ(stays_of(id).at(0).quality.down.packets, 150u);
}

TEST_F(SessionAuthorityTest, ClosesWhatACrashLeftOpenTooLongAgo) {
    open_at_hub();
    const auto id = authority_->invite(model::Role::Observer, "Jan", kStart)->participant;
    authority_->on_hub(Joined{session_, id, kStart.wall}, kStart);
    authority_->tick(after(seconds(30)));
    crash_and_start(after(seconds(31) + kResumeWindow));
    EXPECT_FALSE(authority_->running());
    const auto record = repository_->find(session_);
    EXPECT_EQ(record->interview.end_reason, model::EndReason::Interrupted);
    EXPECT_EQ(record->interview.ended, after(seconds(30)).wall);
    EXPECT_EQ(stays_of(id).at(0).presence.left, after(seconds(30)).wall);
    EXPECT_EQ(stays_of(id)[0].presence.reason, model::LeaveReason::Interrupted);
}

TEST_F(SessionAuthorityTest, ARemovedPersonStaysOut) {
    open_at_hub();
    const auto invitation = authority_->invite(model::Role::Observer, "Jan", kStart);
    authority_->on_hub(Joined{session_, invitation->participant, kStart.wall}, kStart);
    authority_->take_hub_messages();
    ASSERT_TRUE(authority_->remove(invitation->participant, after(seconds(2))));
    EXPECT_THAT(authority_->take_hub_messages().at(0), HasSubstr("participant.remove"));
    EXPECT_EQ(stays_of(invitation->participant).at(0).presence.reason, model::LeaveReason::Removed);
    authority_->hub_lost(kStart);
    authority_->hub_connected();
    EXPECT_THAT(authority_->take_hub_messages().at(0),
                testing::Not(HasSubstr(sha256_hex(token_of(*invitation)))));
    crash_and_start(after(seconds(3)));
    authority_->hub_connected();
    EXPECT_THAT(authority_->take_hub_messages().at(0),
                testing::Not(HasSubstr(invitation->participant.text())));
}

TEST_F(SessionAuthorityTest, TheHubHearsOfAnEndThatHappenedWhileItWasAway) {
    open_at_hub();
    authority_->hub_lost(kStart);
    ASSERT_TRUE(authority_->close(after(seconds(1))));
    authority_->hub_connected();
    const auto messages = authority_->take_hub_messages();
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_THAT(messages[0], HasSubstr("session.close"));
    EXPECT_THAT(messages[0], HasSubstr(session_.text()));
}

TEST_F(SessionAuthorityTest, EngineTroubleStandsInTheRecord) {
    open_at_hub();
    authority_->on_engine(EngineEvent::Silent, after(seconds(4)));
    const std::vector<storage::Incident> incidents = repository_->find(session_)->incidents;
    ASSERT_EQ(incidents.size(), 1u);
    EXPECT_EQ(incidents[0].kind, "engine.silent");
}

TEST_F(SessionAuthorityTest, WhatTheStoreCannotTakeWaitsAndIsWrittenLater) {
    open_at_hub();
    const auto id = authority_->invite(model::Role::Observer, "Jan", kStart)->participant;
    std::optional<tests::UnwritableFiles> full(std::in_place);
    authority_->on_hub(Joined{session_, id, kStart.wall}, kStart);
    authority_->on_hub(Left{session_, id, after(seconds(1)).wall, model::LeaveReason::Bye},
                       after(seconds(1)));
    EXPECT_FALSE(authority_->status().at("record").at("ok").as_bool());
    const auto refused = authority_->invite(model::Role::Observer, "Eva", kStart);
    ASSERT_FALSE(refused) << "a link that would not survive a crash is not handed out";
    EXPECT_EQ(refused.error().code, base::Errc::Unavailable);

    full.reset();
    authority_->tick(after(seconds(2)));
    EXPECT_TRUE(authority_->status().at("record").at("ok").as_bool());
    ASSERT_EQ(stays_of(id).size(), 1u);
    EXPECT_EQ(stays_of(id)[0].presence.left, after(seconds(1)).wall);
}

TEST_F(SessionAuthorityTest, AnswersTheCommandLine) {
    EXPECT_TRUE(ask(R"({"do":"status"})").at("session").is_null());
    EXPECT_FALSE(ask(R"({"do":"invite","role":"observer","name":"Jan"})").at("ok").as_bool());
    EXPECT_TRUE(ask(R"({"do":"session.open","title":"T"})").at("ok").as_bool());
    const auto invited = ask(R"({"do":"invite","role":"observer","name":"Jan"})");
    EXPECT_THAT(std::string(invited.at("link").as_string()), HasSubstr("/observer/#"));
    const auto status = ask(R"({"do":"status"})");
    EXPECT_EQ(status.at("session").at("participants").as_array().size(), 2u);
    EXPECT_EQ(status.at("restarts").at("engine").to_number<int>(), 0);
    EXPECT_TRUE(ask(R"({"do":"session.close"})").at("ok").as_bool());
}

TEST_F(SessionAuthorityTest, AnswersNonsenseWithASentence) {
    for (const char* line :
         {"", "x", "[]", "{}", R"({"do":7})", R"({"do":"dance"})", R"({"do":"invite"})",
          R"({"do":"invite","role":"king","name":"x"})", R"({"do":"session.open","title":""})",
          R"({"do":"session.open","title":"a\u0007"})",
          R"({"do":"participant.remove","participant":"1"})", R"({"do":"mute","audio":true})",
          "{\"do\":[[[[[[[[[[]]]]]]]]]]}"}) {
        const auto reply = ask(line);
        EXPECT_FALSE(reply.at("ok").as_bool()) << line;
        EXPECT_FALSE(reply.at("error").as_string().empty()) << line;
    }
}

}  // namespace
}  // namespace sightline::kiosk
