#include "appliance/kiosk/lease_issuer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/device_keys.h"

namespace sightline::kiosk {
namespace {

using base::ParticipantId;
using testing::ElementsAre;

const auto kSession = base::SessionId::from_value(7);
const auto kApplicant = ParticipantId::from_value(1);
const auto kInterviewer = ParticipantId::from_value(2);
constexpr std::uint64_t kIncarnation = 5;

class Issuer : public testing::Test {
  protected:
    lease::Lease newest() const { return lease::open(issuer.jws(), key.public_key()).value(); }
    static std::vector<lease::Flow> both() {
        return {{kApplicant, {kInterviewer}, {kInterviewer}},
                {kInterviewer, {kApplicant}, {kApplicant}}};
    }
    bool next_epoch(const std::string& run) {
        const bool begun =
            schedule.update(both(), {{kApplicant, run}, {kInterviewer, run}}, "roster");
        for (const auto& device : schedule.newest().devices) {
            schedule.acknowledge(device, schedule.newest().number);
        }
        return begun;
    }

    const signature::DeviceKey key = tests::kiosk_key();
    keys::KeySchedule schedule{kSession, kIncarnation};
    LeaseIssuer issuer{kSession, kIncarnation, key};
};

TEST_F(Issuer, SaysWhichKeyNumbersFramesMayShow) {
    // The interviewer was there first, and keeps the slot.
    const auto slot = schedule.slot_of(kInterviewer);
    ASSERT_TRUE(issuer.grant(both(), schedule));
    EXPECT_EQ(newest().number, 1u);
    EXPECT_EQ(newest().flows, both());
    EXPECT_EQ(newest().first_epoch, 1u) << "whatever was given out before";
    EXPECT_THAT(newest().slots, ElementsAre(schedule.slot_of(kApplicant), slot));
    ASSERT_TRUE(next_epoch("first"));
    for (const auto& track : schedule.newest().keys) {
        const auto number = base::KeyNumber::of(track.kid);
        EXPECT_EQ(number.slot, schedule.slot_of(track.sender.participant));
        EXPECT_GE(number.epoch, newest().first_epoch);
    }
}

TEST_F(Issuer, SignsAnewWhenAnEpochIsOverAndNotBefore) {
    ASSERT_TRUE(issuer.grant(both(), schedule));
    EXPECT_FALSE(issuer.grant(both(), schedule)) << "nothing has changed";
    next_epoch("first");
    EXPECT_FALSE(issuer.grant(both(), schedule)) << "its first epoch was allowed already";
    // Another run of both: everything of before is cut, but may be under way.
    ASSERT_TRUE(next_epoch("second"));
    ASSERT_TRUE(next_epoch("third"));
    EXPECT_TRUE(issuer.grant(both(), schedule));
    EXPECT_EQ(newest().number, 2u);
    EXPECT_EQ(newest().first_epoch, schedule.oldest_in_use());
    EXPECT_GT(newest().first_epoch, kIncarnation << 14);
}

}  // namespace
}  // namespace sightline::kiosk
