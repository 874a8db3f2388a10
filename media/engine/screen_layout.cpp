#include "media/engine/screen_layout.h"

#include <algorithm>
#include <cmath>

namespace sightline::engine {

std::vector<TilePlace> layout_tiles(std::size_t count, int width, int height) {
    std::vector<TilePlace> places;
    if (count == 0) return places;
    const int columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(count))));
    const int rows = (static_cast<int>(count) + columns - 1) / columns;
    const int margin = std::max(2, height / 90) & ~1;
    const int cell_width = ((width - margin) / columns) & ~1;
    const int cell_height = ((height - margin) / rows) & ~1;
    // A label as tall as a twentieth of the screen is read from two metres on a 20-inch display.
    const int label_height = std::min(std::max(16, height / 18), cell_height / 3) & ~1;
    for (int i = 0; i < static_cast<int>(count); ++i) {
        const int row = i / columns;
        const int in_row = std::min(columns, static_cast<int>(count) - row * columns);
        // A row that is not full stands in the middle.
        const int indent = ((width - margin - in_row * cell_width) / 2) & ~1;
        const int x = margin + indent + (i % columns) * cell_width;
        const int y = margin + row * cell_height;
        const Rect picture{x, y, cell_width - margin, cell_height - margin - label_height};
        places.push_back({picture, {x, y + picture.height, picture.width, label_height}});
    }
    return places;
}

Rect footer_place(int width, int height) {
    const int line = std::max(16, height / 18) & ~1;
    return {0, (height - line) & ~1, width, line};
}

Rect waiting_place(int width, int height) {
    return {(width / 10) & ~1, (height * 2 / 5) & ~1, (width * 8 / 10) & ~1, (height / 5) & ~1};
}

}  // namespace sightline::engine
