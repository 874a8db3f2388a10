#include "media/engine/clock_strip.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace sightline::engine {
namespace {

// Nearest-neighbour scaling of the luma, as a crude player might do.
Picture scaled(const Picture& from, int width, int height) {
    Picture to(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            to.plane(0)[y * to.stride(0) + x] =
                from.luma(x * from.width() / width, y * from.height() / height);
    return to;
}

// Box blur of the luma with the given radius.
Picture blurred(const Picture& from, int radius) {
    Picture to(from.width(), from.height());
    for (int y = 0; y < from.height(); ++y) {
        for (int x = 0; x < from.width(); ++x) {
            int sum = 0;
            int count = 0;
            for (int dy = -radius; dy <= radius; ++dy) {
                for (int dx = -radius; dx <= radius; ++dx) {
                    if (x + dx < 0 || y + dy < 0 || x + dx >= from.width() ||
                        y + dy >= from.height())
                        continue;
                    sum += from.luma(x + dx, y + dy);
                    ++count;
                }
            }
            to.plane(0)[y * to.stride(0) + x] = static_cast<std::uint8_t>(sum / count);
        }
    }
    return to;
}

constexpr std::uint32_t kTimes[] = {0, 1, 99, 100, 1000, 0x12345678, 0x7FFFFFFF, 0xFFFFFFFF};

TEST(ClockStrip, ReadsWhatWasDrawn) {
    for (const auto ms : kTimes) {
        Picture picture(640, 360, {120, 128, 128});
        draw_clock(picture, ms);
        EXPECT_EQ(read_clock(luma_of(picture)), ms);
        EXPECT_EQ(read_flash(luma_of(picture)), ms % 1000 < 100);
    }
}

TEST(ClockStrip, SurvivesScalingDownAndUp) {
    for (const auto ms : kTimes) {
        Picture picture(640, 360);
        draw_clock(picture, ms);
        for (const auto& [width, height] : std::initializer_list<std::pair<int, int>>{
                 {320, 180}, {1280, 720}, {426, 240}, {1103, 621}}) {
            const Picture other = scaled(picture, width, height);
            EXPECT_EQ(read_clock(luma_of(other)), ms) << width << "x" << height;
            EXPECT_EQ(read_flash(luma_of(other)), ms % 1000 < 100);
        }
    }
}

TEST(ClockStrip, SurvivesBlur) {
    Picture picture(640, 360);
    draw_clock(picture, 0xDEADBEEF);
    EXPECT_EQ(read_clock(luma_of(blurred(picture, 4))), 0xDEADBEEF);
}

TEST(ClockStrip, IsReadFromAPartOfALargerPicture) {
    Picture picture(640, 360);
    draw_clock(picture, 123456789);
    Picture screen(1280, 720, {60, 128, 128});
    screen.copy(picture, 200, 100);
    EXPECT_EQ(read_clock(part_of(luma_of(screen), {200, 100, 640, 360})), 123456789U);
    EXPECT_EQ(read_clock(luma_of(screen)), std::nullopt);
}

TEST(ClockStrip, RefusesADamagedCellRatherThanGivingAWrongTime) {
    for (int cell = 0; cell < kClockCells; ++cell) {
        Picture picture(640, 360);
        draw_clock(picture, 0x0F1E2D3C);
        const int left = cell * 640 / kClockCells;
        const bool was_white = picture.luma(left + 7, 10) > 128;
        picture.fill({left, 0, 15, 20}, was_white ? kBlack : kWhite);
        EXPECT_EQ(read_clock(luma_of(picture)), std::nullopt) << "cell " << cell;
    }
}

TEST(ClockStrip, RefusesAPictureWithoutAClock) {
    EXPECT_EQ(read_clock(luma_of(Picture(640, 360, kBlack))), std::nullopt);
    EXPECT_EQ(read_clock(luma_of(Picture(640, 360, kWhite))), std::nullopt);
    EXPECT_EQ(read_clock(luma_of(Picture(16, 8, kWhite))), std::nullopt);
}

}  // namespace
}  // namespace sightline::engine
