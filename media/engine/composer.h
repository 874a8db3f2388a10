// Draws the applicant's screen: pictures scaled into their tiles, labels under them, a calm dark
// tile with the name for who sends no picture, the waiting text when nobody is there, a line at the
// foot. One thread; the samples it is given stay valid during the call.
#pragma once

#include <gst/video/video.h>

#include <memory>
#include <string>
#include <vector>

#include "media/engine/gst.h"
#include "media/engine/label_painter.h"
#include "media/engine/picture.h"
#include "media/engine/playout.h"

namespace sightline::engine {

struct ShownTile {
    Tile who;
    GstSample* picture = nullptr;  // null: no picture now
};

class Composer {
  public:
    Composer(int width, int height);
    ~Composer();

    // The whole screen with these people on it; valid until the next call.
    const Picture& compose(const std::vector<ShownTile>& tiles, const ScreenWords& words);

  private:
    struct Scaler;
    void draw_picture(GstSample* sample, Rect room, Scaler& scaler);
    void draw_name_card(const std::string& name, Rect room);

    Picture canvas_;
    LabelPainter labels_;
    std::vector<std::unique_ptr<Scaler>> scalers_;  // one for each tile on the screen
};

}  // namespace sightline::engine
