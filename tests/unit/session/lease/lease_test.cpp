#include "session/lease/lease.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "appliance/base/key_number.h"
#include "session/model/participant.h"
#include "tests/support/device_keys.h"

namespace sightline::lease {
namespace {

using base::Errc;
using base::ParticipantId;
using testing::HasSubstr;

ParticipantId id(std::uint64_t value) { return ParticipantId::from_value(value); }

Lease usual() {
    return {base::SessionId::from_value(0xabc),
            5,
            2,
            {{id(1), {id(2), id(3)}, {id(2)}}, {id(2), {id(1), id(3)}, {}}},
            5 << 16 | 1,
            {0, 63}};
}
constexpr std::string_view kUsualText =
    R"({"session":"0000000000000abc","incarnation":5,"number":2,"epoch":327681,)"
    R"("who":["0000000000000001","0000000000000002","0000000000000003"],)"
    R"("flows":[{"from":0,"slot":0,"audio":[1,2],"video":[1]},)"
    R"({"from":1,"slot":63,"audio":[0,2],"video":[]}]})";

base::Result<Lease> opened(std::string_view payload) {
    const auto key = tests::kiosk_key();
    return open(key.sign(payload, "sightline-lease"), key.public_key());
}

TEST(Lease, WhatTheKioskSignedTheHubOpens) {
    const auto key = tests::kiosk_key();
    const std::string jws = sign(usual(), key);
    const auto lease = open(jws, key.public_key());
    ASSERT_TRUE(lease) << lease.error().text;
    EXPECT_EQ(*lease, usual());
    EXPECT_EQ(key.public_key().verify(jws, "sightline-lease").value(), kUsualText);
}

TEST(Lease, OneThatLetsNothingFlowIsALeaseToo) {
    const auto key = tests::kiosk_key();
    const Lease nothing{base::SessionId::from_value(1), 0, 1, {}, 1, {}};
    EXPECT_EQ(open(sign(nothing, key), key.public_key()).value(), nothing);
}

TEST(Lease, TheLargestInterviewFits) {
    Lease lease{base::SessionId::from_value(~0ull), ~0ull, ~0u, {}, base::KeyNumber::kMaxEpoch, {}};
    for (std::uint64_t sender = 1; sender <= model::kMaxParticipants; ++sender) {
        Flow flow{id(~0ull - 100 + sender), {}, {}};
        for (std::uint64_t receiver = 1; receiver <= model::kMaxParticipants; ++receiver) {
            if (receiver == sender) continue;
            flow.audio.push_back(id(~0ull - 100 + receiver));
            flow.video.push_back(id(~0ull - 100 + receiver));
        }
        lease.flows.push_back(std::move(flow));
        lease.slots.push_back(base::KeyNumber::kSlots - 1);
    }
    const auto key = tests::kiosk_key();
    const std::string jws = sign(lease, key);
    EXPECT_LE(jws.size(), kMaxLeaseBytes);
    EXPECT_EQ(open(jws, key.public_key()).value(), lease);
}

TEST(Lease, AForgedOneIsForbidden) {
    const auto key = tests::kiosk_key();
    EXPECT_EQ(open(sign(usual(), tests::other_key()), key.public_key()).error().code,
              Errc::Forbidden);
    // The signature of one lease under the words of another.
    Lease wider = usual();
    wider.flows[0].video = {id(2), id(3)};
    const std::string good = sign(usual(), key);
    const std::string wide = sign(wider, tests::other_key());
    const std::string spliced = wide.substr(0, wide.rfind('.')) + good.substr(good.rfind('.'));
    EXPECT_EQ(open(spliced, key.public_key()).error().code, Errc::Forbidden);
}

TEST(Lease, WhatWasSignedForAnotherPurposeIsForbidden) {
    const auto key = tests::kiosk_key();
    const auto lease = open(key.sign(kUsualText, "sightline-consent"), key.public_key());
    ASSERT_FALSE(lease);
    EXPECT_EQ(lease.error().code, Errc::Forbidden);
}

TEST(Lease, OneThatIsTooLargeIsNotEvenRead) {
    const auto key = tests::kiosk_key();
    const auto lease = open(std::string(kMaxLeaseBytes + 1, 'A'), key.public_key());
    EXPECT_EQ(lease.error().code, Errc::Malformed);
    EXPECT_THAT(lease.error().text, HasSubstr("48 KiB"));
}

// Signed by the right key, and still not in the one spelling that a lease has.
TEST(Lease, EveryOtherSpellingIsMalformed) {
    ASSERT_TRUE(opened(kUsualText));
    const auto with = [](std::string_view from, std::string_view to) {
        std::string text(kUsualText);
        const auto at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        return text.replace(at, from.size(), to);
    };
    for (const std::string& text : {
             std::string(),
             std::string("{}"),
             std::string("[]"),
             std::string("null"),
             std::string("\xff"),
             std::string(kUsualText) + " ",
             std::string(kUsualText) + "{}",
             with("{", "{ "),
             with("\"session\":\"0000000000000abc\"", "\"session\":\"0000000000000000\""),
             with("\"session\":\"0000000000000abc\"", "\"session\":\"0000000000000ABC\""),
             with("\"session\":\"0000000000000abc\"", "\"session\":7"),
             with("\"session\":\"0000000000000abc\",", ""),
             with("\"number\":2", "\"number\":0"),
             with("\"number\":2", "\"number\":-2"),
             with("\"number\":2", "\"number\":2.0"),
             with("\"number\":2", "\"number\":4294967296"),
             with("\"number\":2", "\"number\":\"2\""),
             with("\"number\":2", "\"number\":1,\"number\":2"),
             with("\"incarnation\":5", "\"incarnation\":18446744073709551616"),
             with("\"incarnation\":5", "\"incarnation\":5,\"until\":7"),
             with("\"epoch\":327681,", ""),
             with("\"epoch\":327681", "\"epoch\":0"),
             with("\"epoch\":327681", "\"epoch\":-1"),
             with("\"epoch\":327681", "\"epoch\":null"),
             with("\"epoch\":327681", "\"epoch\":\"327681\""),
             with("\"epoch\":327681", "\"epoch\":327681.0"),
             with("\"epoch\":327681", "\"epoch\":144115188075855872"),  // no KID has room for it
             with("\"slot\":63,", ""),
             with("\"slot\":63", "\"slot\":64"),
             with("\"slot\":63", "\"slot\":-1"),
             with("\"slot\":63", "\"slot\":256"),
             with("\"slot\":63", "\"slot\":null"),
             with("\"slot\":63", "\"slot\":\"63\""),
             with("\"slot\":63", "\"slot\":63,\"slot\":62"),
             with("[1,2]", "[2,1]"),
             with("[1,2]", "[1,1]"),
             with("[1,2]", "[0,1]"),  // to oneself
             with("[1,2]", "[1,3]"),  // nobody
             with("[1,2]", "[1,-1]"),
             with("[1,2]", "[1,2.5]"),
             with("[1,2]", "[1,\"2\"]"),
             with("[1,2]", "[1]"),  // then nobody but the second flow names the third person
             with("\"from\":1", "\"from\":0"),
             with("\"from\":0", "\"from\":2"),
             with("\"video\":[]", "\"video\":null"),
             with(",\"video\":[]", ""),
             with("\"0000000000000003\"", "\"0000000000000000\""),
             with("\"0000000000000003\"", "\"0000000000000003\",\"0000000000000004\""),
             with("\"0000000000000001\",\"0000000000000002\"",
                  "\"0000000000000002\",\"0000000000000001\""),
         }) {
        const auto lease = opened(text);
        if (text == with("[1,2]", "[1]")) {
            EXPECT_TRUE(lease);  // a smaller one
            continue;
        }
        ASSERT_FALSE(lease) << text;
        EXPECT_EQ(lease.error().code, Errc::Malformed) << text;
    }
}

TEST(Lease, OneForMorePeopleThanAnInterviewHasIsMalformed) {
    std::string who;
    std::string audio;
    for (std::uint64_t i = 1; i <= model::kMaxParticipants + 1; ++i) {
        who += (i > 1 ? "," : "") + ("\"" + id(i).text() + "\"");
        if (i > 1) audio += (i > 2 ? "," : "") + std::to_string(i - 1);
    }
    const auto lease =
        opened(R"({"session":"0000000000000abc","incarnation":5,"number":2,"epoch":1,"who":[)" +
               who + R"(],"flows":[{"from":0,"slot":0,"audio":[)" + audio + R"(],"video":[]}]})");
    ASSERT_FALSE(lease);
    EXPECT_EQ(lease.error().code, Errc::Malformed);
}

}  // namespace
}  // namespace sightline::lease
