#include "appliance/hub/place_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightline::hub {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

const auto kSession = base::SessionId::from_value(7);
const BootClock::time_point kNow{1000s};

TEST(PlaceBook, IsSureOfASessionWithoutARow) {
    const PlaceBook alone;
    EXPECT_TRUE(alone.is_sure(kSession, kNow));
    EXPECT_EQ(alone.origin_of(kSession), std::nullopt);
    EXPECT_EQ(alone.origin_of(PlaceMark{1}), std::nullopt);
}

TEST(PlaceBook, IsSureUntilAnotherHubMayHaveTakenIt) {
    PlaceBook book;
    book.hold(kSession, kNow + 10s);
    EXPECT_THAT(book.held(), ElementsAre(kSession));
    EXPECT_TRUE(book.is_sure(kSession, kNow + 10s - 1ns));
    EXPECT_FALSE(book.is_sure(kSession, kNow + 10s));
    EXPECT_TRUE(book.holds(kSession)) << "it goes on with those who are there";
    book.hold(kSession, kNow + 20s);
    EXPECT_TRUE(book.is_sure(kSession, kNow + 10s));
    book.let_go(kSession);
    EXPECT_FALSE(book.holds(kSession));
}

TEST(PlaceBook, KnowsByACredentialWhereItCounts) {
    const PlaceMark invitation = place_mark(hash_token("an invitation"));
    PlaceBook book;
    book.learn({{kSession, "https://b.example:8443", {invitation}}});
    EXPECT_EQ(book.origin_of(invitation), "https://b.example:8443");
    EXPECT_EQ(book.origin_of(kSession), "https://b.example:8443");
    EXPECT_EQ(book.origin_of(place_mark(hash_token("another"))), std::nullopt);
    book.learn({});
    EXPECT_EQ(book.origin_of(invitation), std::nullopt) << "that hub died, or gave it up";
}

TEST(PlaceBook, SendsNobodyToWhatIsNoOrigin) {
    PlaceBook book;
    book.learn({{kSession, "javascript:alert(1)", {1}},
                {base::SessionId::from_value(8), "https://a.example/path", {2}}});
    EXPECT_EQ(book.origin_of(PlaceMark{1}), std::nullopt);
    EXPECT_EQ(book.origin_of(PlaceMark{2}), std::nullopt);
}

TEST(PlaceBook, MarksSayWhatKindOfCredentialTheyAreOf) {
    const TokenHash hash = hash_token("x");
    EXPECT_NE(place_mark(hash), place_mark_of_passkey(hash));
    EXPECT_NE(place_mark(hash), base::load64(hash.data())) << "the database has no hash of ours";
}

}  // namespace
}  // namespace sightline::hub
