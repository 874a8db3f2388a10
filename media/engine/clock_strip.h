// The burned-in clock: a strip along the top of the synthetic person's picture from which a machine
// at the far end reads when the frame was made. 42 equal cells, left to right:
//
//   0      1      2 ... 33                        34 ... 41
//   white  black  milliseconds mod 2^32, MSB first  checksum (0x5A + the four bytes) & 255
//
// White (luma 235) is 1, black (16) is 0. Cells are wide enough to survive scaling, blur and VP8.
// The flash, a white square at the bottom right, lights for the first 100 ms of every second,
// together with the marked tone. Pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "media/engine/picture.h"

namespace sightline::engine {

inline constexpr int kClockCells = 42;
inline constexpr std::uint32_t kMarkPeriodMs = 1000;
inline constexpr std::uint32_t kMarkLengthMs = 100;

// The clock of the strip: Unix time modulo 2^32 ms. Its full seconds, at which flash and tone
// start, are not those of Unix time, because 2^32 is no multiple of 1000: everything marked counts
// in this clock.
constexpr std::chrono::nanoseconds clock_of(std::chrono::nanoseconds wall) {
    constexpr std::chrono::nanoseconds kTurn = std::chrono::milliseconds(std::int64_t{1} << 32);
    return wall % kTurn;
}
constexpr std::uint32_t clock_ms_of(std::chrono::nanoseconds wall) {
    return static_cast<std::uint32_t>(clock_of(wall).count() / 1'000'000);
}

// A read-only view of luma samples, of a whole picture or a part of a larger one.
struct LumaView {
    const std::uint8_t* data = nullptr;
    int stride = 0;
    int width = 0;
    int height = 0;
};
LumaView luma_of(const Picture& picture);
LumaView part_of(LumaView whole, Rect area);

// Strip of height H/18 along the top, and the flash of side H/8 at the bottom right, for this time.
void draw_clock(Picture& picture, std::uint32_t clock_ms);

// The milliseconds on the strip; none when the markers or the checksum are wrong.
std::optional<std::uint32_t> read_clock(LumaView picture);

bool read_flash(LumaView picture);

}  // namespace sightline::engine
