// sightline-hub under leases, as the kiosk, the applicant's uplink and those who watch meet it:
// what is forwarded, and how soon it stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <cstdio>

#include "appliance/base/hex.h"
#include "session/lease/lease.h"
#include "tests/integration/hub_process.h"
#include "tests/integration/hub_wire_client.h"
#include "tests/integration/played_call.h"

namespace sightline::integration {
namespace {

using namespace std::chrono_literals;
using base::ParticipantId;
using testing::HasSubstr;

const auto kSession = base::SessionId::from_value(0xd1);
const auto kApplicant = ParticipantId::from_value(0xc1);
const auto kInterviewer = ParticipantId::from_value(0xc2);
const auto kObserver = ParticipantId::from_value(0xc3);
constexpr std::uint64_t kIncarnation = 4;

double ms(base::Duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

std::string sha256(const std::string& text) {
    std::uint8_t digest[32];
    unsigned size = sizeof digest;
    EXPECT_EQ(::EVP_Digest(text.data(), text.size(), digest, &size, ::EVP_sha256(), nullptr), 1);
    return base::to_hex(digest);
}

// The kiosk's side of the control connection, played.
class PlayedKiosk {
  public:
    explicit PlayedKiosk(std::uint16_t port) : line(port) {
        EXPECT_EQ(line.upgrade("/v1/kiosk"), 101);
        say_hello(key);
        boost::json::array people;
        for (const auto& [id, role] :
             {std::pair{kApplicant, "applicant"}, std::pair{kInterviewer, "interviewer"},
              std::pair{kObserver, "observer"}}) {
            people.push_back({{"id", id.text()},
                              {"name", "P"},
                              {"role", role},
                              {"place", "admitted"},
                              {"token_sha256", sha256(role)}});
        }
        say({{"type", "session.open"},
             {"state", "live"},
             {"pause", nullptr},
             {"session", kSession.text()},
             {"title", "T"},
             {"participants", people}});
        EXPECT_TRUE(line.expect("opened").is_object());
    }
    void say(const boost::json::object& message) { line.say(boost::json::serialize(message)); }
    void say_hello(const signature::DeviceKey& device) {
        say({{"type", "hello"},
             {"kiosk", "k1"},
             {"key", HubProcess::kKey},
             {"incarnation", kIncarnation},
             {"device_key", boost::json::parse(device.public_key().jwk())}});
    }
    boost::json::object lease_message(std::uint32_t number, std::vector<ParticipantId> receivers,
                                      const signature::DeviceKey& signer) const {
        const lease::Lease lease{
            kSession,           kIncarnation,       number, {{kApplicant, receivers, receivers}},
            PlayedCall::kEpoch, {PlayedCall::kSlot}};
        return {{"type", "lease"},
                {"session", kSession.text()},
                {"jws", lease::sign(lease, signer)},
                {"heartbeat_key", base::to_hex(heartbeat_key.reveal())}};
    }

    WireClient line;
    const signature::DeviceKey key = signature::DeviceKey::random();
    const base::Secret heartbeat_key{base::ByteView(base::Bytes(32, 7))};
};

class UnderALease : public testing::Test {
  protected:
    UnderALease()
        : kiosk(hub.http_port()), call(hub.http_port(), kSession, {"interviewer", "observer"}) {
        call.subscribe("interviewer", "interviewer");
        call.subscribe("observer", "observer");
        call.publish("applicant");
        EXPECT_TRUE(PlayedCall::wait_for(
            [&] {
                return call.publishing() && call.connected("interviewer") &&
                       call.connected("observer");
            },
            10s));
    }
    void take_lease(std::uint32_t number, std::vector<ParticipantId> receivers) {
        kiosk.say(kiosk.lease_message(number, std::move(receivers), kiosk.key));
        call.set_lease(number, kiosk.heartbeat_key);
    }
    bool receives(const std::string& name) {
        const auto before = call.packets(name);
        return PlayedCall::wait_for([&] { return call.packets(name) > before + 10; }, 5s);
    }
    bool quiet(const std::string& name, std::chrono::milliseconds duration) {
        const auto before = call.packets(name);
        std::this_thread::sleep_for(duration);
        return call.packets(name) == before;
    }
    std::string metric(const std::string& name) {
        const std::string text = WireClient(hub.http_port()).request("GET", "/metrics").body;
        const auto at = text.find("\nsightline_" + name + " ");
        if (at == std::string::npos) return "";
        const auto start = at + name.size() + 12;
        return text.substr(start, text.find('\n', start) - start);
    }

    HubProcess hub;
    PlayedKiosk kiosk;
    PlayedCall call;
};

TEST_F(UnderALease, ForwardsNothingBeforeItLivesAndStopsWhenTheKioskIsSilent) {
    EXPECT_TRUE(quiet("interviewer", 700ms));
    EXPECT_EQ(call.packets("interviewer"), 0u) << "a hub that has just started has no lease";
    EXPECT_NE(metric("sfu_rtp_without_grant_total{worker=\"0\"}"), "0");

    take_lease(1, {kInterviewer, kObserver});
    ASSERT_TRUE(kiosk.line.expect("lease.alive").is_object());
    ASSERT_TRUE(receives("interviewer"));
    ASSERT_TRUE(receives("observer"));
    std::this_thread::sleep_for(3s);
    ASSERT_TRUE(receives("observer")) << "heartbeats keep it alive";
    EXPECT_EQ(metric("leases_alive"), "1");

    call.set_silent(true);
    std::this_thread::sleep_for(50ms);
    const auto last_word = call.last_heartbeat();
    ASSERT_TRUE(kiosk.line.expect("lease.dead").is_object());
    EXPECT_TRUE(quiet("interviewer", 500ms));
    for (const char* name : {"interviewer", "observer"}) {
        const auto after = call.last(name) - last_word;
        std::printf("silence: last packet at the %s after %.1f ms\n", name, ms(after));
        EXPECT_LE(after, 2s + 100ms) << "2 s, and a round trip on loopback";
        EXPECT_GE(after, 1500ms) << "a beat or two may be lost";
    }

    call.set_silent(false);
    ASSERT_TRUE(kiosk.line.expect("lease.alive").is_object());
    EXPECT_TRUE(receives("interviewer"));
    EXPECT_TRUE(receives("observer"));
}

// The longest round trip for which 2.2 s are promised.
TEST_F(UnderALease, StopsInTimeOverALinkWithARoundTripOf100MsToo) {
    call.set_delay(50ms);
    take_lease(1, {kInterviewer, kObserver});
    ASSERT_TRUE(kiosk.line.expect("lease.alive").is_object());
    ASSERT_TRUE(receives("observer"));
    std::this_thread::sleep_for(3s);  // for the round trip to be known
    ASSERT_TRUE(receives("observer"));

    call.set_silent(true);
    std::this_thread::sleep_for(20ms);
    const auto last_word = call.last_heartbeat();
    ASSERT_TRUE(kiosk.line.expect("lease.dead").is_object());
    EXPECT_TRUE(quiet("observer", 500ms));
    const auto after_silence = call.last("observer") - last_word;
    std::printf("100 ms of round trip, silence: last packet after %.1f ms\n", ms(after_silence));
    EXPECT_LE(after_silence, 2200ms);
    EXPECT_GE(after_silence, 1500ms) << "a beat or two may be lost";

    call.set_silent(false);
    ASSERT_TRUE(kiosk.line.expect("lease.alive").is_object());
    ASSERT_TRUE(receives("observer"));
    call.set_cut(true);
    const auto cut = base::Clock::now();
    ASSERT_TRUE(kiosk.line.expect("lease.dead").is_object());
    const auto dead = base::Clock::now() - cut;
    EXPECT_TRUE(quiet("observer", 500ms));
    std::printf("100 ms of round trip, cut: last packet after %.1f ms, lease dead after %.1f ms\n",
                ms(call.last("observer") - cut), ms(dead));
    EXPECT_LE(call.last("observer") - cut, 2200ms);
    EXPECT_LE(dead, 2200ms);
    call.set_cut(false);
    ASSERT_TRUE(kiosk.line.expect("lease.alive").is_object());
    EXPECT_TRUE(receives("observer"));
}

TEST_F(UnderALease, CutsOffAnObserverWhoIsWithdrawnAndNobodyElse) {
    WireClient control(hub.http_port());
    ASSERT_EQ(control.upgrade("/v1/control"), 101);
    control.say(R"({"type":"hello","token":"observer"})");
    ASSERT_TRUE(control.expect("welcome").is_object());
    take_lease(1, {kInterviewer, kObserver});
    ASSERT_TRUE(receives("observer"));
    const auto shown = [&](const char* whom) {
        for (;;) {
            const auto slots = control.expect("slots");
            if (!slots.is_object()) return false;
            const auto& first = slots.at("slots").at(0);
            if (whom == nullptr ? first.is_null() : first == whom) return true;
        }
    };
    ASSERT_TRUE(shown(kApplicant.text().c_str()));

    // Below zero: the last packet had come before the kiosk spoke.
    base::Duration worst = -1s;
    std::uint32_t number = 1;
    for (int round = 0; round < 5; ++round) {
        const auto withdrawn = base::Clock::now();
        take_lease(++number, {kInterviewer});
        ASSERT_TRUE(shown(nullptr));
        EXPECT_TRUE(quiet("observer", 300ms));
        worst = std::max(worst, base::Duration(call.last("observer") - withdrawn));
        EXPECT_TRUE(receives("interviewer"));

        take_lease(++number, {kInterviewer, kObserver});
        EXPECT_TRUE(receives("observer"));
        ASSERT_TRUE(shown(kApplicant.text().c_str()));
    }
    std::printf("withdrawal: last packet at the observer after %.1f ms at worst\n", ms(worst));
    EXPECT_LE(worst, 200ms);
}

TEST_F(UnderALease, ForwardsNoFramesInTheClear) {
    call.set_clear(true);
    take_lease(1, {kInterviewer, kObserver});
    ASSERT_TRUE(kiosk.line.expect("lease.alive").is_object());
    EXPECT_TRUE(quiet("observer", 700ms));
    EXPECT_EQ(call.packets("interviewer"), 0u);
    EXPECT_NE(metric("sfu_rtp_unprotected_total{worker=\"0\"}"), "0");
    call.set_clear(false);
    ASSERT_TRUE(receives("observer"));
    const auto pictures = call.pictures("observer");
    EXPECT_TRUE(
        PlayedCall::wait_for([&] { return call.pictures("observer") > pictures + 10; }, 5s));

    call.set_clear(true);
    std::this_thread::sleep_for(100ms);
    EXPECT_TRUE(quiet("observer", 500ms));
    call.set_clear(false);
    EXPECT_TRUE(receives("observer"));
}

TEST_F(UnderALease, AnswersALeaseThatItRefusesWithASentence) {
    const auto refusal = [&](const boost::json::object& message) {
        kiosk.say(message);
        const auto error = kiosk.line.expect("error");
        return error.is_object() ? std::string(error.at("detail").as_string()) : std::string();
    };
    take_lease(3, {kInterviewer});
    ASSERT_TRUE(receives("interviewer"));
    EXPECT_THAT(refusal(kiosk.lease_message(3, {kInterviewer, kObserver}, kiosk.key)),
                HasSubstr("taken already"));
    EXPECT_THAT(refusal(kiosk.lease_message(2, {kInterviewer, kObserver}, kiosk.key)),
                HasSubstr("taken already"));
    EXPECT_NE(refusal(kiosk.lease_message(4, {kObserver}, signature::DeviceKey::random())), "");
    EXPECT_NE(refusal({{"type", "lease"}, {"session", kSession.text()}}), "");
    EXPECT_EQ(metric("leases_total{event=\"taken\"}"), "1");
    EXPECT_EQ(metric("leases_total{event=\"replayed\"}"), "2");
    EXPECT_TRUE(receives("interviewer")) << "the lease before is still in force";
    EXPECT_EQ(call.packets("observer"), 0u);
}

TEST_F(UnderALease, GoesOnWhileTheKiosksLineToTheHubIsDown) {
    take_lease(1, {kInterviewer});
    ASSERT_TRUE(receives("interviewer"));
    kiosk.line.send_frame(8, "");
    ASSERT_TRUE(kiosk.line.close_code());
    std::this_thread::sleep_for(3s);
    EXPECT_TRUE(receives("interviewer")) << "heartbeats come with the media";
}

}  // namespace
}  // namespace sightline::integration
