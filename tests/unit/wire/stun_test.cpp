#include "media/wire/stun.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "media/wire/packet_batch.h"
#include "tests/vectors/rfc5769_stun.h"

namespace sightline::wire {
namespace {

using base::ByteView;
using vectors::kRfc5769Password;
using vectors::kRfc5769Request;
using vectors::kRfc5769ResponseV4;
using vectors::kRfc5769ResponseV6;

TEST(Stun, ReadsTheRequestOfRfc5769) {
    const auto message = parse_stun(kRfc5769Request);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->kind, StunClass::Request);
    EXPECT_EQ(message->method, kStunBinding);
    EXPECT_EQ(message->username, "evtj:h6vY");
    EXPECT_EQ(message->priority, 0x6e0001ffu);
    EXPECT_EQ(message->ice_controlled, 0x932ff9b151263b36u);
    EXPECT_FALSE(message->ice_controlling);
    EXPECT_TRUE(message->has_fingerprint);
    EXPECT_EQ(message->unknown_required, 0);
    EXPECT_TRUE(integrity_ok(*message, kRfc5769Password));
    EXPECT_FALSE(integrity_ok(*message, "VOkJxbRl1RmTxUk/WvJxBu"));
}

TEST(Stun, ReadsTheIpv4ResponseOfRfc5769) {
    const auto message = parse_stun(kRfc5769ResponseV4);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->kind, StunClass::Success);
    EXPECT_EQ(message->xor_mapped_address, Endpoint::v4(192, 0, 2, 1, 32853));
    EXPECT_TRUE(integrity_ok(*message, kRfc5769Password));
}

TEST(Stun, ReadsTheIpv6ResponseOfRfc5769) {
    const auto message = parse_stun(kRfc5769ResponseV6);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->xor_mapped_address,
              Endpoint::parse("2001:db8:1234:5678:11:2233:4455:6677", 32853));
    EXPECT_TRUE(integrity_ok(*message, kRfc5769Password));
}

TEST(Stun, RefusesEveryTruncation) {
    for (std::size_t size = 0; size < kRfc5769Request.size(); ++size) {
        const base::Bytes cut(kRfc5769Request.begin(),
                              kRfc5769Request.begin() + static_cast<long>(size));
        EXPECT_FALSE(parse_stun(cut)) << size;
    }
}

TEST(Stun, RefusesEverySingleFlippedBitByItsFingerprint) {
    for (std::size_t bit = 0; bit < kRfc5769Request.size() * 8; ++bit) {
        auto bytes = kRfc5769Request;
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
        const auto message = parse_stun(bytes);
        // A flip in the FINGERPRINT's type makes it an attribute behind the integrity, to be
        // ignored, or unknown; then the message must say that it carries no fingerprint.
        if (message) {
            EXPECT_FALSE(message->has_fingerprint) << bit;
        }
    }
}

TEST(Stun, RefusesALengthThatReachesBeyondTheDatagram) {
    auto bytes = kRfc5769ResponseV4;
    bytes[23] = 0xff;  // of the first attribute
    EXPECT_FALSE(parse_stun(bytes));
    bytes = kRfc5769ResponseV4;
    bytes[3] = 0x40;  // of the message
    EXPECT_FALSE(parse_stun(bytes));
}

TEST(Stun, ReadsWhatItWrote) {
    StunToWrite request;
    request.transaction = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    request.username = "remote:local";
    request.priority = 0x6e7f1eff;
    request.use_candidate = true;
    request.ice_controlling = 0x0123456789abcdef;
    request.software = "sightline";
    request.password = "0123456789abcdefghijkl";
    std::array<std::uint8_t, kMaxDatagram> buffer;
    const auto size = write_stun(request, buffer);
    ASSERT_GT(size, 0u);

    const auto message = parse_stun(ByteView(buffer).first(size));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->transaction, request.transaction);
    EXPECT_EQ(message->username, request.username);
    EXPECT_EQ(message->priority, request.priority);
    EXPECT_TRUE(message->use_candidate);
    EXPECT_EQ(message->ice_controlling, request.ice_controlling);
    EXPECT_TRUE(message->has_fingerprint);
    EXPECT_TRUE(integrity_ok(*message, request.password));
    EXPECT_FALSE(integrity_ok(*message, ""));
}

TEST(Stun, WritesMappedAddressesOfBothFamilies) {
    for (const auto& address :
         {Endpoint::v4(203, 0, 113, 9, 40000), *Endpoint::parse("2001:db8::7", 1)}) {
        StunToWrite response;
        response.kind = StunClass::Success;
        response.transaction = {9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        response.xor_mapped_address = address;
        std::array<std::uint8_t, 200> buffer;
        const auto message = parse_stun(ByteView(buffer).first(write_stun(response, buffer)));
        ASSERT_TRUE(message);
        EXPECT_EQ(message->xor_mapped_address, address);
        EXPECT_EQ(message->integrity_offset, 0u);
        EXPECT_FALSE(integrity_ok(*message, "any password at all..."));
    }
}

TEST(Stun, WritesAnErrorThatNamesTheUnknownAttribute) {
    StunToWrite error;
    error.kind = StunClass::Error;
    error.error_code = 420;
    error.reason = "Unknown Attribute";
    error.unknown_attribute = 0x0030;
    std::array<std::uint8_t, 200> buffer;
    const auto size = write_stun(error, buffer);
    const auto message = parse_stun(ByteView(buffer).first(size));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->error_code, 420);
    const std::array<std::uint8_t, 6> attribute = {0x00, 0x0A, 0x00, 0x02, 0x00, 0x30};
    EXPECT_NE(std::search(buffer.begin(), buffer.begin() + static_cast<long>(size),
                          attribute.begin(), attribute.end()),
              buffer.begin() + static_cast<long>(size));
}

TEST(Stun, DoesNotBelieveWhatFollowsTheIntegrity) {
    StunToWrite request;
    request.username = "a:b";
    request.password = "0123456789abcdefghijkl";
    std::array<std::uint8_t, 300> buffer;
    auto size = write_stun(request, buffer) - 8;  // without FINGERPRINT
    const std::array<std::uint8_t, 4> use_candidate = {0x00, 0x25, 0x00, 0x00};
    std::copy(use_candidate.begin(), use_candidate.end(), buffer.begin() + static_cast<long>(size));
    size += use_candidate.size();
    base::store16(&buffer[2], static_cast<std::uint16_t>(size - 20));

    const auto message = parse_stun(ByteView(buffer).first(size));
    ASSERT_TRUE(message);
    EXPECT_FALSE(message->use_candidate);
    EXPECT_TRUE(integrity_ok(*message, request.password));
}

TEST(Stun, NamesTheFirstUnknownRequiredAttribute) {
    StunToWrite request;
    std::array<std::uint8_t, 100> buffer;
    auto size = write_stun(request, buffer) - 8;
    base::store32(&buffer[size], 0x7ABC0000);
    base::store32(&buffer[size + 4], 0x7ABD0000);
    base::store16(&buffer[2], 8);
    const auto message = parse_stun(ByteView(buffer).first(size + 8));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->unknown_required, 0x7ABC);
}

TEST(Stun, WritesNothingIntoABufferTooSmall) {
    StunToWrite request;
    request.username = "remote:local";
    request.password = "0123456789abcdefghijkl";
    std::array<std::uint8_t, 200> whole;
    const auto size = write_stun(request, whole);
    for (std::size_t room = 0; room < size; ++room) {
        base::Bytes small(room);
        EXPECT_EQ(write_stun(request, small), 0u) << room;
    }
}

}  // namespace
}  // namespace sightline::wire
