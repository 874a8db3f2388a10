// A screen without a monitor: an Xvfb of the test's own on a display number found free.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>

#include "local_daemon.h"
#include "media/engine/gst.h"
#include "media/engine/picture.h"
#include "tests/support/temporary_directory.h"

namespace sightline::integration {

class VirtualScreen {
  public:
    static constexpr int kWidth = 1280;
    static constexpr int kHeight = 720;

    VirtualScreen() {
        start();
        ::setenv("DISPLAY", display_.c_str(), 1);
        ::unsetenv("WAYLAND_DISPLAY");
    }
    ~VirtualScreen() { ::unsetenv("DISPLAY"); }

    // The first time on any free number, later on the same one.
    void start() {
        server_.reset();
        int ready[2];
        if (::pipe(ready) != 0) throw std::runtime_error("pipe");
        std::vector<std::string> arguments = {
            find_program("Xvfb"),
            "-displayfd",
            std::to_string(ready[1]),
            "-screen",
            "0",
            std::to_string(kWidth) + "x" + std::to_string(kHeight) + "x24",
            "-nolisten",
            "tcp",
            "-noreset"};
        if (!display_.empty()) arguments.insert(arguments.begin() + 1, display_);
        server_ = std::make_unique<LocalDaemon>(arguments,
                                                std::vector<std::pair<std::string, std::string>>{},
                                                directory_.path() / "log");
        ::close(ready[1]);
        // It writes its number when it is ready, and closes the pipe when it dies.
        std::string number;
        for (char c = 0; ::read(ready[0], &c, 1) == 1 && c != '\n';) number += c;
        ::close(ready[0]);
        if (number.empty()) {
            throw std::runtime_error("Xvfb did not start; see " +
                                     (directory_.path() / "log").string());
        }
        display_ = ":" + number;
    }
    LocalDaemon& server() { return *server_; }
    const std::string& display() const { return display_; }

    // What stands on the screen now, as a person would see it. With `png`, also into that file.
    std::optional<engine::Picture> screenshot(const std::string& png = {}) const {
        std::string description =
            "ximagesrc name=screen use-damage=false show-pointer=false num-buffers=1 "
            "! videoconvert ! video/x-raw,format=I420 ";
        description += png.empty() ? "! appsink name=out sync=false"
                                   : "! tee name=both both. ! queue ! appsink name=out sync=false "
                                     "both. ! queue ! videoconvert ! pngenc ! filesink name=file";
        auto pipeline = engine::Pipeline::parse(description).value();
        g_object_set(pipeline->element("screen").get(), "display-name", display_.c_str(), nullptr);
        if (!png.empty())
            g_object_set(pipeline->element("file").get(), "location", png.c_str(), nullptr);
        if (!pipeline->play()) return std::nullopt;
        const engine::ElementPtr out = pipeline->element("out");
        const engine::SamplePtr sample(
            gst_app_sink_try_pull_sample(GST_APP_SINK(out.get()), 10 * GST_SECOND));
        if (!sample) return std::nullopt;
        if (!png.empty())
            becomes_true(std::chrono::seconds(5), [&] { return pipeline->take_end(); });
        engine::Picture picture(kWidth, kHeight);
        const engine::MappedBuffer mapped(gst_sample_get_buffer(sample.get()));
        if (mapped.bytes().size() != picture.bytes().size()) return std::nullopt;
        std::copy(mapped.bytes().begin(), mapped.bytes().end(), picture.mutable_bytes().begin());
        return picture;
    }

  private:
    tests::TemporaryDirectory directory_;
    std::string display_;
    std::unique_ptr<LocalDaemon> server_;
};

}  // namespace sightline::integration
