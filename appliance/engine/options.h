// The engine's command line and configuration file: the same names in both, the command line first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "appliance/base/result.h"

namespace sightline::engine {

struct Options {
    std::string run_dir = "/run/sightline";
    std::string media_file;  // --media: play this instead of a camera; empty: none
    bool synthetic = false;  // --synthetic: the drawn person, even when there is a camera
    std::string camera;      // --camera NAME: the device to take; empty: the first
    std::string microphone;  // --microphone NAME
    // --room-camera NAME, --document-camera NAME: for these views; empty: the same camera, which
    // somebody turns
    std::string room_camera;
    std::string document_camera;
    std::optional<std::uint16_t>
        mirror_port;          // --mirror-port N: serve the mirror page; 0: any port
    bool fullscreen = false;  // --fullscreen: the applicant's window fills the screen
    int width = 640;
    int height = 360;
    int frames_per_second = 30;
    int video_kbps = 800;
    int audio_kbps = 32;
    std::string log_level = "info";
};

// Reads argv and the file that --config names. The exit code is set when the program should end at
// once: 0 after --help, 2 after a mistake, whose sentence stands on standard error and names the
// option.
struct ParsedOptions {
    Options options;
    std::optional<int> exit_code;
};
ParsedOptions parse_options(int argc, char** argv);

}  // namespace sightline::engine
