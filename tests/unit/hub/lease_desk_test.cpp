#include "appliance/hub/lease_desk.h"

#include <gmock/gmock.h>

#include "appliance/hub/messages.h"
#include "media/wire/rtcp.h"
#include "session/lease/lease.h"

namespace sightline::hub {
namespace {

using base::Errc;
using base::ParticipantId;
using base::SessionId;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const auto kSession = SessionId::from_value(1);
const auto kApplicant = ParticipantId::from_value(11);
const auto kInterviewer = ParticipantId::from_value(12);
const auto kObserver = ParticipantId::from_value(13);
constexpr std::uint64_t kIncarnation = 7;

class Desk : public testing::Test {
  protected:
    Desk() {
        EXPECT_TRUE(registry.open({kSession,
                                   "Interview",
                                   {person(kApplicant, model::Role::Applicant),
                                    person(kInterviewer, model::Role::Interviewer),
                                    person(kObserver, model::Role::Observer)}},
                                  "k"));
        hello("k", key, kIncarnation);
    }
    static ParticipantSpec person(ParticipantId id, model::Role role) {
        ParticipantSpec spec;
        spec.id = id;
        spec.name = "P";
        spec.role = role;
        spec.token = hash_token(id.text());
        return spec;
    }
    void hello(const std::string& kiosk, const signature::DeviceKey& device, std::uint64_t number) {
        desk.kiosk_arrived(kiosk, KioskDevice{device.public_key(), number});
    }
    LeaseMessage message(std::uint32_t number, std::uint64_t incarnation = kIncarnation) {
        const lease::Lease lease{kSession,
                                 incarnation,
                                 number,
                                 {{kApplicant, {kInterviewer, kObserver}, {kInterviewer}}},
                                 incarnation << 16 | 3,
                                 {5}};
        return {kSession, lease::sign(lease, key), base::Secret(heartbeat_key.reveal())};
    }
    void beat(ParticipantId from, std::uint32_t number, std::uint32_t counter, lease::Nonce nonce,
              std::uint32_t name = wire::app_name("SLHB")) {
        const auto bytes =
            lease::write_heartbeat({number, counter, nonce}, kSession, heartbeat_key);
        sfu::AppPacket packet;
        packet.session = kSession;
        packet.participant = from;
        packet.at = now;
        packet.name = name;
        packet.size = bytes.size();
        std::copy(bytes.begin(), bytes.end(), packet.buffer.begin());
        desk.on_app(packet);
    }
    std::vector<LeaseOrder> orders() {
        std::vector<LeaseOrder> all;
        while (auto order = desk.poll()) all.push_back(std::move(*order));
        return all;
    }
    template <class T>
    std::vector<T> orders_of() {
        std::vector<T> found;
        for (const LeaseOrder& order : orders()) {
            if (const auto* match = std::get_if<T>(&order)) found.push_back(*match);
        }
        return found;
    }

    base::Instant now = base::Instant{} + seconds(1000);
    SessionRegistry registry;
    LeaseDesk desk{registry};
    const signature::DeviceKey key = signature::DeviceKey::random();
    const base::Secret heartbeat_key{base::ByteView(base::Bytes(32, 9))};
};

TEST_F(Desk, GrantsWhatTheLeaseSaysButNothingYetAndAsksForAHeartbeat) {
    ASSERT_TRUE(desk.take("k", message(1), now));
    const auto all = orders();
    ASSERT_EQ(all.size(), 2u);
    const auto& grant = std::get<SetGrant>(all[0]);
    EXPECT_EQ(grant.session, kSession);
    ASSERT_EQ(grant.flows.size(), 1u);
    EXPECT_EQ(grant.flows[0].sender, kApplicant);
    EXPECT_THAT(grant.flows[0].audio, ElementsAre(kInterviewer, kObserver));
    EXPECT_THAT(grant.flows[0].video, ElementsAre(kInterviewer));
    EXPECT_EQ(grant.flows[0].protection, (sfu::Protection{kIncarnation << 16 | 3, 5}));
    EXPECT_LT(grant.alive_until, now);
    EXPECT_EQ(std::get<SendNonce>(all[1]).applicant, kApplicant);
    EXPECT_EQ(desk.figures(now).alive, 0u);
}

TEST_F(Desk, LivesTwoSecondsAndTheRoundTripAfterTheNonceThatWasEchoed) {
    ASSERT_TRUE(desk.take("k", message(1), now));
    const auto issued = now;
    const auto nonce = orders_of<SendNonce>().at(0).nonce;
    now += milliseconds(150);
    beat(kApplicant, 1, 1, nonce);
    const auto all = orders();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(std::get<ExtendGrant>(all[0]).alive_until, issued + milliseconds(2150));
    EXPECT_EQ(std::get<TellKiosk>(all[1]).life, LeaseLife::Alive);
    EXPECT_EQ(desk.figures(now).alive, 1u);

    now = issued + milliseconds(2149);
    desk.tick(now);
    EXPECT_THAT(orders_of<TellKiosk>(), IsEmpty());
    now += milliseconds(1);
    desk.tick(now);
    const auto news = orders_of<TellKiosk>();
    ASSERT_EQ(news.size(), 1u);
    EXPECT_EQ(news[0].life, LeaseLife::Dead);
    EXPECT_EQ(desk.figures(now).alive, 0u);
}

TEST_F(Desk, IssuesANonceEvery400MillisecondsOnceThereIsALease) {
    desk.tick(now);
    EXPECT_THAT(orders(), IsEmpty());
    ASSERT_TRUE(desk.take("k", message(1), now));
    std::size_t nonces = 0;
    for (int i = 0; i < 40; ++i) {
        now += milliseconds(100);
        desk.tick(now);
    }
    nonces = orders_of<SendNonce>().size();
    EXPECT_EQ(nonces, 11u);
}

TEST_F(Desk, TakesHeartbeatsOfAnApplicantOnly) {
    ASSERT_TRUE(desk.take("k", message(1), now));
    const auto nonce = orders_of<SendNonce>().at(0).nonce;
    beat(kInterviewer, 1, 1, nonce);
    beat(kApplicant, 1, 1, nonce, wire::app_name("SLNC"));
    beat(ParticipantId::from_value(99), 1, 1, nonce);
    EXPECT_THAT(orders(), IsEmpty());
    EXPECT_EQ(desk.figures(now).forged, 2u);
    beat(kApplicant, 1, 1, nonce);
    EXPECT_EQ(orders().size(), 2u);
}

TEST_F(Desk, CountsReplayedForgedAndLateHeartbeatsWhichKeepNothingAlive) {
    ASSERT_TRUE(desk.take("k", message(1), now));
    const auto nonce = orders_of<SendNonce>().at(0).nonce;
    beat(kApplicant, 1, 1, nonce);
    orders();
    beat(kApplicant, 1, 1, nonce);  // the very same again
    beat(kApplicant, 1, 2, nonce);  // a nonce that was echoed already
    sfu::AppPacket forged;
    forged.session = kSession;
    forged.participant = kApplicant;
    forged.name = wire::app_name("SLHB");
    forged.size = 24;
    desk.on_app(forged);
    EXPECT_THAT(orders(), IsEmpty());
    const auto figures = desk.figures(now);
    EXPECT_EQ(figures.replayed, 1u);
    EXPECT_EQ(figures.late, 1u);
    EXPECT_EQ(figures.forged, 1u);
    EXPECT_EQ(figures.taken, 1u);
}

TEST_F(Desk, CutsAtOnceWhenAHeartbeatKnowsANewerLease) {
    ASSERT_TRUE(desk.take("k", message(1), now));
    beat(kApplicant, 1, 1, orders_of<SendNonce>().at(0).nonce);
    orders();
    desk.tick(now + milliseconds(400));
    beat(kApplicant, 2, 2, orders_of<SendNonce>().at(0).nonce);
    const auto all = orders();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_LT(std::get<ExtendGrant>(all[0]).alive_until, now);
    EXPECT_EQ(std::get<TellKiosk>(all[1]).life, LeaseLife::Dead);
}

TEST_F(Desk, KeepsAliveAcrossANewLeaseOfTheSameStart) {
    ASSERT_TRUE(desk.take("k", message(1), now));
    beat(kApplicant, 1, 1, orders_of<SendNonce>().at(0).nonce);
    orders();
    ASSERT_TRUE(desk.take("k", message(2), now + milliseconds(10)));
    EXPECT_GT(orders_of<SetGrant>().at(0).alive_until, now + seconds(1));
}

TEST_F(Desk, SaysInASentenceWhyItRefuses) {
    const auto refusal = [&](const std::string& kiosk, const LeaseMessage& m) {
        const auto taken = desk.take(kiosk, m, now);
        EXPECT_FALSE(taken);
        return taken ? std::string() : taken.error().text;
    };
    ASSERT_TRUE(desk.take("k", message(5), now));
    orders();
    EXPECT_THAT(refusal("k", message(5)), HasSubstr("taken already"));
    EXPECT_THAT(refusal("k", message(6, kIncarnation - 1)), HasSubstr("another start"));
    EXPECT_THAT(refusal("k", message(6, kIncarnation + 1)), HasSubstr("another start"));

    hello("other", key, kIncarnation);
    EXPECT_THAT(refusal("other", message(6)), HasSubstr("another kiosk"));

    auto elsewhere = message(6);
    elsewhere.session = SessionId::from_value(2);
    EXPECT_THAT(refusal("k", elsewhere), HasSubstr("not open"));
    ASSERT_TRUE(registry.open({SessionId::from_value(2), "T", {}}, "k"));
    EXPECT_THAT(refusal("k", elsewhere), HasSubstr("another session"));

    auto broken = message(6);
    broken.jws[broken.jws.size() - 10] ^= 1;
    EXPECT_NE(refusal("k", broken), "");

    // Whoever has only the hub's key for kiosks cannot speak for one that has spoken.
    const auto thief = signature::DeviceKey::random();
    hello("k", thief, kIncarnation);
    EXPECT_NE(refusal("k", message(6)), "") << "signed by the true key, but not the hello's";
    const lease::Lease all{kSession, kIncarnation, 6, {{kApplicant, {kObserver}, {kObserver}}},
                           1,        {0}};
    EXPECT_THAT(
        refusal("k", {kSession, lease::sign(all, thief), base::Secret(heartbeat_key.reveal())}),
        HasSubstr("another key"));

    desk.kiosk_arrived("k", std::nullopt);
    EXPECT_THAT(refusal("k", message(6)), HasSubstr("device_key"));
    EXPECT_THAT(orders(), IsEmpty());
    EXPECT_EQ(desk.figures(now).refused, 10u);
}

TEST_F(Desk, BeginsAnewWithALaterStartOfTheKiosk) {
    ASSERT_TRUE(desk.take("k", message(5), now));
    beat(kApplicant, 5, 1, orders_of<SendNonce>().at(0).nonce);
    orders();
    hello("k", key, kIncarnation + 1);
    ASSERT_TRUE(desk.take("k", message(1, kIncarnation + 1), now));
    EXPECT_LT(orders_of<SetGrant>().at(0).alive_until, now) << "it has to speak for itself";
    desk.tick(now);
    EXPECT_THAT(orders_of<TellKiosk>(), IsEmpty()) << "a kiosk that has just come knows of none";
}

TEST_F(Desk, TellsAKioskThatCameBackThatItsLeaseLives) {
    ASSERT_TRUE(desk.take("k", message(1), now));
    beat(kApplicant, 1, 1, orders_of<SendNonce>().at(0).nonce);
    orders();
    // The same start of the kiosk, whose connection was lost.
    hello("k", key, kIncarnation);
    desk.tick(now);
    ASSERT_EQ(orders_of<TellKiosk>().size(), 1u);
    // Another start, which answers before anybody looked whether the old lease was dead.
    hello("k", key, kIncarnation + 1);
    ASSERT_TRUE(desk.take("k", message(1, kIncarnation + 1), now));
    beat(kApplicant, 1, 1, orders_of<SendNonce>().at(0).nonce);
    const auto news = orders_of<TellKiosk>();
    ASSERT_EQ(news.size(), 1u);
    EXPECT_EQ(news[0].life, LeaseLife::Alive);
}

TEST_F(Desk, ForgetsTheSessionButNotItsFigures) {
    ASSERT_TRUE(desk.take("k", message(1), now));
    beat(kApplicant, 1, 1, orders_of<SendNonce>().at(0).nonce);
    orders();
    desk.forget(kSession);
    desk.tick(now + seconds(5));
    beat(kApplicant, 1, 2, 3);
    EXPECT_THAT(orders(), IsEmpty());
    EXPECT_EQ(desk.figures(now).taken, 1u);
    EXPECT_EQ(desk.figures(now).alive, 0u);
}

TEST_F(Desk, GrantsEverythingForGoodInSessionsOfNoKiosk) {
    const auto trial = SessionId::from_value(3);
    const auto a = ParticipantId::from_value(31), b = ParticipantId::from_value(32);
    ASSERT_TRUE(registry.open(
        {trial, "Trial", {person(a, model::Role::Interviewer), person(b, model::Role::Observer)}},
        ""));
    desk.grant_static_sessions();
    const auto all = orders();
    ASSERT_EQ(all.size(), 1u) << "not for the kiosk's own session";
    const auto& grant = std::get<SetGrant>(all[0]);
    EXPECT_EQ(grant.session, trial);
    EXPECT_EQ(grant.alive_until, base::kNever);
    ASSERT_EQ(grant.flows.size(), 2u);
    EXPECT_THAT(grant.flows[0].audio, ElementsAre(a, b));
    EXPECT_EQ(grant.flows[0].protection, std::nullopt);
}

std::string hello_text(const std::string& more) {
    return R"({"type":"hello","kiosk":"k","key":"00")" + more + "}";
}

TEST(LeaseMessages, ReadTheKeyOfAHelloAndALease) {
    const auto key = signature::DeviceKey::random();
    const auto with = parse_kiosk_message(hello_text(
        R"(,"incarnation":18446744073709551615,"device_key":)" + key.public_key().jwk()));
    ASSERT_TRUE(with) << with.error().text;
    const auto& device = std::get<KioskHello>(*with).device;
    ASSERT_TRUE(device);
    EXPECT_TRUE(device->key == key.public_key());
    EXPECT_EQ(device->incarnation, 18446744073709551615u);
    const auto without = parse_kiosk_message(hello_text(""));
    ASSERT_TRUE(without);
    EXPECT_FALSE(std::get<KioskHello>(*without).device);

    const auto lease = parse_kiosk_message(
        R"({"type":"lease","session":"00000000000000a1","jws":"a.b.c","heartbeat_key":")" +
        std::string(64, '5') + "\"}");
    ASSERT_TRUE(lease) << lease.error().text;
    EXPECT_EQ(std::get<LeaseMessage>(*lease).jws, "a.b.c");
    EXPECT_EQ(std::get<LeaseMessage>(*lease).heartbeat_key.reveal().size(), 32u);
}

TEST(LeaseMessages, RefuseWhatIsMissingOrTooLarge) {
    const std::string head = R"({"type":"lease","session":"00000000000000a1")";
    const std::string beats = R"(,"heartbeat_key":")" + std::string(64, '5') + "\"";
    for (const std::string& text :
         {head + beats + "}", head + R"(,"jws":"a.b.c"})", head + R"(,"jws":7)" + beats + "}",
          head + R"(,"jws":"a.b.c","heartbeat_key":"55"})",
          head + R"(,"jws":")" + std::string(50'000, 'a') + "\"" + beats + "}",
          R"({"type":"lease","jws":"a.b.c")" + beats + "}", hello_text(R"(,"incarnation":1)"),
          hello_text(R"(,"device_key":{"kty":"EC"})"),
          hello_text(R"(,"device_key":{"kty":"EC"},"incarnation":1)"),
          hello_text(R"(,"device_key":"x","incarnation":1)"),
          hello_text(R"(,"device_key":)" + signature::DeviceKey::random().public_key().jwk() +
                     R"(,"incarnation":-1)")}) {
        EXPECT_FALSE(parse_kiosk_message(text)) << text.substr(0, 200);
    }
}

TEST(LeaseMessages, TellTheKioskHowTheLeaseIs) {
    EXPECT_EQ(lease_life_message(kSession, LeaseLife::Dead),
              R"({"type":"lease.dead","session":"0000000000000001"})");
    EXPECT_EQ(lease_life_message(kSession, LeaseLife::Alive),
              R"({"type":"lease.alive","session":"0000000000000001"})");
}

}  // namespace
}  // namespace sightline::hub
