// Text as pictures: name and role in any script, through GStreamer's textoverlay (Pango shapes
// right to left and joined scripts). Each text is rendered once, in a pipeline of its own that
// lives for that one frame, and kept. One thread.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "media/engine/picture.h"

namespace sightline::engine {

class LabelPainter {
  public:
    // On a strip of this size and colour. `text` is plain UTF-8; what is not UTF-8 or is control
    // text is left out. Some 20 ms the first time, then free. Without textoverlay it is an empty
    // strip.
    const Picture& paint(const std::string& text, int width, int height, Colour background);

  private:
    static constexpr std::size_t kMaxKept = 64;
    std::map<std::tuple<std::string, int, int, int>, Picture> kept_;
};

}  // namespace sightline::engine
