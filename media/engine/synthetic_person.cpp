#include "media/engine/synthetic_person.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "media/engine/clock_strip.h"

namespace sightline::engine {

namespace {

constexpr Colour kWall{96, 134, 122};
constexpr Colour kCurtain{84, 138, 118};
constexpr Colour kShirt{70, 150, 112};
constexpr Colour kSkin{150, 112, 150};
constexpr Colour kNeck{132, 113, 148};
constexpr Colour kHair{40, 124, 134};
constexpr Colour kEyeWhite{215, 128, 128};
constexpr Colour kPupil{30, 128, 128};
constexpr Colour kLips{96, 116, 168};
constexpr Colour kMouth{40, 122, 148};

constexpr std::uint32_t kBlinkPeriodMs = 4300;
constexpr std::uint32_t kBlinkLengthMs = 140;
constexpr double kSwayPeriodMs = 5700;

}  // namespace

SyntheticPerson::SyntheticPerson(int width, int height)
    : background_(width, height, kWall), picture_(width, height) {
    draw_background();
}

void SyntheticPerson::draw_background() {
    const int fold = std::max(2, background_.width() / 40) & ~1;
    for (int x = 0; x < background_.width(); x += 2 * fold) {
        background_.fill({x, 0, fold, background_.height()}, kCurtain);
    }
}

const Picture& SyntheticPerson::draw(std::uint32_t clock_ms, double loudness) {
    picture_.copy(background_, 0, 0);
    const double width = picture_.width();
    const double height = picture_.height();
    const double turn = 2 * std::numbers::pi * std::fmod(clock_ms, kSwayPeriodMs) / kSwayPeriodMs;
    const double x = width / 2 + std::sin(turn) * width / 50;
    const double y = height * 0.46 + std::sin(2 * turn) * height / 120;
    const double head = height * 0.21;  // half the height of the face

    picture_.fill_ellipse(x, height * 1.06, height * 0.46, height * 0.34, kShirt);
    picture_.fill({static_cast<int>(x - head * 0.32), static_cast<int>(y + head * 0.6),
                   static_cast<int>(head * 0.64), static_cast<int>(head * 0.8)},
                  kNeck);
    picture_.fill_ellipse(x, y - head * 0.18, head * 0.86, head * 1.06, kHair);
    picture_.fill_ellipse(x, y + head * 0.06, head * 0.74, head * 0.98, kSkin);

    const bool blinking = clock_ms % kBlinkPeriodMs < kBlinkLengthMs;
    for (const double side : {-1.0, 1.0}) {
        const double eye_x = x + side * head * 0.3;
        const double eye_y = y - head * 0.1;
        if (blinking) {
            picture_.fill_ellipse(eye_x, eye_y, head * 0.14, head * 0.03, kHair);
        } else {
            picture_.fill_ellipse(eye_x, eye_y, head * 0.14, head * 0.09, kEyeWhite);
            picture_.fill_ellipse(eye_x + std::sin(turn) * head * 0.04, eye_y, head * 0.06,
                                  head * 0.07, kPupil);
        }
        picture_.fill_ellipse(eye_x, eye_y - head * 0.2, head * 0.17, head * 0.03, kHair);
    }
    picture_.fill_ellipse(x, y + head * 0.2, head * 0.07, head * 0.14, kNeck);

    const double open = std::clamp(loudness, 0.0, 1.0);
    const double mouth_y = y + head * 0.58;
    picture_.fill_ellipse(x, mouth_y, head * 0.26, head * (0.05 + 0.14 * open), kLips);
    picture_.fill_ellipse(x, mouth_y, head * 0.2, head * 0.13 * open, kMouth);

    draw_clock(picture_, clock_ms);
    return picture_;
}

}  // namespace sightline::engine
