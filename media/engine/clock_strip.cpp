#include "media/engine/clock_strip.h"

#include <array>

namespace sightline::engine {

namespace {

constexpr std::uint8_t kThreshold = 128;

std::uint8_t checksum_of(std::uint32_t ms) {
    return static_cast<std::uint8_t>(0x5A + (ms >> 24) + (ms >> 16) + (ms >> 8) + ms);
}

int strip_height(int height) { return height / 18; }
int flash_side(int height) { return height / 8; }

// The mean of up to 3x3 samples around a point: one sample alone may carry a coding artefact.
int mean_around(LumaView picture, int x, int y) {
    int sum = 0;
    int count = 0;
    for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
            const int at_x = x + dx;
            const int at_y = y + dy;
            if (at_x < 0 || at_y < 0 || at_x >= picture.width || at_y >= picture.height) continue;
            sum += picture.data[at_y * picture.stride + at_x];
            ++count;
        }
    }
    return count ? sum / count : 0;
}

}  // namespace

LumaView luma_of(const Picture& picture) {
    return {picture.plane(0), picture.stride(0), picture.width(), picture.height()};
}

LumaView part_of(LumaView whole, Rect area) {
    return {whole.data + area.y * whole.stride + area.x, whole.stride, area.width, area.height};
}

void draw_clock(Picture& picture, std::uint32_t clock_ms) {
    const std::uint64_t cells = (std::uint64_t{0b10} << 40) | (std::uint64_t{clock_ms} << 8) |
                                std::uint64_t{checksum_of(clock_ms)};
    const int width = picture.width();
    for (int cell = 0; cell < kClockCells; ++cell) {
        const int left = cell * width / kClockCells;
        const int right = (cell + 1) * width / kClockCells;
        const bool one = (cells >> (kClockCells - 1 - cell)) & 1;
        picture.fill({left, 0, right - left, strip_height(picture.height())},
                     one ? kWhite : kBlack);
    }
    const int side = flash_side(picture.height());
    picture.fill({width - side, picture.height() - side, side, side},
                 clock_ms % kMarkPeriodMs < kMarkLengthMs ? kWhite : kBlack);
}

std::optional<std::uint32_t> read_clock(LumaView picture) {
    if (picture.width < kClockCells || strip_height(picture.height) < 1) return std::nullopt;
    const int y = strip_height(picture.height) / 2;
    std::uint64_t cells = 0;
    for (int cell = 0; cell < kClockCells; ++cell) {
        const int x = (2 * cell + 1) * picture.width / (2 * kClockCells);
        cells = (cells << 1) | (mean_around(picture, x, y) >= kThreshold ? 1U : 0U);
    }
    if (cells >> 40 != 0b10) return std::nullopt;
    const auto ms = static_cast<std::uint32_t>(cells >> 8);
    if (static_cast<std::uint8_t>(cells) != checksum_of(ms)) return std::nullopt;
    return ms;
}

bool read_flash(LumaView picture) {
    const int half = flash_side(picture.height) / 2;
    return mean_around(picture, picture.width - half, picture.height - half) >= kThreshold;
}

}  // namespace sightline::engine
