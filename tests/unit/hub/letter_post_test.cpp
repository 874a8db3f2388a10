#include "appliance/hub/letter_post.h"

#include <gtest/gtest.h>

namespace sightline::hub {
namespace {

using base::ParticipantId;
using std::chrono::milliseconds;
using std::chrono::seconds;

const auto kIda = ParticipantId::from_value(1);
const auto kOto = ParticipantId::from_value(2);

class Post : public testing::Test {
  protected:
    int admitted(ParticipantId who, int tries) {
        int count = 0;
        for (int i = 0; i < tries; ++i) count += post.admit(who, now) ? 1 : 0;
        return count;
    }
    base::Instant now = base::Instant{} + seconds(1000);
    LetterPost post;
};

TEST_F(Post, TakesABurstAndThenFiveASecond) {
    EXPECT_EQ(admitted(kIda, 100), LetterPost::kBurst);
    int later = 0;
    for (int i = 0; i < 100; ++i) {
        now += milliseconds(100);
        later += admitted(kIda, 3);
    }
    EXPECT_EQ(later, 50) << "in ten seconds";
    now += seconds(4);
    EXPECT_EQ(admitted(kIda, 100), LetterPost::kBurst) << "rested";
}

TEST_F(Post, RefusesInASentence) {
    admitted(kIda, LetterPost::kBurst);
    const auto refused = post.admit(kIda, now);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::Errc::Exhausted);
    EXPECT_NE(refused.error().text.find("too many letters"), std::string::npos);
}

TEST_F(Post, CountsEverybodyByThemselves) {
    admitted(kIda, 100);
    EXPECT_EQ(admitted(kOto, 100), LetterPost::kBurst);
    EXPECT_EQ(admitted(kIda, 1), 0);
    post.forget(kIda);
    EXPECT_EQ(admitted(kIda, 1), 1);
}

}  // namespace
}  // namespace sightline::hub
