// Where everything stands on the applicant's screen. Pure functions of the number of people
// present.
#pragma once

#include <cstddef>
#include <vector>

#include "media/engine/picture.h"

namespace sightline::engine {

struct TilePlace {
    Rect picture;  // the room for the picture, which is fitted into it
    Rect label;    // name and role, under it
};

// Places for `count` people in reading order; none for zero. All coordinates are even.
std::vector<TilePlace> layout_tiles(std::size_t count, int width, int height);

// The line at the foot; the tiles then have its height less.
Rect footer_place(int width, int height);

// The room for the waiting text.
Rect waiting_place(int width, int height);

}  // namespace sightline::engine
