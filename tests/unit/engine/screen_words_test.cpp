#include "appliance/engine/screen_words.h"

#include <gtest/gtest.h>

namespace sightline::engine {
namespace {

using model::PauseReason;
using model::Standing;
using model::State;

const Standing kLive{State::Live, {}, {}};
Standing paused(PauseReason reason) { return {State::Paused, reason, {}}; }

Person observer(const char* name, const char* organisation, bool present = true) {
    return {{}, name, "observer", organisation, present, false, false, false};
}

TEST(ScreenWords, NobodyIsShownInAPauseButInAPrivateTalk) {
    EXPECT_FALSE(nobody_to_see(kLive));
    EXPECT_FALSE(nobody_to_see({State::Consenting, {}, {}}));
    EXPECT_FALSE(nobody_to_see(paused(PauseReason::PrivateTalk)));
    EXPECT_TRUE(nobody_to_see(paused(PauseReason::Break)));
    EXPECT_TRUE(nobody_to_see(paused(PauseReason::Distress)));
    EXPECT_TRUE(nobody_to_see(paused(PauseReason::LinkLost)));
    EXPECT_TRUE(nobody_to_see({State::Ended, {}, {}}));
}

TEST(ScreenWords, EachPauseSaysThatNobodySeesOrHears) {
    for (const auto reason : {PauseReason::Break, PauseReason::Distress, PauseReason::LinkLost}) {
        const std::string words = screen_words(paused(reason), {}).waiting;
        EXPECT_NE(words.find("obody sees or hears you"), std::string::npos) << words;
    }
    EXPECT_EQ(screen_words(kLive, {}).waiting, ScreenWords{}.waiting);
}

TEST(ScreenWords, WhoWatchesUnseenIsNamedWhileTheyCan) {
    const std::vector<Person> people = {observer("K. Nagy", "Ministry"),
                                        observer("B. Toth", ""),
                                        observer("Gone", "", false),
                                        {{}, "Ida", "interviewer", "", true, true, true, true}};
    EXPECT_EQ(screen_words(kLive, people).footer, "Watching: K. Nagy (Ministry), B. Toth");
    EXPECT_EQ(screen_words(paused(PauseReason::PrivateTalk), people).footer, "");
    EXPECT_EQ(screen_words(paused(PauseReason::Break), people).footer, "");
    EXPECT_EQ(screen_words(kLive, {}).footer, "");
}

}  // namespace
}  // namespace sightline::engine
