// Who has which key, and when senders use it: everything that changes is a new epoch, whoever is
// taken away loses at once, whoever is added is waited for.
#include "session/keys/key_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace sightline::keys {
namespace {

using base::ParticipantId;
using namespace std::chrono_literals;

const ParticipantId kApplicant = ParticipantId::from_value(1);
const ParticipantId kInterviewer = ParticipantId::from_value(2);
const ParticipantId kObserver = ParticipantId::from_value(3);

Device at(ParticipantId id, const char* run = "first") { return {id, run}; }

// Applicant and interviewer see and hear each other; the observer, if there is one, both.
std::vector<lease::Flow> interview(bool observed) {
    std::vector<lease::Flow> flows{{kApplicant, {kInterviewer}, {kInterviewer}},
                                   {kInterviewer, {kApplicant}, {kApplicant}}};
    if (observed) {
        for (auto& flow : flows) {
            flow.audio.push_back(kObserver);
            flow.video.push_back(kObserver);
        }
    }
    return flows;
}
std::vector<Device> two() { return {at(kApplicant), at(kInterviewer)}; }
std::vector<Device> three() { return {at(kApplicant), at(kInterviewer), at(kObserver)}; }

class KeySchedules : public testing::Test {
  protected:
    void acknowledge_all() {
        for (const auto& device : schedule_.newest().devices) {
            schedule_.acknowledge(device, schedule_.newest().number);
        }
    }
    std::set<std::string> keys_of(ParticipantId receiver) const {
        std::set<std::string> all;
        for (const auto& key : schedule_.newest().keys) {
            if (key.goes_to(receiver)) all.insert(base::to_hex(key.base_key.reveal()));
        }
        return all;
    }
    KeySchedule schedule_{base::SessionId::from_value(7), 5};
};

TEST_F(KeySchedules, GivesASenderAndItsReceiversOneKeyForEachTrack) {
    EXPECT_TRUE(schedule_.update(interview(false), two(), "r"));
    const auto& epoch = schedule_.newest();
    EXPECT_EQ(epoch.number, (5ULL << 14) + 1);
    ASSERT_EQ(epoch.keys.size(), 4U);
    std::set<std::uint64_t> kids;
    for (const auto& key : epoch.keys) {
        EXPECT_EQ(key.base_key.reveal().size(), 32U);
        EXPECT_FALSE(key.goes_to(key.sender.participant));
        const auto number = base::KeyNumber::of(key.kid);
        EXPECT_EQ(number.epoch, epoch.number);
        EXPECT_EQ(number.video, key.video);
        kids.insert(key.kid);
    }
    EXPECT_EQ(kids.size(), 4U);
}

TEST_F(KeySchedules, GivesNothingToWhoIsNoDevice) {
    schedule_.update(interview(true), two(), "r");
    EXPECT_TRUE(keys_of(kObserver).empty());
    for (const auto& key : schedule_.newest().keys) EXPECT_EQ(key.receivers.size(), 1U);
}

TEST_F(KeySchedules, MakesNoKeyForATrackThatNobodyMayOpen) {
    schedule_.update(interview(false), {at(kApplicant)}, "r");
    EXPECT_TRUE(schedule_.newest().keys.empty());
}

TEST_F(KeySchedules, RepeatedItChangesNothing) {
    schedule_.update(interview(false), two(), "r");
    const auto hash = schedule_.newest().hash;
    EXPECT_FALSE(schedule_.update(interview(false), two(), "r"));
    EXPECT_EQ(schedule_.newest().hash, hash);
}

TEST_F(KeySchedules, WaitsForEveryReceiverBeforeSendersSwitch) {
    schedule_.update(interview(false), two(), "r");
    EXPECT_FALSE(schedule_.switched());
    EXPECT_FALSE(schedule_.acknowledge(at(kApplicant), schedule_.newest().number));
    EXPECT_FALSE(schedule_.acknowledge(at(kInterviewer, "second"), schedule_.newest().number));
    EXPECT_FALSE(schedule_.acknowledge(at(kInterviewer), schedule_.newest().number - 1));
    EXPECT_FALSE(schedule_.switched());
    EXPECT_TRUE(schedule_.acknowledge(at(kInterviewer), schedule_.newest().number));
    EXPECT_TRUE(schedule_.switched());
}

TEST_F(KeySchedules, WaitsNoLongerThanItsPatience) {
    schedule_.update(interview(false), two(), "r");
    const base::Instant start{};
    EXPECT_FALSE(schedule_.tick(start));
    EXPECT_FALSE(schedule_.tick(start + KeySchedule::kPatience - 1ms));
    EXPECT_TRUE(schedule_.tick(start + KeySchedule::kPatience));
    EXPECT_TRUE(schedule_.switched());
    EXPECT_FALSE(schedule_.tick(start + 10s));
}

TEST_F(KeySchedules, AnAudienceThatShrinksIsCutAtOnce) {
    schedule_.update(interview(true), three(), "r");
    acknowledge_all();
    const auto before = keys_of(kObserver);
    ASSERT_EQ(before.size(), 4U);
    EXPECT_TRUE(schedule_.update(interview(false), three(), "r"));
    EXPECT_TRUE(schedule_.switched());
    EXPECT_TRUE(keys_of(kObserver).empty());
    for (const auto& key : keys_of(kInterviewer)) EXPECT_FALSE(before.contains(key));
}

TEST_F(KeySchedules, AnAudienceThatGrowsGetsNoKeyOfBefore) {
    schedule_.update(interview(false), two(), "r");
    acknowledge_all();
    const auto before = keys_of(kInterviewer);
    EXPECT_TRUE(schedule_.update(interview(true), three(), "r"));
    EXPECT_FALSE(schedule_.switched());
    for (const auto& key : keys_of(kObserver)) EXPECT_FALSE(before.contains(key));
}

TEST_F(KeySchedules, AShrinkingWhileGrowingIsCutAtOnce) {
    schedule_.update(interview(true), three(), "r");
    acknowledge_all();
    const auto fourth = ParticipantId::from_value(4);
    auto flows = interview(true);
    flows[0].audio.push_back(fourth);
    auto devices = three();
    devices.push_back(at(fourth));
    schedule_.update(flows, devices, "r");
    EXPECT_FALSE(schedule_.switched());
    schedule_.update(interview(false), two(), "r");
    EXPECT_TRUE(schedule_.switched());
}

TEST_F(KeySchedules, SomebodyAddedAndTakenAwayBeforeTheSwitchLeavesNothingWaiting) {
    schedule_.update(interview(false), two(), "r");
    acknowledge_all();
    schedule_.update(interview(true), three(), "r");
    schedule_.update(interview(false), two(), "r");
    // Nobody lost anything that senders used: it is waited for like any other epoch.
    acknowledge_all();
    EXPECT_TRUE(schedule_.switched());
    EXPECT_TRUE(keys_of(kObserver).empty());
}

TEST_F(KeySchedules, AnotherRunOfTheSameDeviceGetsNewKeysAndNewNumbers) {
    schedule_.update(interview(false), two(), "r");
    acknowledge_all();
    std::set<std::uint64_t> kids;
    for (const auto& key : schedule_.newest().keys) kids.insert(key.kid);
    EXPECT_TRUE(
        schedule_.update(interview(false), {at(kApplicant, "again"), at(kInterviewer)}, "r"));
    for (const auto& key : schedule_.newest().keys) EXPECT_FALSE(kids.contains(key.kid));
}

TEST_F(KeySchedules, ChainsItsEpochs) {
    schedule_.update(interview(false), two(), "r");
    EXPECT_EQ(schedule_.newest().previous, "");
    const auto first = schedule_.newest().hash;
    schedule_.update(interview(false), two(), "another roster");
    EXPECT_EQ(schedule_.newest().previous, first);
    EXPECT_NE(schedule_.newest().hash, first);
}

TEST_F(KeySchedules, ForwardersMayDropWhatNobodySendsAnyMore) {
    // Of the start before: what it gave out is used until there is more.
    EXPECT_EQ(schedule_.oldest_in_use(), 1U);
    schedule_.update(interview(true), three(), "r");
    acknowledge_all();
    const auto first = schedule_.newest().number;
    schedule_.update(interview(false), two(), "r");
    EXPECT_EQ(schedule_.oldest_in_use(), first);  // what is on its way
    const auto second = schedule_.newest().number;
    schedule_.update(interview(true), three(), "r");
    EXPECT_EQ(schedule_.oldest_in_use(), first);
    acknowledge_all();
    EXPECT_EQ(schedule_.oldest_in_use(), second);
}

TEST_F(KeySchedules, ALaterStartOfTheKioskHasLaterEpochs) {
    schedule_.update(interview(false), two(), "r");
    KeySchedule later(base::SessionId::from_value(7), 6);
    // Whoever outlived the kiosk goes on under these until there are new ones.
    EXPECT_LE(later.oldest_in_use(), schedule_.newest().number);
    later.update(interview(false), two(), "r");
    EXPECT_GT(later.newest().number, schedule_.newest().number);
}

TEST_F(KeySchedules, AfterTheLastEpochNobodyHasAKey) {
    std::uint64_t epochs = 0;
    while (schedule_.update(interview(false), two(), std::to_string(epochs))) ++epochs;
    EXPECT_EQ(epochs, KeySchedule::kMaxEpochs);
    EXPECT_TRUE(schedule_.newest().keys.empty());
    EXPECT_TRUE(schedule_.switched());
}

TEST_F(KeySchedules, SendersKeepTheirSlots) {
    std::set<int> slots;
    for (std::uint64_t id = 1; id <= base::KeyNumber::kSlots; ++id) {
        slots.insert(schedule_.slot_of(ParticipantId::from_value(id)));
    }
    EXPECT_EQ(slots.size(), std::size_t{base::KeyNumber::kSlots});
    const auto third = schedule_.slot_of(ParticipantId::from_value(3));
    schedule_.update(interview(true), three(), "r");
    schedule_.slot_of(ParticipantId::from_value(1000));  // of those who are gone
    EXPECT_EQ(schedule_.slot_of(ParticipantId::from_value(3)), third);
}

}  // namespace
}  // namespace sightline::keys
