// The kiosk's side of end-to-end encryption: what leaves has a key, what is shown was its sender's,
// and no counter comes twice.
#include "appliance/engine/media_keys.h"

#include <gtest/gtest.h>

#include "appliance/base/key_number.h"

namespace sightline::engine {
namespace {

using namespace std::chrono_literals;
using sframe::Opening;
using wire::MediaKind;

const auto kSession = base::SessionId::from_value(0x5e55);
const auto kApplicant = base::ParticipantId::from_value(1);
const auto kInterviewer = base::ParticipantId::from_value(2);
const auto kInterpreter = base::ParticipantId::from_value(3);
constexpr std::uint64_t kFirst = 65537;

MediaKey key_of(base::ParticipantId sender, std::uint8_t slot, MediaKind kind,
                std::uint64_t epoch) {
    const bool video = kind == MediaKind::Video;
    const auto kid = base::KeyNumber{epoch, slot, video}.kid();
    const std::string text = "key " + std::to_string(kid) + " of thirty-two bytes, filled";
    return {sender, kind, kid, base::Secret(std::string_view(text).substr(0, 32))};
}

KeysOrder order_of(std::uint64_t epoch, bool switched = true) {
    KeysOrder order;
    order.session = kSession;
    order.epoch = epoch;
    order.switched = switched;
    order.old = 1000ms;
    order.send = std::vector<MediaKey>(2);
    order.receive = std::vector<MediaKey>(4);
    for (const std::size_t video : {0U, 1U}) {
        const auto kind = video == 1 ? MediaKind::Video : MediaKind::Audio;
        order.send[video] = key_of(kApplicant, 0, kind, epoch);
        order.receive[2 * video] = key_of(kInterviewer, 1, kind, epoch);
        order.receive[2 * video + 1] = key_of(kInterpreter, 2, kind, epoch);
    }
    order.people.push_back({kInterviewer, "Vries", "interviewer", "IND"});
    return order;
}

wire::EncodedFrame sound() {
    wire::EncodedFrame frame;
    frame.kind = MediaKind::Audio;
    frame.data.reserve(80 + wire::kTailroom);
    frame.data.assign(80, 0x55);
    frame.data[0] = 0x78;
    return frame;
}

// What the interviewer's page sends, with a counter of its own.
struct Sender {
    explicit Sender(const MediaKey& key) : sending(key.kid, key.base_key) {}
    base::Bytes frame(MediaKind kind = MediaKind::Audio) {
        base::Bytes bytes(100 + sframe::kMaxOverhead, 0x42);
        bytes.resize(sending.protect(kind, bytes, 100));
        return bytes;
    }
    sframe::SendingKey sending;
};

class MediaKeysTest : public testing::Test {
  protected:
    Opening open(base::Bytes frame, base::ParticipantId sender = kInterviewer,
                 MediaKind kind = MediaKind::Audio) {
        return keys_.open(sender, kind, frame, now_);
    }
    MediaKeys keys_;
    base::Instant now_{std::chrono::seconds(1000)};
};

TEST_F(MediaKeysTest, WithoutAKeyNothingLeavesAndNothingIsShown) {
    auto frame = sound();
    EXPECT_FALSE(keys_.protect(frame, now_));
    EXPECT_EQ(keys_.stats().withheld, 1U);
    EXPECT_EQ(open(base::Bytes(100, 0x42)), Opening::NoTrailer);
    Sender page(key_of(kInterviewer, 1, MediaKind::Audio, kFirst));
    EXPECT_EQ(open(page.frame()), Opening::UnknownKey);
}

TEST_F(MediaKeysTest, WhatLeavesCanBeOpenedByItsReceiverOnly) {
    ASSERT_TRUE(keys_.take(order_of(kFirst), now_));
    auto frame = sound();
    const auto* const buffer = frame.data.data();
    ASSERT_TRUE(keys_.protect(frame, now_));
    EXPECT_EQ(frame.data.data(), buffer) << "it was copied";
    const auto key = key_of(kApplicant, 0, MediaKind::Audio, kFirst);
    sframe::Keyring receiver;
    receiver.add(key.kid, key.base_key);
    auto bytes = frame.data;
    const auto opened = receiver.open(MediaKind::Audio, bytes, now_);
    ASSERT_EQ(opened.opening, Opening::Opened);
    bytes.resize(opened.size);
    EXPECT_EQ(bytes, sound().data);
}

TEST_F(MediaKeysTest, AFrameUnderSomebodyElsesKeyIsNotShownAsTheirs) {
    keys_.take(order_of(kFirst), now_);
    Sender interviewer(key_of(kInterviewer, 1, MediaKind::Audio, kFirst));
    EXPECT_EQ(open(interviewer.frame(), kInterpreter), Opening::UnknownKey);
    const auto frame = interviewer.frame();
    EXPECT_EQ(open(frame), Opening::Opened);
    EXPECT_EQ(open(frame), Opening::Replayed);
    auto altered = interviewer.frame();
    altered[40] ^= 1;
    EXPECT_EQ(open(altered), Opening::NotAuthentic);
    EXPECT_EQ(keys_.stats().refused, 3U);
}

TEST_F(MediaKeysTest, TheOldKeyIsSentUnderUntilTheSwitch) {
    keys_.take(order_of(kFirst), now_);
    const auto kid_of = [&] {
        auto frame = sound();
        EXPECT_TRUE(keys_.protect(frame, now_));
        return base::KeyNumber::of(sframe::parse_trailer(frame.data)->header.kid).epoch;
    };
    EXPECT_EQ(kid_of(), kFirst);
    keys_.take(order_of(kFirst + 1, false), now_);
    EXPECT_EQ(kid_of(), kFirst);
    // Whoever has switched is heard already.
    Sender quick(key_of(kInterviewer, 1, MediaKind::Audio, kFirst + 1));
    EXPECT_EQ(open(quick.frame()), Opening::Opened);
    keys_.take(order_of(kFirst + 1, true), now_);
    EXPECT_EQ(kid_of(), kFirst + 1);
}

TEST_F(MediaKeysTest, ACutGivesTheOthersAMomentAndIsNotPutOff) {
    keys_.take(order_of(kFirst), now_);
    const auto kid_of = [&] {
        auto frame = sound();
        EXPECT_TRUE(keys_.protect(frame, now_));
        return base::KeyNumber::of(sframe::parse_trailer(frame.data)->header.kid).epoch;
    };
    const auto cut = now_;
    for (std::uint64_t epoch = kFirst + 1; now_ < cut + 30ms; ++epoch, now_ += 10ms) {
        keys_.take(order_of(epoch), now_);
        EXPECT_EQ(kid_of(), kFirst);
    }
    EXPECT_EQ(kid_of(), kFirst + 3);
}

TEST_F(MediaKeysTest, OldKeysDieAfterTheirTime) {
    keys_.take(order_of(kFirst), now_);
    Sender slow(key_of(kInterviewer, 1, MediaKind::Audio, kFirst));
    keys_.take(order_of(kFirst + 1), now_);
    now_ += 30ms;
    keys_.tick(now_);
    now_ += 900ms;
    EXPECT_EQ(open(slow.frame()), Opening::Opened);
    now_ += 200ms;
    EXPECT_EQ(open(slow.frame()), Opening::UnknownKey);
}

TEST_F(MediaKeysTest, TheSameOrderTwiceUsesNoCounterTwice) {
    keys_.take(order_of(kFirst), now_);
    auto first = sound();
    keys_.protect(first, now_);
    keys_.take(order_of(kFirst), now_);
    auto second = sound();
    keys_.protect(second, now_);
    EXPECT_EQ(sframe::parse_trailer(first.data)->header.counter, 0U);
    EXPECT_EQ(sframe::parse_trailer(second.data)->header.counter, 1U);
}

TEST_F(MediaKeysTest, AnEpochFromBeforeIsNotTaken) {
    keys_.take(order_of(kFirst + 1), now_);
    EXPECT_FALSE(keys_.take(order_of(kFirst), now_));
    auto frame = sound();
    keys_.protect(frame, now_);
    EXPECT_EQ(base::KeyNumber::of(sframe::parse_trailer(frame.data)->header.kid).epoch, kFirst + 1);
}

TEST_F(MediaKeysTest, WithoutASendingKeyInTheNextEpochNothingLeaves) {
    keys_.take(order_of(kFirst), now_);
    auto next = order_of(kFirst + 1);
    next.send.clear();
    keys_.take(std::move(next), now_);
    now_ += 30ms;
    auto frame = sound();
    EXPECT_FALSE(keys_.protect(frame, now_));
    EXPECT_FALSE(keys_.can_send(MediaKind::Audio));
}

TEST_F(MediaKeysTest, AnotherInterviewHasNothingOfThis) {
    keys_.take(order_of(kFirst), now_);
    Sender page(key_of(kInterviewer, 1, MediaKind::Audio, kFirst));
    auto other = order_of(kFirst);
    other.session = base::SessionId::from_value(0x0772);
    other.receive.clear();
    other.people.clear();
    EXPECT_TRUE(keys_.take(std::move(other), now_)) << "its epochs count for themselves";
    EXPECT_EQ(open(page.frame()), Opening::UnknownKey);
    EXPECT_EQ(keys_.person(kInterviewer), nullptr);
}

TEST_F(MediaKeysTest, EpochsThatFollowEachOtherFastDriveOutTheOldest) {
    for (std::uint64_t epoch = kFirst; epoch < kFirst + 40; ++epoch) {
        ASSERT_TRUE(keys_.take(order_of(epoch, false), now_));
    }
    Sender newest(key_of(kInterviewer, 1, MediaKind::Audio, kFirst + 39));
    EXPECT_EQ(open(newest.frame()), Opening::Opened);
    Sender oldest(key_of(kInterviewer, 1, MediaKind::Audio, kFirst));
    EXPECT_EQ(open(oldest.frame()), Opening::UnknownKey);
}

TEST_F(MediaKeysTest, PeopleHaveTheNamesThatTheKioskGives) {
    keys_.take(order_of(kFirst), now_);
    ASSERT_NE(keys_.person(kInterviewer), nullptr);
    EXPECT_EQ(keys_.person(kInterviewer)->name, "Vries");
    EXPECT_EQ(keys_.person(kInterpreter), nullptr);
}

}  // namespace
}  // namespace sightline::engine
