#include "media/engine/label_painter.h"

#include <algorithm>

#include "media/engine/gst.h"

namespace sightline::engine {

namespace {

constexpr GstClockTime kRenderWait = 2 * GST_SECOND;
constexpr glong kMaxCharacters = 120;

// textoverlay reads Pango markup: a name must not be able to contain any.
std::string markup_of(const std::string& text) {
    const GlibString valid(g_utf8_make_valid(text.c_str(), static_cast<gssize>(text.size())));
    const GlibString shortened(g_utf8_strlen(valid.get(), -1) > kMaxCharacters
                                   ? g_utf8_substring(valid.get(), 0, kMaxCharacters)
                                   : g_strdup(valid.get()));
    std::string one_line = shortened.get();
    for (auto& c : one_line)
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    const GlibString escaped(g_markup_escape_text(one_line.c_str(), -1));
    return escaped.get();
}

Picture render(const std::string& text, int width, int height, Colour background) {
    Picture strip(width, height, background);
    if (text.empty()) return strip;
    auto made = Pipeline::parse(
        "appsrc name=in format=time caps=\"video/x-raw,format=I420,width=" + std::to_string(width) +
        ",height=" + std::to_string(height) +
        ",framerate=25/1,pixel-aspect-ratio=1/1\" ! textoverlay name=text auto-resize=false "
        "halignment=center valignment=center wrap-mode=word draw-shadow=false draw-outline=false "
        "! appsink name=out sync=false");
    if (!made) return strip;
    Pipeline& pipeline = *made.value();
    const int points = std::max(6, std::min(height * 42 / 100, 34));
    g_object_set(pipeline.element("text").get(), "text", markup_of(text).c_str(), "font-desc",
                 ("DejaVu Sans " + std::to_string(points) + "px").c_str(), nullptr);
    if (!pipeline.play()) return strip;
    const ElementPtr in = pipeline.element("in");
    const ElementPtr out = pipeline.element("out");
    push_buffer(in.get(), make_buffer(strip.bytes(), {}, std::chrono::milliseconds(40)));
    gst_app_src_end_of_stream(GST_APP_SRC(in.get()));
    const SamplePtr sample(gst_app_sink_try_pull_sample(GST_APP_SINK(out.get()), kRenderWait));
    if (!sample) return strip;
    const MappedBuffer mapped(gst_sample_get_buffer(sample.get()));
    const auto room = strip.mutable_bytes();
    if (mapped.bytes().size() == room.size())
        std::copy(mapped.bytes().begin(), mapped.bytes().end(), room.begin());
    return strip;
}

}  // namespace

const Picture& LabelPainter::paint(const std::string& text, int width, int height,
                                   Colour background) {
    const auto key = std::tuple(text, width, height, int{background.y});
    if (const auto found = kept_.find(key); found != kept_.end()) return found->second;
    if (kept_.size() >= kMaxKept) kept_.clear();
    return kept_.emplace(key, render(text, width, height, background)).first->second;
}

}  // namespace sightline::engine
