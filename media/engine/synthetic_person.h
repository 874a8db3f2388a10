// Somebody to look at where there is no camera: head and shoulders before a curtain, swaying a
// little, blinking, with a mouth that follows the loudness of the voice. Under them the burned-in
// clock, from which tests measure delay. One thread.
#pragma once

#include <cstdint>

#include "media/engine/picture.h"

namespace sightline::engine {

class SyntheticPerson {
  public:
    SyntheticPerson(int width, int height);

    // Draws the person of this instant. `loudness` is 0 (silent, mouth closed) to 1. The picture
    // stays valid until the next call. Costs some 0.2 ms at 640x360: the background is copied, not
    // drawn.
    const Picture& draw(std::uint32_t clock_ms, double loudness);

  private:
    void draw_background();

    Picture background_;
    Picture picture_;
};

}  // namespace sightline::engine
