#include <atomic>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "media/engine/raw_source.h"

namespace sightline::engine {

namespace {

constexpr std::chrono::seconds kFileWait{5};

// A media file played in a loop at its own pace. At its end it is sought back to the start; the
// running time then starts anew and the pipeline's base time moves, so that their sum, the capture
// time, goes on.
class FileSource : public RawSource {
  public:
    FileSource(std::unique_ptr<Pipeline> pipeline, std::string path, bool pictures, bool sound)
        : pipeline_(std::move(pipeline)),
          path_(std::move(path)),
          pictures_(pictures),
          sound_(sound) {}

    std::optional<std::string> tend() override {
        if (auto error = pipeline_->take_error()) return "play " + path_ + ": " + *error;
        if (!pipeline_->take_end()) return std::nullopt;
        const bool sought = gst_element_seek_simple(pipeline_->get(), GST_FORMAT_TIME,
                                                    GST_SEEK_FLAG_FLUSH, 0) != FALSE;
        if (sought) return std::nullopt;
        return "play " + path_ + ": it ended and cannot be sought back to its start";
    }
    bool gives_pictures() const override { return pictures_; }
    bool gives_sound() const override { return sound_; }

  private:
    std::unique_ptr<Pipeline> pipeline_;
    std::string path_;
    bool pictures_;
    bool sound_;
};

// Which of picture and sound the file has: parse_launch needs to know before it links, since a
// branch that never gets data would keep the pipeline from starting.
struct Content {
    bool pictures = false;
    bool sound = false;
};

base::Result<Content> look_into(const std::string& path) {
    auto made = Pipeline::parse("filesrc name=file ! decodebin name=decoder");
    if (!made) return made.error();
    auto pipeline = std::move(made.value());
    g_object_set(pipeline->element("file").get(), "location", path.c_str(), nullptr);
    struct Seen {
        std::atomic<bool> pictures{false}, sound{false}, complete{false};
    } seen;
    const ElementPtr decoder = pipeline->element("decoder");
    g_signal_connect(decoder.get(), "pad-added",
                     G_CALLBACK(+[](GstElement*, GstPad* pad, gpointer data) {
                         const CapsPtr caps(gst_pad_get_current_caps(pad));
                         if (!caps) return;
                         const std::string_view type =
                             gst_structure_get_name(gst_caps_get_structure(caps.get(), 0));
                         auto& to = *static_cast<Seen*>(data);
                         if (type.starts_with("video/x-raw")) to.pictures = true;
                         if (type.starts_with("audio/x-raw")) to.sound = true;
                     }),
                     &seen);
    g_signal_connect(decoder.get(), "no-more-pads", G_CALLBACK(+[](GstElement*, gpointer data) {
                         static_cast<Seen*>(data)->complete = true;
                     }),
                     &seen);
    const auto deadline = base::Clock::now() + kFileWait;
    gst_element_set_state(pipeline->get(), GST_STATE_PAUSED);
    std::optional<std::string> error;
    while (!seen.complete && !error && base::Clock::now() < deadline) {
        g_usleep(5'000);
        error = pipeline->take_error();
    }
    gst_element_set_state(pipeline->get(), GST_STATE_NULL);
    if (seen.pictures || seen.sound) return Content{seen.pictures, seen.sound};
    return base::Error(base::Errc::Unsupported, error.value_or("no picture or sound found in it"));
}

}  // namespace

RawSourceResult open_file(const CaptureConfig& config, RawSink& sink) {
    const std::string what = "open media file " + config.file + ": ";
    std::error_code trouble;
    if (!std::filesystem::exists(config.file, trouble)) {
        return base::Error(base::Errc::Unavailable, what + "there is no such file; check --media");
    }
    if (!std::filesystem::is_regular_file(config.file, trouble) || !std::ifstream(config.file)) {
        return base::Error(base::Errc::Unavailable,
                           what + "it is not a readable file; check --media and its permissions");
    }
    const auto content = look_into(config.file);
    if (!content) {
        return base::Error(base::Errc::Unsupported,
                           what + content.error().text + "; give a file that GStreamer can play");
    }
    std::string description = "filesrc name=file ! decodebin name=decoder ";
    if (content->pictures) description += "decoder. ! queue ! " + picture_chain(config, true) + " ";
    if (content->sound) description += "decoder. ! queue ! " + sound_chain(true, false);
    auto made = Pipeline::parse(description, PipelineClock::Seekable);
    if (!made) return base::Error(made.error().code, what + made.error().text);
    auto pipeline = std::move(made.value());
    g_object_set(pipeline->element("file").get(), "location", config.file.c_str(), nullptr);
    connect_sinks(*pipeline, sink);
    if (auto played = pipeline->play(kFileWait); !played) {
        return base::Error(base::Errc::Unavailable, what + played.error().text);
    }
    return std::unique_ptr<RawSource>(std::make_unique<FileSource>(
        std::move(pipeline), config.file, content->pictures, content->sound));
}

}  // namespace sightline::engine
