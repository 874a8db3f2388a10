#include "media/engine/source_kind.h"

#include <gtest/gtest.h>

namespace sightline::engine {
namespace {

TEST(MirrorPolicy, NeverShowsAPersonBeforeACamera) {
    EXPECT_FALSE(mirror_allowed(SourceKind::Camera));
    EXPECT_TRUE(mirror_allowed(SourceKind::File));
    EXPECT_TRUE(mirror_allowed(SourceKind::Synthetic));
    EXPECT_FALSE(mirror_allowed(static_cast<SourceKind>(200)));
}

}  // namespace
}  // namespace sightline::engine
