#include "session/model/participant.h"

#include <gtest/gtest.h>

namespace sightline::model {
namespace {

using std::chrono::milliseconds;

constexpr RecordTime kTen{milliseconds(10'000)};
const auto kSession = base::SessionId::from_value(1);
const auto kId = base::ParticipantId::from_value(2);

LinkQuality counted(std::uint64_t packets, std::uint64_t lost) {
    LinkQuality q;
    q.packets = packets;
    q.bytes = packets * 100;
    q.lost = lost;
    return q;
}

TEST(Participant, NeedsAPlainNameAndAHash) {
    const std::string hash(64, 'a');
    EXPECT_TRUE(make_participant(kId, kSession, "Jan", Role::Observer, hash));
    EXPECT_FALSE(make_participant(kId, kSession, "", Role::Observer, hash));
    EXPECT_FALSE(make_participant(kId, kSession, "Jan\r", Role::Observer, hash));
    EXPECT_FALSE(make_participant(kId, kSession, "Jan", Role::Observer, "abc"));
    EXPECT_FALSE(make_participant(kId, kSession, "Jan", Role::Observer, std::string(64, 'g')));
}

TEST(Presence, NeverEndsBeforeItBegan) {
    const Presence stay{kTen, std::nullopt, std::nullopt};
    EXPECT_EQ(end_presence(stay, LeaveReason::Lost, kTen - milliseconds(1)).left, kTen);
    EXPECT_EQ(end_presence(stay, LeaveReason::Lost, kTen + milliseconds(1)).left,
              kTen + milliseconds(1));
}

TEST(LeaveReason, NamesReadBack) {
    for (const auto reason : {LeaveReason::Bye, LeaveReason::Lost, LeaveReason::Removed,
                              LeaveReason::Ended, LeaveReason::Interrupted}) {
        EXPECT_EQ(leave_reason_from_name(name_of(reason)), reason);
    }
    EXPECT_EQ(leave_reason_from_name("bored"), std::nullopt);
}

TEST(LinkQuality, ReportsOfOneConnectionAddTheirDifference) {
    const auto sum = add_report(counted(100, 2), counted(100, 2), counted(160, 3));
    EXPECT_EQ(sum.packets, 160u);
    EXPECT_EQ(sum.lost, 3u);
}

TEST(LinkQuality, ACounterThatFellBelongsToANewConnection) {
    const auto sum = add_report(counted(100, 2), counted(100, 2), counted(30, 1));
    EXPECT_EQ(sum.packets, 130u);
    EXPECT_EQ(sum.bytes, 13'000u);
    EXPECT_EQ(sum.lost, 3u);
}

TEST(LinkQuality, ALatePacketTakesNothingBack) {
    const auto sum = add_report(counted(100, 5), counted(100, 5), counted(120, 4));
    EXPECT_EQ(sum.packets, 120u);
    EXPECT_EQ(sum.lost, 5u);
}

TEST(LinkQuality, KeepsTheLastKnownRoundTrip) {
    LinkQuality report = counted(1, 0);
    report.round_trip_ms = 40;
    LinkQuality sum = add_report({}, {}, report);
    sum = add_report(sum, report, counted(2, 0));
    EXPECT_EQ(sum.round_trip_ms, 40);
}

}  // namespace
}  // namespace sightline::model
