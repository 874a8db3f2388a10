#include "media/sframe/keyring.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/unit/sframe/vectors.h"
#include "tests/unit/sfu/counting_new.h"

namespace sightline::sframe {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using wire::MediaKind;

const base::Instant kStart{std::chrono::hours(1)};

base::Secret key(std::uint8_t n) { return base::Secret(base::ByteView(base::Bytes(32, n))); }

base::Bytes protect(SendingKey& sender, MediaKind kind, const base::Bytes& frame) {
    base::Bytes buffer = frame;
    buffer.resize(frame.size() + kMaxOverhead);
    buffer.resize(sender.protect(kind, buffer, frame.size()));
    return buffer;
}
base::Bytes picture(bool key_frame, std::size_t size) {
    base::Bytes frame(size, 0x5a);
    if (size > 0) frame[0] = key_frame ? 0x10 : 0x11;
    return frame;
}
Opening opening(Keyring& keys, MediaKind kind, base::Bytes frame, base::Instant now = kStart) {
    return keys.open(kind, frame, now).opening;
}

TEST(Keyring, OpensWhatWasProtectedForEverySizeAndLeavesThePrefixInClear) {
    Keyring keys;
    ASSERT_TRUE(keys.add(1000, key(1)));
    SendingKey sender(1000, key(1));
    for (std::size_t size = 0; size < 70; ++size) {
        for (const bool key_frame : {true, false}) {
            for (const auto kind : {MediaKind::Audio, MediaKind::Video}) {
                const auto frame = picture(key_frame, size);
                const auto clear = clear_bytes(kind, frame);
                auto sealed = protect(sender, kind, frame);
                EXPECT_LE(sealed.size(), size + kMaxOverhead);
                EXPECT_TRUE(std::equal(frame.begin(), frame.begin() + clear, sealed.begin()));
                if (size >= clear + 8) {
                    EXPECT_FALSE(
                        std::equal(frame.begin() + clear, frame.end(), sealed.begin() + clear));
                }
                const auto opened = keys.open(kind, sealed, kStart);
                ASSERT_EQ(opened.opening, Opening::Opened) << size;
                EXPECT_EQ(opened.kid, 1000u);
                ASSERT_EQ(opened.size, size);
                EXPECT_TRUE(std::equal(frame.begin(), frame.end(), sealed.begin()));
            }
        }
    }
}

TEST(Frame, IsProtectedAsThePagesDoIt) {
    ASSERT_FALSE(vectors::of("frames").empty());
    for (const auto& vector : vectors::of("frames")) {
        const auto kind =
            vectors::text(vector, "kind") == "audio" ? MediaKind::Audio : MediaKind::Video;
        const base::Secret base_key{base::ByteView(vectors::bytes(vector, "base_key"))};
        FrameCipher cipher(kSuite, vectors::number(vector, "kid"), base_key);
        const auto frame = vectors::bytes(vector, "frame");
        base::Bytes buffer = frame;
        buffer.resize(frame.size() + kMaxOverhead);
        buffer.resize(
            protect(cipher, vectors::number(vector, "counter"), kind, buffer, frame.size()));
        EXPECT_EQ(base::to_hex(buffer), vectors::text(vector, "protected"));
        Keyring keys;
        ASSERT_TRUE(keys.add(vectors::number(vector, "kid"), base_key));
        auto received = vectors::bytes(vector, "protected");
        const auto opened = keys.open(kind, received, kStart);
        ASSERT_EQ(opened.opening, Opening::Opened);
        received.resize(opened.size);
        EXPECT_EQ(received, frame);
    }
}

TEST(Keyring, ClearBytesAreThoseThatPacketisersRead) {
    EXPECT_EQ(clear_bytes(MediaKind::Audio, picture(true, 80)), 1u);
    EXPECT_EQ(clear_bytes(MediaKind::Video, picture(true, 80)), 10u);
    EXPECT_EQ(clear_bytes(MediaKind::Video, picture(false, 80)), 3u);
    EXPECT_EQ(clear_bytes(MediaKind::Video, picture(true, 4)), 4u);
    EXPECT_EQ(clear_bytes(MediaKind::Audio, {}), 0u);
}

TEST(Keyring, OpensNothingInClearNothingReplayedAndNothingOfStrangers) {
    Keyring keys;
    ASSERT_TRUE(keys.add(1, key(1)));
    SendingKey sender(1, key(1)), stranger(2, key(1)), impostor(1, key(2));
    EXPECT_EQ(opening(keys, MediaKind::Video, picture(true, 200)), Opening::NoTrailer);
    EXPECT_EQ(opening(keys, MediaKind::Video, {}), Opening::NoTrailer);
    const auto frame = protect(sender, MediaKind::Video, picture(true, 200));
    EXPECT_EQ(opening(keys, MediaKind::Video, protect(stranger, MediaKind::Video, frame)),
              Opening::UnknownKey);
    EXPECT_EQ(opening(keys, MediaKind::Video, protect(impostor, MediaKind::Video, frame)),
              Opening::NotAuthentic);
    EXPECT_EQ(opening(keys, MediaKind::Audio, frame), Opening::NotAuthentic)
        << "a picture is no sound: the prefix is another one";
    EXPECT_EQ(opening(keys, MediaKind::Video, frame), Opening::Opened)
        << "what did not open has not used up its counter";
    EXPECT_EQ(opening(keys, MediaKind::Video, frame), Opening::Replayed);
}

TEST(Keyring, TakesFramesInAnyOrderWithinTheWindowOnce) {
    Keyring keys;
    ASSERT_TRUE(keys.add(1, key(1)));
    SendingKey sender(1, key(1));
    std::vector<base::Bytes> frames;
    for (std::size_t i = 0; i < ReplayWindow::kFrames; ++i) {
        frames.push_back(protect(sender, MediaKind::Audio, picture(true, 60)));
    }
    std::shuffle(frames.begin(), frames.end(), std::mt19937(7));
    for (const auto& frame : frames) {
        EXPECT_EQ(opening(keys, MediaKind::Audio, frame), Opening::Opened);
    }
    for (const auto& frame : frames) {
        EXPECT_EQ(opening(keys, MediaKind::Audio, frame), Opening::Replayed);
    }
}

TEST(Keyring, WhatIsOlderThanTheWindowIsNotTaken) {
    Keyring keys;
    ASSERT_TRUE(keys.add(1, key(1)));
    SendingKey sender(1, key(1));
    const auto first = protect(sender, MediaKind::Audio, picture(true, 60));
    const auto second = protect(sender, MediaKind::Audio, picture(true, 60));
    base::Bytes last;
    for (std::size_t i = 0; i < ReplayWindow::kFrames; ++i) {
        last = protect(sender, MediaKind::Audio, picture(true, 60));
    }
    EXPECT_EQ(opening(keys, MediaKind::Audio, last), Opening::Opened);
    EXPECT_EQ(opening(keys, MediaKind::Audio, first), Opening::Replayed);
    EXPECT_EQ(opening(keys, MediaKind::Audio, second), Opening::Replayed);
}

TEST(Keyring, AllocatesNothingForAFrame) {
    Keyring keys;
    ASSERT_TRUE(keys.add(1, key(1)));
    SendingKey sender(1, key(1));
    base::Bytes buffer(5000 + kMaxOverhead, 0x5a);
    const auto before = sfu::test::allocations.load();
    for (int i = 0; i < 100; ++i) {
        const auto sealed = sender.protect(MediaKind::Video, buffer, 5000);
        const auto opened =
            keys.open(MediaKind::Video, base::MutableBytes(buffer).first(sealed), kStart);
        ASSERT_EQ(opened.size, 5000u);
    }
    EXPECT_EQ(sfu::test::allocations.load(), before);
}

TEST(ReplayWindow, GoesToTheEndOfTheNumbers) {
    ReplayWindow window;
    const auto end = ~std::uint64_t{0};
    EXPECT_TRUE(window.is_new(0));
    window.note(0);
    EXPECT_FALSE(window.is_new(0));
    window.note(end);
    EXPECT_FALSE(window.is_new(end));
    EXPECT_TRUE(window.is_new(end - 1));
    EXPECT_FALSE(window.is_new(0));
    window.note(end - 1);
    EXPECT_FALSE(window.is_new(end - 1));
    EXPECT_TRUE(window.is_new(end - ReplayWindow::kFrames + 1));
    EXPECT_FALSE(window.is_new(end - ReplayWindow::kFrames));
}

TEST(Keyring, AKeyDiesAtItsTimeAndIsWiped) {
    Keyring keys;
    ASSERT_TRUE(keys.add(1, key(1)));
    ASSERT_TRUE(keys.add(2, key(2)));
    SendingKey sender(1, key(1));
    keys.expire(1, kStart + seconds(1));
    keys.expire(1, kStart + seconds(9));  // it cannot live longer again
    const auto just = kStart + milliseconds(999);
    EXPECT_EQ(
        opening(keys, MediaKind::Audio, protect(sender, MediaKind::Audio, picture(1, 60)), just),
        Opening::Opened);
    EXPECT_TRUE(keys.knows(1, just));
    const auto late = kStart + seconds(1);
    EXPECT_EQ(
        opening(keys, MediaKind::Audio, protect(sender, MediaKind::Audio, picture(1, 60)), late),
        Opening::UnknownKey);
    EXPECT_FALSE(keys.knows(1, late));
    keys.tick(late);
    EXPECT_EQ(keys.size(), 1u);
    EXPECT_TRUE(keys.knows(2, late));
}

TEST(Keyring, TakesNoNumberTwiceAndNotEndlesslyMany) {
    Keyring keys;
    for (std::uint64_t kid = 0; kid < Keyring::kMaxKeys; ++kid) {
        EXPECT_TRUE(keys.add(kid, key(1)));
    }
    EXPECT_FALSE(keys.add(999, key(1)));
    keys.expire(0, kStart);
    keys.tick(kStart);
    EXPECT_FALSE(keys.add(1, key(2))) << "the first one counts";
    EXPECT_TRUE(keys.add(999, key(1)));
}

TEST(Keyring, OpensNoTruncatedAndNoAlteredFrame) {
    Keyring keys;
    ASSERT_TRUE(keys.add(1, key(1)));
    SendingKey sender(1, key(1));
    const auto frame = protect(sender, MediaKind::Video, picture(true, 40));
    for (std::size_t size = 0; size < frame.size(); ++size) {
        EXPECT_NE(opening(keys, MediaKind::Video, {frame.begin(), frame.begin() + size}),
                  Opening::Opened);
    }
    for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
        auto altered = frame;
        altered[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        EXPECT_NE(opening(keys, MediaKind::Video, altered), Opening::Opened) << "bit " << bit;
    }
    EXPECT_EQ(opening(keys, MediaKind::Video, frame), Opening::Opened);
}

}  // namespace
}  // namespace sightline::sframe
