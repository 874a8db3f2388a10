// At which hub a session is, over a real PostgreSQL.
#include "storage/relay/session_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/unit/relay/stores.h"

namespace sightline::storage::relay {
namespace {

using base::SessionId;
using testing::ElementsAre;
using testing::IsEmpty;

const SessionId kSession = SessionId::from_value(0xfedcba9876543210);
const SessionId kOther = SessionId::from_value(2);

class Places : public testing::Test {
  protected:
    SessionPlaces hub(const std::string& node, const std::string& origin) {
        return SessionPlaces(cluster().url(schema_), node, origin, std::chrono::hours(1));
    }
    void run_out() {
        cluster().execute(schema_,
                          "UPDATE session_place SET until = clock_timestamp() - interval '1 ms'");
    }
    std::string schema_ = cluster().create_schema();
    SessionPlaces a_ = hub("node-a", "https://a.example");
    SessionPlaces b_ = hub("node-b", "https://b.example");
};

TEST_F(Places, ASessionIsAtOneHub) {
    EXPECT_EQ(a_.take(kSession), std::nullopt);
    EXPECT_EQ(a_.take(kSession), std::nullopt) << "once more, after an answer that was lost";
    EXPECT_EQ(b_.take(kSession), "https://a.example");
    EXPECT_EQ(b_.take(kOther), std::nullopt);
    EXPECT_THAT(b_.renew({kSession, kOther}), ElementsAre(kOther));
}

TEST_F(Places, OneThatRanOutIsWhosesTakesIt) {
    ASSERT_EQ(a_.take(kSession), std::nullopt);
    run_out();
    EXPECT_EQ(b_.take(kSession), std::nullopt);
    EXPECT_THAT(a_.renew({kSession}), IsEmpty());
    EXPECT_EQ(a_.take(kSession), "https://b.example");
}

TEST_F(Places, OneThatRanOutAndThatNobodyTookIsRenewed) {
    ASSERT_EQ(a_.take(kSession), std::nullopt);
    run_out();
    EXPECT_THAT(a_.renew({kSession}), ElementsAre(kSession));
    EXPECT_EQ(b_.take(kSession), "https://a.example");
}

TEST_F(Places, OneThatIsGivenUpIsFreeAtOnceButOnlyByItsHub) {
    ASSERT_EQ(a_.take(kSession), std::nullopt);
    b_.give_up({kSession});
    EXPECT_EQ(b_.take(kSession), "https://a.example");
    a_.give_up({kSession, kOther});
    EXPECT_EQ(b_.take(kSession), std::nullopt);
}

TEST_F(Places, AHubThatWasStartedAgainTakesBackWhatWasAtItsOrigin) {
    ASSERT_EQ(a_.take(kSession), std::nullopt);
    SessionPlaces again = hub("node-a-2", "https://a.example");
    EXPECT_EQ(again.take(kSession), std::nullopt);
    EXPECT_THAT(a_.renew({kSession}), IsEmpty()) << "the program before it, should it still run";
}

TEST_F(Places, HubsThatWantItAtTheSameTimeAreOne) {
    for (std::uint64_t round = 1; round <= 20; ++round) {
        const auto session = SessionId::from_value(round);
        ASSERT_EQ(a_.take(session), std::nullopt);
        run_out();
        SessionPlaces c = hub("node-c", "https://c.example");
        auto other = std::async(std::launch::async, [&] { return c.take(session); });
        const auto mine = b_.take(session);
        const auto theirs = other.get();
        EXPECT_NE(mine.has_value(), theirs.has_value()) << "one has it, and the other hears who";
    }
}

TEST_F(Places, OthersHearWhoseCredentialsCountWhere) {
    ASSERT_EQ(a_.take(kSession), std::nullopt);
    ASSERT_EQ(a_.take(kOther), std::nullopt);
    a_.mark(kSession, {1, 0xffeeddccbbaa9988});
    b_.mark(kSession, {3});
    const auto seen = b_.others();
    ASSERT_EQ(seen.size(), 2u);
    const auto& place = seen[0].session == kSession ? seen[0] : seen[1];
    EXPECT_EQ(place.session, kSession);
    EXPECT_EQ(place.origin, "https://a.example");
    EXPECT_THAT(place.marks, ElementsAre(1, 0xffeeddccbbaa9988));
    EXPECT_THAT(a_.others(), IsEmpty());
    a_.mark(kSession, {});
    run_out();
    EXPECT_THAT(b_.others(), IsEmpty());
}

TEST_F(Places, ADatabaseThatIsAwayIsToldFromOneThatIsNone) {
    SessionPlaces away("postgresql://u@127.0.0.1:1/sync", "node", "https://a.example",
                       std::chrono::hours(1));
    EXPECT_THROW(away.take(kSession), StoreAway);
    EXPECT_THROW(SessionPlaces("postgresql://u@h:x y/sync", "node", "https://a.example",
                               std::chrono::hours(1)),
                 StoreFailure);
    ASSERT_EQ(a_.take(kSession), std::nullopt);
    cluster().execute(schema_, "ALTER TABLE session_place RENAME TO elsewhere");
    try {
        a_.renew({kSession});
        FAIL() << "its table is gone";
    } catch (const StoreAway&) {
        FAIL() << "waiting does not bring it back";
    } catch (const StoreFailure&) {
    }
}

}  // namespace
}  // namespace sightline::storage::relay
