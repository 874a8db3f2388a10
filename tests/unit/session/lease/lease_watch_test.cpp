#include "session/lease/lease_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightline::lease {
namespace {

using base::Errc;
using base::Instant;
using std::chrono::milliseconds;

const base::SessionId kSession = base::SessionId::from_value(77);
constexpr Instant kStart = Instant(std::chrono::hours(5));
constexpr Instant at(int ms) { return kStart + milliseconds(ms); }

base::Secret key(std::uint8_t fill = 1) {
    return base::Secret(base::Bytes(kHeartbeatKeyBytes, fill));
}
Lease numbered(std::uint32_t number, std::uint64_t incarnation = 1) {
    return {kSession, incarnation, number, {}, 1, {}};
}

class LeaseWatchTest : public testing::Test {
  protected:
    // As the kiosk answers: with its newest lease and its next counter.
    bool beat(Nonce nonce, Instant now, std::uint32_t lease = 1) {
        return watch_.on_heartbeat(
            write_heartbeat({lease, ++counter_, nonce}, kSession, key(key_fill_)), now);
    }
    bool alive(Instant now) const { return now < watch_.alive_until(); }
    void take(std::uint32_t number, std::uint64_t incarnation = 1) {
        const auto taken = watch_.take(numbered(number, incarnation), key(key_fill_));
        ASSERT_TRUE(taken) << taken.error().text;
    }

    LeaseWatch watch_;
    std::uint32_t counter_ = 0;
    std::uint8_t key_fill_ = 1;
};

TEST_F(LeaseWatchTest, WithoutALeaseNothingLives) {
    const Nonce nonce = watch_.issue(kStart);
    EXPECT_FALSE(beat(nonce, at(10)));
    EXPECT_FALSE(alive(Instant{}));
    EXPECT_EQ(watch_.lease(), nullptr);
}

TEST_F(LeaseWatchTest, ALeaseAloneIsDeadUntilTheFirstHeartbeat) {
    take(1);
    EXPECT_FALSE(alive(kStart));
    const Nonce nonce = watch_.issue(kStart);
    EXPECT_FALSE(alive(at(1)));
    EXPECT_TRUE(beat(nonce, at(80)));
    EXPECT_TRUE(alive(at(80)));
    EXPECT_EQ(watch_.round_trip(), base::Duration(milliseconds(80)));
}

TEST_F(LeaseWatchTest, SilenceEndsItTwoSecondsAndARoundTripAfterTheLastEchoedNonce) {
    take(1);
    Instant last{};
    for (int ms = 0; ms < 60'000; ms += 400) {
        const Nonce nonce = watch_.issue(at(ms));
        ASSERT_TRUE(beat(nonce, at(ms + 100)));
        last = at(ms);
        EXPECT_EQ(watch_.alive_until(), last + kSilence + milliseconds(100));
    }
    EXPECT_TRUE(alive(last + milliseconds(2099)));
    EXPECT_FALSE(alive(last + milliseconds(2100)));
    // The promise: 2.2 s after the kiosk fell silent, at a round trip of up to 100 ms.
    EXPECT_FALSE(alive(last + milliseconds(50) + milliseconds(2200)));
}

TEST_F(LeaseWatchTest, NoEchoKeepsItAliveLongerThanTheLongestRoundTripAllows) {
    take(1);
    const Nonce nonce = watch_.issue(kStart);
    EXPECT_TRUE(beat(nonce, at(3000)));
    EXPECT_EQ(watch_.alive_until(), at(3500));
}

TEST_F(LeaseWatchTest, ALinkOfTwoSecondsRoundTripLives) {
    take(1);
    std::deque<std::pair<Nonce, int>> out;
    for (int ms = 0; ms < 60'000; ms += 400) {
        out.emplace_back(watch_.issue(at(ms)), ms);
        if (ms < 2000) continue;
        EXPECT_TRUE(beat(out.front().first, at(ms)));
        out.pop_front();
        EXPECT_TRUE(alive(at(ms + 399)));
    }
}

TEST_F(LeaseWatchTest, ANonceThatComesTooLateKeepsNothingAlive) {
    take(1);
    const Nonce nonce = watch_.issue(kStart);
    EXPECT_FALSE(beat(nonce, at(3500)));
    EXPECT_FALSE(alive(at(3500)));
    EXPECT_EQ(watch_.counters().late, 1u);
}

TEST_F(LeaseWatchTest, ANonceCountsOnce) {
    take(1);
    const Nonce nonce = watch_.issue(kStart);
    ASSERT_TRUE(beat(nonce, at(100)));
    const Instant until = watch_.alive_until();
    EXPECT_FALSE(beat(nonce, at(200)));  // a fresh counter, but the same nonce
    EXPECT_EQ(watch_.alive_until(), until);
    EXPECT_EQ(watch_.counters().late, 1u);
}

TEST_F(LeaseWatchTest, ANonceOlderThanOneThatWasEchoedCountsNoMore) {
    take(1);
    const Nonce first = watch_.issue(kStart);
    const Nonce second = watch_.issue(at(400));
    ASSERT_TRUE(beat(second, at(450)));
    EXPECT_FALSE(beat(first, at(460)));
    EXPECT_EQ(watch_.alive_until(), at(400 + 2000 + 50));
}

TEST_F(LeaseWatchTest, ANonceThatWasNeverIssuedIsNotBelieved) {
    take(1);
    const Nonce nonce = watch_.issue(kStart);
    EXPECT_FALSE(beat(nonce + 1, at(50)));
    EXPECT_FALSE(beat(0, at(60)));
    EXPECT_FALSE(alive(at(60)));
    EXPECT_EQ(watch_.counters().late, 2u);
}

TEST_F(LeaseWatchTest, AReplayedHeartbeatKeepsNothingAlive) {
    take(1);
    const Nonce nonce = watch_.issue(kStart);
    const auto bytes = write_heartbeat({1, 5, nonce}, kSession, key());
    ASSERT_TRUE(watch_.on_heartbeat(bytes, at(100)));
    const Instant until = watch_.alive_until();
    EXPECT_FALSE(watch_.on_heartbeat(bytes, at(1500)));
    // An older counter, even with a nonce that is out.
    const Nonce fresh = watch_.issue(at(1600));
    EXPECT_FALSE(watch_.on_heartbeat(write_heartbeat({1, 4, fresh}, kSession, key()), at(1650)));
    EXPECT_EQ(watch_.alive_until(), until);
    EXPECT_EQ(watch_.counters().replayed, 2u);
}

TEST_F(LeaseWatchTest, AForgedHeartbeatKeepsNothingAlive) {
    take(1);
    const Nonce nonce = watch_.issue(kStart);
    auto bytes = write_heartbeat({1, 1, nonce}, kSession, key());
    bytes.back() ^= 1;
    EXPECT_FALSE(watch_.on_heartbeat(bytes, at(50)));
    EXPECT_FALSE(watch_.on_heartbeat(write_heartbeat({1, 1, nonce}, kSession, key(9)), at(50)));
    EXPECT_FALSE(watch_.on_heartbeat(
        write_heartbeat({1, 1, nonce}, base::SessionId::from_value(78), key()), at(50)));
    EXPECT_FALSE(watch_.on_heartbeat({}, at(50)));
    EXPECT_FALSE(alive(at(50)));
    EXPECT_EQ(watch_.counters().forged, 4u);
    // A forged one has used up neither the nonce nor the counter.
    EXPECT_TRUE(watch_.on_heartbeat(write_heartbeat({1, 1, nonce}, kSession, key()), at(60)));
}

TEST_F(LeaseWatchTest, AHeartbeatOfAnOlderLeaseKeepsNothingAlive) {
    take(2);
    const Nonce nonce = watch_.issue(kStart);
    EXPECT_FALSE(beat(nonce, at(50), 1));
    EXPECT_FALSE(alive(at(50)));
    // It has not used up the nonce: the kiosk may echo it under the lease that is in force.
    EXPECT_TRUE(beat(nonce, at(60), 2));
    EXPECT_TRUE(alive(at(60)));
}

TEST_F(LeaseWatchTest, AHeartbeatThatNamesANewerLeaseSuspendsTheOneThereIs) {
    take(1);
    ASSERT_TRUE(beat(watch_.issue(kStart), at(50)));
    ASSERT_TRUE(alive(at(60)));
    EXPECT_TRUE(beat(watch_.issue(at(400)), at(450), 2));
    EXPECT_FALSE(alive(at(450)));
    EXPECT_EQ(watch_.alive_until(), Instant{});
    // An older heartbeat that was on its way does not bring it back.
    EXPECT_FALSE(beat(watch_.issue(at(800)), at(850), 1));
    EXPECT_FALSE(alive(at(850)));
    // The lease that it named does, and lives on the heartbeat that named it.
    take(2);
    EXPECT_TRUE(alive(at(900)));
    EXPECT_EQ(watch_.alive_until(), at(400 + 2000 + 50));
}

TEST_F(LeaseWatchTest, ANewerLeaseSuspendsEvenWhenItsHeartbeatsNonceIsStale) {
    take(1);
    const Nonce nonce = watch_.issue(kStart);
    ASSERT_TRUE(beat(nonce, at(50)));
    EXPECT_TRUE(beat(nonce, at(60), 2));  // something changed
    EXPECT_FALSE(alive(at(60)));
}

TEST_F(LeaseWatchTest, ALeaseOlderThanTheNewestThatWasNamedStaysSuspended) {
    take(1);
    ASSERT_TRUE(beat(watch_.issue(kStart), at(50), 3));
    take(2);
    EXPECT_FALSE(alive(at(60)));
    take(3);
    EXPECT_TRUE(alive(at(60)));
}

TEST_F(LeaseWatchTest, ANewLeaseOfTheSameIncarnationLivesOnWhatKeptTheOneBeforeAlive) {
    take(1);
    ASSERT_TRUE(beat(watch_.issue(kStart), at(50)));
    const Instant until = watch_.alive_until();
    take(2);
    EXPECT_EQ(watch_.alive_until(), until);
    EXPECT_EQ(watch_.lease()->number, 2u);
}

TEST_F(LeaseWatchTest, AReplayedOrRolledBackLeaseIsAConflictAndChangesNothing) {
    take(5, 3);
    for (const auto& [number, incarnation] :
         {std::pair{5u, 3u}, {4u, 3u}, {1u, 3u}, {6u, 2u}, {1000u, 0u}}) {
        const auto taken = watch_.take(numbered(number, incarnation), key(9));
        ASSERT_FALSE(taken) << number << " " << incarnation;
        EXPECT_EQ(taken.error().code, Errc::Conflict);
        EXPECT_FALSE(taken.error().text.empty());
    }
    EXPECT_EQ(*watch_.lease(), numbered(5, 3));
    EXPECT_EQ(watch_.counters().replayed, 5u);
    EXPECT_EQ(watch_.counters().taken, 1u);
    // The key is still the one that came with the lease.
    EXPECT_TRUE(beat(watch_.issue(kStart), at(50), 5));
}

TEST_F(LeaseWatchTest, OfAnotherInterviewOrWithoutAKeyItIsRefused) {
    take(1);
    Lease other = numbered(2);
    other.session = base::SessionId::from_value(78);
    EXPECT_EQ(watch_.take(other, key()).error().code, Errc::Conflict);
    EXPECT_EQ(watch_.take(numbered(2), base::Secret()).error().code, Errc::Malformed);
    EXPECT_EQ(watch_.take(numbered(2), base::Secret(base::Bytes(31, 1))).error().code,
              Errc::Malformed);
    EXPECT_EQ(watch_.lease()->number, 1u);
}

TEST_F(LeaseWatchTest, AKioskThatStartedAgainHasToSpeakForItself) {
    take(9, 1);
    ASSERT_TRUE(beat(watch_.issue(kStart), at(50), 9));
    const Nonce out = watch_.issue(at(100));
    const auto old_beat = write_heartbeat({9, 900, out}, kSession, key());
    key_fill_ = 2;
    counter_ = 0;
    take(1, 2);
    EXPECT_FALSE(alive(at(120)));
    // The incarnation before speaks no more: its key is not the one.
    EXPECT_FALSE(watch_.on_heartbeat(old_beat, at(150)));
    EXPECT_FALSE(alive(at(150)));
    // Its counters and lease numbers do not hold the new one up.
    EXPECT_TRUE(beat(watch_.issue(at(200)), at(250), 1));
    EXPECT_TRUE(alive(at(250)));
}

TEST_F(LeaseWatchTest, AClockThatStandsMakesNothingLiveLongerAndNoncesStayBounded) {
    take(1);
    const Nonce first = watch_.issue(kStart);
    Nonce newest = first;
    for (int i = 0; i < 1000; ++i) newest = watch_.issue(kStart);
    EXPECT_FALSE(beat(first, kStart));  // forgotten
    EXPECT_TRUE(beat(newest, kStart));
    EXPECT_EQ(watch_.alive_until(), kStart + kSilence);
    EXPECT_EQ(watch_.round_trip(), base::Duration::zero());
}

TEST_F(LeaseWatchTest, AClockThatJumpsForwardClosesAndAHeartbeatOpensAgain) {
    take(1);
    ASSERT_TRUE(beat(watch_.issue(kStart), at(50)));
    const Nonce out = watch_.issue(at(400));
    const Instant later = at(3'600'000);
    EXPECT_FALSE(alive(later));
    EXPECT_FALSE(beat(out, later));
    EXPECT_FALSE(alive(later));
    EXPECT_TRUE(beat(watch_.issue(later), later + milliseconds(50)));
    EXPECT_TRUE(alive(later + milliseconds(60)));
}

TEST_F(LeaseWatchTest, AClockThatJumpsBackNeverExtendsPastTheNoncesOwnIssue) {
    take(1);
    const Nonce nonce = watch_.issue(at(10'000));
    EXPECT_TRUE(beat(nonce, at(1000)));
    EXPECT_EQ(watch_.alive_until(), at(10'000) + kSilence);
    EXPECT_EQ(watch_.round_trip(), base::Duration::zero());
}

}  // namespace
}  // namespace sightline::lease
