#include "media/engine/composer.h"

#include <algorithm>

#include "media/engine/screen_layout.h"

namespace sightline::engine {

namespace {

constexpr Colour kBackground{24, 132, 126};
constexpr Colour kEmptyTile{42, 134, 124};

struct ConverterFree {
    void operator()(GstVideoConverter* converter) const { gst_video_converter_free(converter); }
};

std::string label_of(const Tile& tile) {
    std::string text = tile.name;
    if (!tile.role.empty()) text += " \u00b7 " + tile.role;
    if (!tile.audio_on) text += " \u00b7 muted";
    return text;
}

}  // namespace

// GStreamer's scaler from one picture size into one rectangle of the canvas.
struct Composer::Scaler {
    GstVideoInfo from{};
    Rect to;
    std::unique_ptr<GstVideoConverter, ConverterFree> converter;
};

Composer::Composer(int width, int height) : canvas_(width, height, kBackground) {}

Composer::~Composer() = default;

const Picture& Composer::compose(const std::vector<ShownTile>& tiles, const ScreenWords& words) {
    canvas_.fill({0, 0, canvas_.width(), canvas_.height()}, kBackground);
    const Rect foot =
        words.footer.empty() ? Rect{} : footer_place(canvas_.width(), canvas_.height());
    if (!words.footer.empty()) {
        canvas_.copy(labels_.paint(words.footer, foot.width, foot.height, kBackground), foot.x,
                     foot.y);
    }
    if (tiles.empty()) {
        const Rect place = waiting_place(canvas_.width(), canvas_.height());
        canvas_.copy(labels_.paint(words.waiting, place.width, place.height, kBackground), place.x,
                     place.y);
        return canvas_;
    }
    while (scalers_.size() < tiles.size()) scalers_.push_back(std::make_unique<Scaler>());
    const auto places = layout_tiles(tiles.size(), canvas_.width(), canvas_.height() - foot.height);
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const auto& [picture, label] = places[i];
        if (tiles[i].picture) {
            draw_picture(tiles[i].picture, picture, *scalers_[i]);
        } else {
            draw_name_card(tiles[i].who.name, picture);
        }
        canvas_.copy(labels_.paint(label_of(tiles[i].who), label.width, label.height, kBackground),
                     label.x, label.y);
    }
    return canvas_;
}

void Composer::draw_name_card(const std::string& name, Rect room) {
    canvas_.fill(room, kEmptyTile);
    const int height = std::min(room.height, std::max(24, canvas_.height() / 9)) & ~1;
    canvas_.copy(labels_.paint(name, room.width, height, kEmptyTile), room.x,
                 (room.y + (room.height - height) / 2) & ~1);
}

void Composer::draw_picture(GstSample* sample, Rect room, Scaler& scaler) {
    GstVideoInfo info;
    if (!gst_video_info_from_caps(&info, gst_sample_get_caps(sample))) return;
    const Rect to = fit(GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info), room);
    if (to.width <= 0 || to.height <= 0) return;
    GstVideoInfo canvas_info;
    gst_video_info_set_format(&canvas_info, GST_VIDEO_FORMAT_I420,
                              static_cast<guint>(canvas_.width()),
                              static_cast<guint>(canvas_.height()));
    if (!scaler.converter || !gst_video_info_is_equal(&scaler.from, &info) || scaler.to != to) {
        // Bilinear: at these sizes the eye sees no difference from better ones, the processor does.
        // The colour conversion is off, both sides are I420 and the range stays as it was sent.
        GstStructure* options = gst_structure_new(
            "options", GST_VIDEO_CONVERTER_OPT_DEST_X, G_TYPE_INT, to.x,
            GST_VIDEO_CONVERTER_OPT_DEST_Y, G_TYPE_INT, to.y, GST_VIDEO_CONVERTER_OPT_DEST_WIDTH,
            G_TYPE_INT, to.width, GST_VIDEO_CONVERTER_OPT_DEST_HEIGHT, G_TYPE_INT, to.height,
            GST_VIDEO_CONVERTER_OPT_FILL_BORDER, G_TYPE_BOOLEAN, FALSE,
            GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD, GST_TYPE_VIDEO_RESAMPLER_METHOD,
            GST_VIDEO_RESAMPLER_METHOD_LINEAR, GST_VIDEO_CONVERTER_OPT_MATRIX_MODE,
            GST_TYPE_VIDEO_MATRIX_MODE, GST_VIDEO_MATRIX_MODE_NONE, nullptr);
        scaler.converter.reset(gst_video_converter_new(&info, &canvas_info, options));
        scaler.from = info;
        scaler.to = to;
    }
    GstVideoFrame from;
    if (!scaler.converter ||
        !gst_video_frame_map(&from, &info, gst_sample_get_buffer(sample), GST_MAP_READ))
        return;
    // The canvas lies in our memory: wrapped, not copied, for the time of the call.
    const auto bytes = canvas_.mutable_bytes();
    const BufferPtr wrapped(gst_buffer_new_wrapped_full(static_cast<GstMemoryFlags>(0),
                                                        bytes.data(), bytes.size(), 0, bytes.size(),
                                                        nullptr, nullptr));
    GstVideoFrame canvas;
    if (gst_video_frame_map(&canvas, &canvas_info, wrapped.get(), GST_MAP_READWRITE)) {
        gst_video_converter_frame(scaler.converter.get(), &from, &canvas);
        gst_video_frame_unmap(&canvas);
    }
    gst_video_frame_unmap(&from);
}

}  // namespace sightline::engine
