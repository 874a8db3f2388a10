#include "media/engine/picture.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "appliance/base/check.h"

namespace sightline::engine {

Picture::Picture(int width, int height, Colour colour) : width_(width), height_(height) {
    CHECK(width > 0 && height > 0);
    const auto round4 = [](int n) { return (n + 3) & ~3; };
    const int even_height = (height + 1) & ~1;
    const int half_width = (width + 1) / 2;
    stride_ = {round4(width), round4(half_width), round4(half_width)};
    offset_[1] = static_cast<std::size_t>(stride_[0]) * static_cast<std::size_t>(even_height);
    const auto chroma =
        static_cast<std::size_t>(stride_[1]) * static_cast<std::size_t>(even_height / 2);
    offset_[2] = offset_[1] + chroma;
    bytes_.resize(offset_[2] + chroma);
    fill({0, 0, width, height}, colour);
}

void Picture::fill(Rect area, Colour colour) {
    const int left = std::clamp(area.x, 0, width_);
    const int right = std::clamp(area.x + area.width, left, width_);
    const int top = std::clamp(area.y, 0, height_);
    const int bottom = std::clamp(area.y + area.height, top, height_);
    if (left == right || top == bottom) return;
    for (int y = top; y < bottom; ++y) {
        std::memset(plane(0) + y * stride(0) + left, colour.y,
                    static_cast<std::size_t>(right - left));
    }
    const auto chroma_width = static_cast<std::size_t>((right + 1) / 2 - left / 2);
    for (int y = top / 2; y < (bottom + 1) / 2; ++y) {
        std::memset(plane(1) + y * stride(1) + left / 2, colour.u, chroma_width);
        std::memset(plane(2) + y * stride(2) + left / 2, colour.v, chroma_width);
    }
}

void Picture::fill_ellipse(double centre_x, double centre_y, double radius_x, double radius_y,
                           Colour colour) {
    if (radius_x <= 0 || radius_y <= 0) return;
    const int top = std::max(0, static_cast<int>(std::ceil(centre_y - radius_y)));
    const int bottom = std::min(height_ - 1, static_cast<int>(std::floor(centre_y + radius_y)));
    for (int y = top; y <= bottom; ++y) {
        const double dy = (y - centre_y) / radius_y;
        const double half = radius_x * std::sqrt(std::max(0.0, 1.0 - dy * dy));
        const int left = std::clamp(static_cast<int>(std::lround(centre_x - half)), 0, width_);
        const int right = std::clamp(static_cast<int>(std::lround(centre_x + half)), left, width_);
        fill({left, y, right - left, 1}, colour);
    }
}

void Picture::copy(const Picture& from, int x, int y) {
    if (x < 0 || y < 0) return;
    for (int p = 0; p < 3; ++p) {
        const int shift = p == 0 ? 0 : 1;
        const int to_x = x >> shift;
        const int to_y = y >> shift;
        const int columns =
            std::min((from.width_ + shift) >> shift, ((width_ + shift) >> shift) - to_x);
        const int rows =
            std::min((from.height_ + shift) >> shift, ((height_ + shift) >> shift) - to_y);
        if (columns <= 0) continue;
        for (int row = 0; row < rows; ++row) {
            std::memcpy(plane(p) + (to_y + row) * stride(p) + to_x,
                        from.plane(p) + row * from.stride(p), static_cast<std::size_t>(columns));
        }
    }
}

Rect fit(int width, int height, Rect area) {
    if (width <= 0 || height <= 0 || area.width <= 0 || area.height <= 0)
        return {area.x, area.y, 0, 0};
    const double scale = std::min(static_cast<double>(area.width) / width,
                                  static_cast<double>(area.height) / height);
    const int fitted_width = std::max(2, static_cast<int>(std::lround(width * scale)) & ~1);
    const int fitted_height = std::max(2, static_cast<int>(std::lround(height * scale)) & ~1);
    return {(area.x + (area.width - fitted_width) / 2) & ~1,
            (area.y + (area.height - fitted_height) / 2) & ~1, fitted_width, fitted_height};
}

}  // namespace sightline::engine
