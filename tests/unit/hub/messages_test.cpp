#include "appliance/hub/messages.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/support/software_authenticator.h"

namespace sightline::hub {
namespace {

using base::Errc;

const std::string kHash(64, 'a');

std::string open_message(const std::string& participants) {
    return R"({"type":"session.open","session":"00000000000000a1","title":"T","participants":)" +
           participants + "}";
}
std::string participant(const std::string& name, const std::string& role = "observer") {
    return R"({"id":"00000000000000b1","name":")" + name + R"(","role":")" + role +
           R"(","token_sha256":")" + kHash + "\"}";
}

TEST(ControlMessages, ReadWhatParticipantsSay) {
    const auto hello = parse_control_message(R"({"type":"hello","token":"abc"})");
    ASSERT_TRUE(hello);
    EXPECT_EQ(std::get<ControlHello>(*hello).token, "abc");
    const auto media =
        parse_control_message(R"({"type":"media","audio":"on","video":"muted","new":1})");
    ASSERT_TRUE(media);
    EXPECT_EQ(std::get<TracksMessage>(*media).audio, Track::On);
    EXPECT_EQ(std::get<TracksMessage>(*media).video, Track::Muted);
    EXPECT_TRUE(std::holds_alternative<Bye>(*parse_control_message(R"({"type":"bye"})")));
}

TEST(ControlMessages, AskWithOrWithoutAReason) {
    const auto pause = parse_control_message(R"({"type":"ask","what":"pause","reason":"break"})");
    ASSERT_TRUE(pause) << pause.error().text;
    EXPECT_EQ(std::get<AskPause>(*pause).reason, model::PauseReason::Break);
    EXPECT_FALSE(
        std::get<AskPause>(*parse_control_message(R"({"type":"ask","what":"pause"})")).reason);
    const auto end = parse_control_message(R"({"type":"ask","what":"end","reason":"complete"})");
    ASSERT_TRUE(end) << end.error().text;
    EXPECT_EQ(std::get<AskEnd>(*end).reason, model::EndReason::Complete);
    EXPECT_FALSE(
        std::get<AskEnd>(*parse_control_message(R"({"type":"ask","what":"end","reason":null})"))
            .reason);
}

TEST(ControlMessages, TakeATicketInPlaceOfAToken) {
    const auto hello = parse_control_message(R"({"type":"hello","ticket":"abc"})");
    ASSERT_TRUE(hello);
    EXPECT_EQ(std::get<ControlHello>(*hello).ticket, "abc");
    EXPECT_EQ(std::get<ControlHello>(*hello).token, "");
    EXPECT_FALSE(parse_control_message(R"({"type":"hello","ticket":7})"));
}

TEST(ControlMessages, TakeALetterOfTheLongestTextHoweverMuchOfItIsEscaped) {
    const std::string longest(kMaxLetterUp, '"');
    const auto of = [](const std::string& text) {
        return parse_control_message(
            boost::json::serialize(boost::json::object{{"type", "letter"}, {"text", text}}));
    };
    const auto letter = of(longest);
    ASSERT_TRUE(letter) << letter.error().text;
    EXPECT_EQ(std::get<Letter>(*letter).text, longest);
    EXPECT_EQ(of(longest + "x").error().code, Errc::Malformed);
    EXPECT_EQ(of("two\nlines").error().code, Errc::Malformed);
    EXPECT_FALSE(parse_control_message(R"({"type":"letter"})"));
    EXPECT_FALSE(parse_control_message(R"({"type":"letter","text":{}})"));
    EXPECT_EQ(boost::json::parse(letter_message("a \"b\"")),
              (boost::json::value{{"type", "letter"}, {"text", "a \"b\""}}));
}

TEST(KioskMessages, TakeALetterForSomebody) {
    const auto of = [](std::size_t size, const std::string& who = "00000000000000b1") {
        return parse_kiosk_message(
            R"({"type":"letter","session":"00000000000000a1","participant":")" + who +
            R"(","text":")" + std::string(size, 'x') + "\"}");
    };
    const auto letter = of(kMaxLetterDown);
    ASSERT_TRUE(letter) << letter.error().text;
    EXPECT_EQ(std::get<KioskLetter>(*letter).session, base::SessionId::from_value(0xa1));
    EXPECT_EQ(std::get<KioskLetter>(*letter).participant, base::ParticipantId::from_value(0xb1));
    EXPECT_EQ(std::get<KioskLetter>(*letter).text, std::string(kMaxLetterDown, 'x'));
    EXPECT_EQ(of(kMaxLetterDown + 1).error().code, Errc::Malformed);
    EXPECT_EQ(of(1, "everybody").error().code, Errc::Malformed);
    const Holder from{base::SessionId::from_value(0xa1), base::ParticipantId::from_value(0xb1),
                      model::Role::Observer};
    EXPECT_EQ(boost::json::parse(letter_message(from, "{}")),
              (boost::json::value{{"type", "letter"},
                                  {"session", "00000000000000a1"},
                                  {"participant", "00000000000000b1"},
                                  {"text", "{}"}}));
}

TEST(ControlMessages, RefuseMalformedText) {
    for (const char* text :
         {"", "{", "[]", "null", "\"hello\"", "{}", R"({"type":1})", R"({"type":"hello"})",
          R"({"type":"hello","token":7})", R"({"type":"shutdown"})", R"({"type":"ask"})",
          R"({"type":"ask","what":"admit"})", R"({"type":"ask","what":"pause","reason":"boredom"})",
          R"({"type":"ask","what":"end","reason":7})",
          R"({"type":"participant.place","place":"admitted"})",
          R"({"type":"media","audio":"loud","video":"on"})", R"({"type":"media","audio":"on"})",
          "{\"type\":\"bye\xff\"}", R"({"type":"bye"} x)"}) {
        const auto message = parse_control_message(text);
        ASSERT_FALSE(message) << text;
        EXPECT_EQ(message.error().code, Errc::Malformed) << text;
    }
}

TEST(ControlMessages, RefuseDeepNestingAndOversize) {
    EXPECT_FALSE(parse_control_message(std::string(5000, '[') + std::string(5000, ']')));
    const std::string big =
        R"({"type":"hello","token":")" + std::string(kMaxControlMessage, 'x') + "\"}";
    EXPECT_EQ(parse_control_message(big).error().code, Errc::TooLarge);
    const std::string long_token = R"({"type":"hello","token":")" + std::string(129, 'x') + "\"}";
    EXPECT_EQ(parse_control_message(long_token).error().code, Errc::Malformed);
}

TEST(KioskMessages, ReadASession) {
    const auto message = parse_kiosk_message(open_message("[" + participant("Ana") + "]"));
    ASSERT_TRUE(message) << message.error().text;
    const SessionSpec& spec = std::get<SessionOpen>(*message).spec;
    EXPECT_EQ(spec.id.text(), "00000000000000a1");
    ASSERT_EQ(spec.participants.size(), 1u);
    EXPECT_EQ(spec.participants[0].name, "Ana");
    EXPECT_EQ(spec.participants[0].token, *token_hash_from_hex(kHash));
}

TEST(KioskMessages, ReadWhoBelongsToASession) {
    const auto with = [](const std::string& members) {
        std::string text = open_message("[]");
        return parse_kiosk_message(text.insert(1, "\"members\":" + members + ","));
    };
    EXPECT_EQ(std::get<SessionOpen>(parse_kiosk_message(open_message("[]")).value()).spec.members,
              std::nullopt);
    const auto read = with(R"(["00000000000000b1","00000000000000b2"])");
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(std::get<SessionOpen>(*read).spec.members->at(1),
              base::ParticipantId::from_value(0xb2));
    std::string many = "\"00000000000000b1\"";
    for (std::size_t i = 0; i < kMaxParticipants; ++i) many += ",\"00000000000000b1\"";
    for (const std::string& bad :
         {std::string("{}"), std::string("[1]"), std::string(R"(["b1"])"), "[" + many + "]"}) {
        EXPECT_EQ(with(bad).error().code, Errc::Malformed) << bad;
    }
}

TEST(KioskMessages, RefuseBadParticipants) {
    EXPECT_FALSE(parse_kiosk_message(open_message("[" + participant("Ana", "admin") + "]")));
    EXPECT_FALSE(parse_kiosk_message(open_message("[" + participant("A\\nB") + "]")));
    EXPECT_FALSE(parse_kiosk_message(open_message("[" + participant(std::string(201, 'x')) + "]")));
    EXPECT_FALSE(parse_kiosk_message(open_message("{}")));
    EXPECT_FALSE(parse_kiosk_message(open_message("[1]")));
    std::string many = participant("A");
    for (std::size_t i = 0; i < kMaxParticipants; ++i) many += "," + participant("A");
    EXPECT_EQ(parse_kiosk_message(open_message("[" + many + "]")).error().code, Errc::TooLarge);
}

TEST(KioskMessages, ReadPlaceOrganisationAndState) {
    const auto message = parse_kiosk_message(
        R"({"type":"session.open","session":"00000000000000a1","title":"T","state":"paused",)"
        R"("pause":"private-talk","participants":[{"id":"00000000000000b1","name":"K. Nagy",)"
        R"("role":"observer","organisation":"Ministry","place":"admitted","token_sha256":")" +
        kHash + R"("},)" + participant("Oto").replace(7, 16, "00000000000000b2") + "]}");
    ASSERT_TRUE(message) << message.error().text;
    const SessionSpec& spec = std::get<SessionOpen>(*message).spec;
    EXPECT_EQ(spec.standing.state, model::State::Paused);
    EXPECT_EQ(spec.standing.pause, model::PauseReason::PrivateTalk);
    EXPECT_EQ(spec.participants.at(0).place, model::Place::Admitted);
    EXPECT_EQ(spec.participants.at(0).organisation, "Ministry");
    EXPECT_EQ(spec.participants.at(1).place, model::Place::Lobby) << "unless the kiosk says else";
}

TEST(KioskMessages, ReadOrdersOfPlaceAndState) {
    const auto place =
        parse_kiosk_message(R"({"type":"participant.place","session":"00000000000000a1",)"
                            R"("participant":"00000000000000b1","place":"admitted"})");
    ASSERT_TRUE(place) << place.error().text;
    EXPECT_EQ(std::get<ParticipantPlace>(*place).place, model::Place::Admitted);
    const auto state = parse_kiosk_message(
        R"({"type":"session.state","session":"00000000000000a1","state":"live","pause":null})");
    ASSERT_TRUE(state) << state.error().text;
    EXPECT_EQ(std::get<SessionState>(*state).standing,
              (model::Standing{model::State::Live, {}, {}}));
    const auto ended = parse_kiosk_message(
        R"({"type":"session.state","session":"00000000000000a1","state":"ended","pause":null,)"
        R"("end_reason":"by-applicant"})");
    ASSERT_TRUE(ended) << ended.error().text;
    EXPECT_EQ(std::get<SessionState>(*ended).standing.end_reason, model::EndReason::ByApplicant);
}

TEST(KioskMessages, RefuseHalfAStateAndUnknownPlaces) {
    const std::string state = R"({"type":"session.state","session":"00000000000000a1",)";
    const std::string place = R"({"type":"participant.place","session":"00000000000000a1",)";
    for (const std::string& text :
         {state + R"("pause":null})", state + R"("state":"frozen","pause":null})",
          state + R"("state":"paused","pause":null})", state + R"("state":"paused"})",
          state + R"("state":"live","pause":"break"})",
          state + R"("state":"paused","pause":"tea"})", state + R"("state":7})",
          place + R"("participant":"00000000000000b1"})",
          place + R"("participant":"00000000000000b1","place":"kitchen"})",
          place + R"("place":"admitted"})",
          std::string(R"({"type":"participant.place","participant":"00000000000000b1",)"
                      R"("place":"admitted"})")}) {
        const auto message = parse_kiosk_message(text);
        ASSERT_FALSE(message) << text;
        EXPECT_EQ(message.error().code, Errc::Malformed) << text;
        EXPECT_FALSE(message.error().text.empty()) << text;
    }
}

TEST(KioskMessages, ReadWhatProvesWhoSomebodyIs) {
    const test::SoftwareAuthenticator device;
    const std::string key = base::to_base64url(device.cose_key());
    const auto message = parse_kiosk_message(open_message(
        R"([{"id":"00000000000000b1","name":"A","role":"observer","organisation":"UNHCR","place":"lobby",)"
        R"("invitation":{"sha256":")" +
        kHash + R"(","until":1700000000000},"logins":[{"sha256":")" + kHash +
        R"(","until":1700000000001}],"passkeys":[{"id":"wcE","public_key":")" + key +
        R"(","counter":4294967295}]}])"));
    ASSERT_TRUE(message) << message.error().text;
    const ParticipantSpec& spec = std::get<SessionOpen>(*message).spec.participants.at(0);
    EXPECT_FALSE(spec.token);
    EXPECT_EQ(spec.organisation, "UNHCR");
    EXPECT_EQ(spec.place, model::Place::Lobby);
    ASSERT_TRUE(spec.credentials.invitation);
    EXPECT_EQ(spec.credentials.invitation->sha256, *token_hash_from_hex(kHash));
    EXPECT_EQ(spec.credentials.invitation->until.time_since_epoch().count(), 1700000000000);
    ASSERT_EQ(spec.credentials.logins.size(), 1u);
    EXPECT_EQ(spec.credentials.logins[0].until.time_since_epoch().count(), 1700000000001);
    ASSERT_EQ(spec.credentials.passkeys.size(), 1u);
    EXPECT_EQ(spec.credentials.passkeys[0].id, (base::Bytes{0xc1, 0xc1}));
    EXPECT_EQ(spec.credentials.passkeys[0].public_key, device.cose_key());
    EXPECT_EQ(spec.credentials.passkeys[0].counter, 0xffffffffu);
}

TEST(KioskMessages, RefuseBadCredentials) {
    const auto refused = [](const std::string& members) {
        return !parse_kiosk_message(open_message(
            R"([{"id":"00000000000000b1","name":"A","role":"observer",)" + members + "}]"));
    };
    EXPECT_FALSE(refused(R"("new":1)"));
    for (const std::string& members : {
             std::string(R"("place":"roof")"),
             std::string(R"("invitation":7)"),
             std::string(R"("invitation":{"sha256":"00","until":1})"),
             R"("invitation":{"sha256":")" + kHash + R"(","until":-1})",
             R"("invitation":{"sha256":")" + kHash + R"(","until":1e300})",
             R"("invitation":{"sha256":")" + kHash + R"("})",
             std::string(R"("logins":{})"),
             std::string(R"("logins":[1,2,3,4,5,6,7,8,9])"),
             std::string(R"("passkeys":[{"id":"wcE","public_key":"AAAA","counter":1}])"),
             std::string(R"("token_sha256":"x")"),
         }) {
        EXPECT_TRUE(refused(members)) << members;
    }
}

TEST(KioskMessages, RefuseAClearToken) {
    const auto message = parse_kiosk_message(open_message(
        R"([{"id":"00000000000000b1","name":"A","role":"observer","token":"secret"}])"));
    EXPECT_FALSE(message);
}

TEST(KioskMessages, RefuseTheNullSession) {
    EXPECT_FALSE(parse_kiosk_message(R"({"type":"session.close","session":"0000000000000000"})"));
    EXPECT_FALSE(parse_kiosk_message(R"({"type":"session.close","session":"12"})"));
    EXPECT_TRUE(parse_kiosk_message(R"({"type":"session.close","session":"0000000000000001"})"));
    const auto later = parse_kiosk_message(
        R"({"type":"session.close","session":"0000000000000001","later":true})");
    ASSERT_TRUE(later);
    EXPECT_TRUE(std::get<SessionClose>(*later).later);
    EXPECT_FALSE(
        parse_kiosk_message(R"({"type":"session.close","session":"0000000000000001","later":1})"));
}

TEST(StaticSessions, TakeClearTokensInOneOrMoreSessions) {
    const std::string one =
        R"({"session":"00000000000000a1","title":"T","participants":[
            {"id":"00000000000000b1","name":"A","role":"applicant","token":"tok"}]})";
    for (const std::string& text : {one, "[" + one + "]", "{\"sessions\":[" + one + "]}"}) {
        const auto specs = parse_static_sessions(text);
        ASSERT_TRUE(specs) << specs.error().text;
        ASSERT_EQ(specs->size(), 1u);
        EXPECT_EQ(specs->front().participants.at(0).token, hash_token("tok"));
        EXPECT_EQ(specs->front().participants.at(0).place, model::Place::Admitted);
        EXPECT_EQ(specs->front().standing.state, model::State::Live);
    }
    EXPECT_FALSE(parse_static_sessions("[7]"));
}

TEST(ServerMessages, WriteEmptySlotsAsNull) {
    EXPECT_EQ(
        slots_message(base::ResourceId::from_value(1),
                      {base::ParticipantId::from_value(2), base::ParticipantId()}),
        R"({"type":"slots","resource":"0000000000000001","slots":["0000000000000002",null]})");
}

Session live_session() {
    Session session;
    session.id = base::SessionId::from_value(1);
    session.title = "Amina's interview";
    session.standing.state = model::State::Live;
    return session;
}
Participant somebody(model::Role role, model::Place place) {
    Participant participant;
    participant.id = base::ParticipantId::from_value(2);
    participant.name = "Oto";
    participant.role = role;
    participant.place = place;
    return participant;
}

TEST(ServerMessages, WelcomeSaysWhatOneMayDo) {
    const auto observer = somebody(model::Role::Observer, model::Place::Admitted);
    const auto value = boost::json::parse(welcome_message(live_session(), observer, 5));
    EXPECT_EQ(value.at("may"), (boost::json::array{"subscribe"}));
    EXPECT_EQ(value.at("role"), "observer");
    EXPECT_EQ(value.at("place"), "admitted");
    EXPECT_EQ(value.at("state"), "live");
    EXPECT_TRUE(value.at("pause").is_null());
    EXPECT_EQ(value.at("server_time_ms"), 5);
    const auto interviewer = somebody(model::Role::Interviewer, model::Place::Admitted);
    EXPECT_EQ(boost::json::parse(welcome_message(live_session(), interviewer, 5)).at("may"),
              (boost::json::array{"publish", "subscribe", "signal", "pause", "end"}));
}

TEST(ServerMessages, TheLobbyIsToldToWaitAndNothingElse) {
    Session session = live_session();
    const auto waiting = somebody(model::Role::Interviewer, model::Place::Lobby);
    for (const auto& standing :
         {model::Standing{model::State::Live, {}, {}},
          model::Standing{model::State::Paused, model::PauseReason::Distress, {}},
          model::Standing{model::State::Consenting, {}, {}}}) {
        session.standing = standing;
        const auto value = boost::json::parse(welcome_message(session, waiting, 5));
        EXPECT_EQ(value.at("place"), "lobby");
        EXPECT_EQ(value.at("state"), "waiting");
        EXPECT_TRUE(value.at("pause").is_null());
        EXPECT_EQ(value.at("title"), "");
        EXPECT_EQ(value.at("may"), boost::json::array());
    }
    session.standing = {model::State::Ended, {}, model::EndReason::Medical};
    const auto over = boost::json::parse(state_message(situation_of(session, waiting)));
    EXPECT_EQ(over.at("state"), "ended");
    EXPECT_TRUE(over.at("end_reason").is_null());
}

TEST(ServerMessages, AWishNamesWhoWantsWhat) {
    const Holder holder{base::SessionId::from_value(1), base::ParticipantId::from_value(2),
                        model::Role::Interviewer};
    EXPECT_EQ(ask_message(holder, AskPause{model::PauseReason::Distress}),
              R"({"type":"ask","session":"0000000000000001","participant":"0000000000000002",)"
              R"("what":"pause","reason":"distress"})");
    EXPECT_EQ(boost::json::parse(ask_message(holder, AskEnd{})).at("reason"), nullptr);
}

TEST(ServerMessages, QualityHasBothDirectionsAndNullForTheUnknown) {
    Quality quality;
    quality.up.packets = 12;
    quality.down.jitter = std::chrono::microseconds(1500);
    const auto value = boost::json::parse(quality_message(quality));
    EXPECT_EQ(value.at("up").at("packets"), 12);
    EXPECT_TRUE(value.at("up").at("round_trip_ms").is_null());
    EXPECT_EQ(value.at("down").at("jitter_ms"), 1.5);
}

TEST(ServerMessages, TellTheKioskWhatItShallKeep) {
    const auto session = base::SessionId::from_value(1);
    const auto participant = base::ParticipantId::from_value(2);
    const model::RecordTime time{std::chrono::milliseconds(5)};
    const auto text = [&](const CredentialNews& news) {
        return credential_message(session, participant, news);
    };
    const std::string who = R"({"session":"0000000000000001","participant":"0000000000000002",)";
    TokenHash hash{};
    EXPECT_EQ(text(InvitationUsed{time}), who + R"("type":"invitation.used","at":5})");
    EXPECT_EQ(text(LoginStarted{{hash, time}}),
              who + R"("type":"login","sha256":")" + std::string(64, '0') + R"(","until":5})");
    EXPECT_EQ(text(LoginEnded{hash}),
              who + R"("type":"logout","sha256":")" + std::string(64, '0') + R"("})");
    EXPECT_EQ(text(PasskeyChanged{{{1}, {2}, 3}}),
              who + R"("type":"passkey","id":"AQ","public_key":"Ag","counter":3})");
}

TEST(ServerMessages, TellTheKioskWhatWasRefused) {
    const Holder who{base::SessionId::from_value(1), base::ParticipantId::from_value(2),
                     model::Role::Observer};
    EXPECT_EQ(refused_message(who, "pause", "observers \"only\" watch"),
              R"({"type":"refused","session":"0000000000000001",)"
              R"("participant":"0000000000000002","what":"pause",)"
              R"("why":"observers \"only\" watch"})");
}

}  // namespace
}  // namespace sightline::hub
