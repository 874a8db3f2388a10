// A picture in planar YUV 4:2:0 (I420) with GStreamer's default strides and offsets, so that its
// bytes go into a GstBuffer as they are. Plain data; each picture stays on one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "appliance/base/bytes.h"

namespace sightline::engine {

struct Colour {
    std::uint8_t y = 16, u = 128, v = 128;
};
inline constexpr Colour kBlack{16, 128, 128};
inline constexpr Colour kWhite{235, 128, 128};

struct Rect {
    int x = 0, y = 0, width = 0, height = 0;
    bool operator==(const Rect&) const = default;
};

class Picture {
  public:
    Picture(int width, int height, Colour fill = kBlack);

    int width() const { return width_; }
    int height() const { return height_; }
    int stride(int plane) const { return stride_[static_cast<std::size_t>(plane)]; }
    std::uint8_t* plane(int plane) { return &bytes_[offset_[static_cast<std::size_t>(plane)]]; }
    const std::uint8_t* plane(int plane) const {
        return &bytes_[offset_[static_cast<std::size_t>(plane)]];
    }
    std::uint8_t luma(int x, int y) const { return plane(0)[y * stride(0) + x]; }
    base::ByteView bytes() const { return bytes_; }
    base::MutableBytes mutable_bytes() { return bytes_; }

    // Both clip to the picture. Chroma is set for every sample that the shape touches.
    void fill(Rect area, Colour colour);
    void fill_ellipse(double centre_x, double centre_y, double radius_x, double radius_y,
                      Colour colour);

    // Copies a whole picture here; clips. `x` and `y` should be even.
    void copy(const Picture& from, int x, int y);

  private:
    int width_;
    int height_;
    std::array<int, 3> stride_{};
    std::array<std::size_t, 3> offset_{};
    base::Bytes bytes_;
};

// The largest rectangle of this shape in the middle of `area`, on even coordinates.
Rect fit(int width, int height, Rect area);

}  // namespace sightline::engine
