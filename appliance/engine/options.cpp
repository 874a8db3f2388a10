#include "appliance/engine/options.h"

#include <CLI/CLI.hpp>

namespace sightline::engine {

ParsedOptions parse_options(int argc, char** argv) {
    ParsedOptions parsed;
    Options& o = parsed.options;
    CLI::App app("sightline-engine: camera, microphone, screen and loudspeaker of one interview.");
    app.add_option("--run", o.run_dir, "Folder with the kiosk's sockets")->capture_default_str();
    app.add_option("--media", o.media_file, "Play this media file instead of a camera")
        ->check(CLI::ExistingFile);
    app.add_flag("--synthetic", o.synthetic, "Show a drawn person instead of a camera");
    app.add_option("--camera", o.camera, "Name of the camera; default: the first one found");
    app.add_option("--room-camera", o.room_camera,
                   "Name of the camera that shows the whole room; default: the same one");
    app.add_option("--document-camera", o.document_camera,
                   "Name of the camera that shows a paper; default: the same one");
    app.add_option("--microphone", o.microphone, "Name of the microphone; default: the first");
    app.add_option("--mirror-port", o.mirror_port,
                   "Serve the demo's mirror page on this loopback port (0: any); only with a "
                   "synthetic camera or a media file");
    app.add_flag("--fullscreen", o.fullscreen, "The applicant's window fills the screen");
    app.add_option("--width", o.width, "Picture width in pixels")
        ->check(CLI::Range(160, 1920))
        ->capture_default_str();
    app.add_option("--height", o.height, "Picture height in pixels")
        ->check(CLI::Range(90, 1080))
        ->capture_default_str();
    app.add_option("--fps", o.frames_per_second, "Pictures a second")
        ->check(CLI::Range(1, 60))
        ->capture_default_str();
    app.add_option("--video-kbps", o.video_kbps, "Bit rate of the picture")
        ->check(CLI::Range(30, 8000))
        ->capture_default_str();
    app.add_option("--audio-kbps", o.audio_kbps, "Bit rate of the sound")
        ->check(CLI::Range(6, 128))
        ->capture_default_str();
    app.add_option("--log-level", o.log_level, "trace, debug, info, warn or error")
        ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error"}))
        ->capture_default_str();
    app.set_config("--config", "", "TOML file with the same names as these options");
    app.allow_config_extras(CLI::config_extras_mode::error);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);  // prints the help, or the sentence about the mistake
        parsed.exit_code = code == 0 ? 0 : 2;
    }
    return parsed;
}

}  // namespace sightline::engine
