#include "appliance/kiosk/staff_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/open_store.h"

namespace sightline::kiosk {
namespace {

using model::Role;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

Now after(std::chrono::milliseconds elapsed) {
    return {base::Instant(seconds(1000)) + elapsed,
            model::RecordTime(std::chrono::milliseconds(1'700'000'000'000)) + elapsed};
}
const Now kStart = after(seconds(0));
base::Secret pin(std::string_view text) { return base::Secret(text); }

class StaffDeskTest : public testing::Test {
  protected:
    StaffDeskTest() {
        desk_->load(kStart);
        desk_->add("lena", Role::Supervisor, pin("135790"), {"kiosk", kStart.wall}).value();
    }
    void restart(Now now) {
        desk_.reset();
        repository_.reset();
        store_.restart();
        repository_.emplace(*store_);
        desk_.emplace(*repository_, tests::kCheapPin);
        desk_->load(now);
    }
    void guess_wrongly(int times, Now now) {
        for (int i = 0; i < times; ++i) EXPECT_FALSE(desk_->sign_in("lena", pin("000000"), now));
    }
    bool opens(Now now) { return desk_->sign_in("lena", pin("135790"), now).has_value(); }
    std::string last_leaf() { return store_->openings(storage::kSiteDossier)->back().event; }

    tests::OpenStore store_;
    std::optional<storage::StaffRepository> repository_{std::in_place, *store_};
    std::optional<StaffDesk> desk_{std::in_place, *repository_, tests::kCheapPin};
};

TEST_F(StaffDeskTest, ThePinGivesATokenThatStandsForTheAccount) {
    const auto token = desk_->sign_in("lena", pin("135790"), kStart);
    ASSERT_TRUE(token);
    const auto asker = desk_->who(*token, after(hours(11)));
    ASSERT_TRUE(asker);
    EXPECT_EQ(asker->role, Role::Supervisor);
    EXPECT_THAT(asker->actor, testing::StartsWith("supervisor "));
    EXPECT_THAT(asker->actor, testing::Not(HasSubstr("lena")));
    EXPECT_THAT(last_leaf(), HasSubstr("staff.signed_in"));
    EXPECT_EQ(desk_->who(*token, after(kShift)).error().code, base::Errc::Unauthorized);
    EXPECT_FALSE(desk_->who("nonsense", kStart));
}

TEST_F(StaffDeskTest, ATokenSurvivesACrashAndEndsWithASignOut) {
    const auto token = desk_->sign_in("lena", pin("135790"), kStart).value();
    restart(after(hours(1)));
    EXPECT_TRUE(desk_->who(token, after(hours(2))));
    EXPECT_FALSE(desk_->who(token, after(kShift + seconds(1))));
    ASSERT_TRUE(desk_->sign_out(token, after(hours(2))));
    EXPECT_FALSE(desk_->who(token, after(hours(2))));
    EXPECT_FALSE(desk_->sign_out(token, after(hours(2))));
    restart(after(hours(3)));
    EXPECT_FALSE(desk_->who(token, after(hours(3))));
}

TEST_F(StaffDeskTest, TheStoreHoldsNeitherPinNorToken) {
    const auto token = desk_->sign_in("lena", pin("135790"), kStart).value();
    const auto site = store_->read(storage::kSiteDossier).value();
    for (const auto& record : site.records) {
        const std::string body(base::as_text(record.body));
        EXPECT_THAT(body, testing::Not(HasSubstr("135790")));
        EXPECT_THAT(body, testing::Not(HasSubstr(token)));
    }
}

TEST_F(StaffDeskTest, ANameThatNobodyHasIsAnsweredLikeAWrongPin) {
    EXPECT_EQ(desk_->sign_in("nobody", pin("135790"), kStart).error().text,
              desk_->sign_in("lena", pin("000000"), kStart).error().text);
}

TEST_F(StaffDeskTest, FiveWrongPinsLockTheAccountForAQuarterOfAnHour) {
    guess_wrongly(4, kStart);
    EXPECT_TRUE(opens(kStart)) << "and the count begins anew";
    guess_wrongly(5, kStart);
    EXPECT_THAT(last_leaf(), HasSubstr("staff.locked"));
    EXPECT_FALSE(opens(after(minutes(14))));
    EXPECT_THAT(desk_->sign_in("lena", pin("135790"), after(minutes(14))).error().text,
                HasSubstr("another 1 min"));
    EXPECT_TRUE(opens(after(minutes(15))));
}

TEST_F(StaffDeskTest, EachLockIsTwiceAsLongAsTheOneBefore) {
    guess_wrongly(5, kStart);
    guess_wrongly(5, after(minutes(15)));
    EXPECT_FALSE(opens(after(minutes(44))));
    EXPECT_TRUE(opens(after(minutes(45))));
    guess_wrongly(5, after(minutes(50)));
    EXPECT_TRUE(opens(after(minutes(65)))) << "the right PIN began it anew";
}

TEST_F(StaffDeskTest, WrongPinsCountOverRestarts) {
    for (int i = 0; i < 5; ++i) {
        guess_wrongly(1, kStart);
        restart(kStart);
    }
    EXPECT_FALSE(opens(after(minutes(14))));
    restart(after(minutes(14)));
    EXPECT_FALSE(opens(after(minutes(14))));
    restart(after(minutes(15)));
    EXPECT_TRUE(opens(after(minutes(15))));
}

TEST_F(StaffDeskTest, SettingTheClockNeitherOpensALockNorMakesItEndless) {
    guess_wrongly(5, kStart);
    Now ahead = after(minutes(1));
    ahead.wall += hours(100);
    EXPECT_FALSE(opens(ahead)) << "the kiosk's own clock counts";
    Now behind = after(minutes(2));
    behind.wall -= hours(10'000);
    restart(behind);
    Now later = behind;
    later.instant += minutes(15);
    EXPECT_TRUE(opens(later)) << "no longer than a lock is";
}

TEST_F(StaffDeskTest, ASupervisorUnlocksAndRemoves) {
    const storage::Said said{"supervisor 1", kStart.wall};
    ASSERT_TRUE(desk_->add("omar", Role::Staff, pin("999999"), said));
    const auto token = desk_->sign_in("omar", pin("999999"), kStart).value();
    guess_wrongly(5, kStart);
    ASSERT_TRUE(desk_->unlock("lena", said));
    EXPECT_TRUE(opens(kStart));
    ASSERT_TRUE(desk_->remove("omar", said));
    EXPECT_FALSE(desk_->who(token, kStart)) << "and with the account its sign-ins";
    EXPECT_FALSE(desk_->sign_in("omar", pin("999999"), kStart));
    EXPECT_EQ(desk_->remove("lena", said).error().code, base::Errc::Conflict) << "the last one";
    EXPECT_EQ(desk_->remove("nobody", said).error().code, base::Errc::NotFound);
    restart(kStart);
    EXPECT_EQ(desk_->list(kStart).size(), 1u);
}

TEST_F(StaffDeskTest, RefusesAccountsThatMakeNoSense) {
    const storage::Said said{"supervisor 1", kStart.wall};
    EXPECT_FALSE(desk_->add("lena", Role::Staff, pin("123456"), said)) << "taken";
    EXPECT_FALSE(desk_->add("../x", Role::Staff, pin("123456"), said));
    EXPECT_FALSE(desk_->add("", Role::Staff, pin("123456"), said));
    EXPECT_FALSE(desk_->add("omar", Role::Staff, pin("12345"), said));
    EXPECT_FALSE(desk_->add("omar", Role::Interviewer, pin("123456"), said));
    EXPECT_EQ(desk_->list(kStart).size(), 1u);
}

TEST(FirstStaff, TheFirstAccountIsASupervisors) {
    tests::OpenStore store;
    storage::StaffRepository repository(*store);
    StaffDesk desk(repository, tests::kCheapPin);
    desk.load(kStart);
    const storage::Said said{"kiosk", kStart.wall};
    EXPECT_EQ(desk.add("omar", Role::Staff, pin("123456"), said).error().code,
              base::Errc::Conflict);
    EXPECT_TRUE(desk.add("lena", Role::Supervisor, pin("123456"), said));
}

TEST(DeviceIdentity, IsMadeOnceAndCountsItsStarts) {
    tests::OpenStore store;
    storage::StaffRepository repository(*store);
    int made = 0;
    const auto make = [&] {
        ++made;
        return std::string("jwk");
    };
    const model::RecordTime early{};
    EXPECT_EQ(repository.start(early, make).starts, 1u);
    EXPECT_EQ(repository.start(early, make).starts, 2u);
    store.restart();
    storage::StaffRepository again(*store);
    const auto identity = again.start(early, make);
    EXPECT_EQ(identity.starts, 3u);
    // A backup from now would begin below this with the next start, but for the clock.
    EXPECT_EQ(again.start(kStart.wall, make).starts, 1'700'000'000u);
    EXPECT_EQ(again.start(kStart.wall, make).starts, 1'700'000'001u);
    EXPECT_EQ(identity.secret_jwk, "jwk");
    EXPECT_EQ(made, 1);
}

}  // namespace
}  // namespace sightline::kiosk
