#include "appliance/engine/sources.h"

#include <algorithm>
#include <tuple>

#include "hardware/devices.h"

namespace sightline::engine {
namespace {

using hardware::Device;
using hardware::DeviceKind;

// Writing of 3 mm on a sheet of A4 that fills the picture is some nine points high.
constexpr int kDocumentWidth = 1280;
constexpr int kDocumentHeight = 720;
constexpr int kDocumentPicturesPerSecond = 8;

std::optional<DeviceElement> element_of(const Device& device) {
    return DeviceElement{device.element, device.property, device.value, device.name};
}

// The named device, or the default one when no name is given; nullopt: there is none.
base::Result<std::optional<DeviceElement>> find(const std::vector<Device>& devices, DeviceKind kind,
                                                const std::string& name, const char* option) {
    if (name.empty()) {
        const Device* device = hardware::pick(devices, kind);
        if (!device) return std::optional<DeviceElement>();
        return element_of(*device);
    }
    std::string known;
    for (const auto& device : devices) {
        if (device.kind != kind) continue;
        if (device.name == name) {
            return element_of(device);
        }
        known += known.empty() ? "\"" : ", \"";
        known += device.name + "\"";
    }
    return base::Error(base::Errc::Unavailable,
                       "There is no " + std::string(hardware::name_of(kind)) + " named \"" + name +
                           "\"; give " + option +
                           " one of: " + (known.empty() ? "(none is connected)" : known) + ".");
}

}  // namespace

base::Result<CaptureConfig> choose_source(const Options& options) {
    CaptureConfig config;
    config.width = options.width;
    config.height = options.height;
    config.fps = options.frames_per_second;
    config.video_bps = static_cast<std::uint32_t>(options.video_kbps) * 1000;
    config.audio_bps = static_cast<std::uint32_t>(options.audio_kbps) * 1000;
    if (!options.media_file.empty()) {
        config.source = SourceKind::File;
        config.file = options.media_file;
        return config;
    }
    if (options.synthetic) return config;
    const auto devices = hardware::list_devices();
    auto camera = find(devices, DeviceKind::Camera, options.camera, "--camera");
    if (!camera) return camera.error();
    auto microphone = find(devices, DeviceKind::Microphone, options.microphone, "--microphone");
    if (!microphone) return microphone.error();
    if (!*camera && !*microphone) return config;
    config.source = SourceKind::Camera;
    config.camera = *camera;
    config.microphone = *microphone;
    return config;
}

const Shot& Views::of(model::View view) const {
    switch (view) {
        case model::View::Room:
            return room;
        case model::View::Document:
            return document;
        case model::View::Face:
            break;
    }
    return face;
}

base::Result<Views> choose_views(const Options& options, const CaptureConfig& chosen) {
    const Shot face{chosen.camera, chosen.width, chosen.height, chosen.fps};
    Views views{face, face, face};
    if (chosen.source == SourceKind::File) return views;
    views.document.width = kDocumentWidth;
    views.document.height = kDocumentHeight;
    views.document.fps = std::min(face.fps, kDocumentPicturesPerSecond);
    if (chosen.source != SourceKind::Camera || !chosen.camera) return views;
    const auto devices = hardware::list_devices();
    for (const auto& [shot, name, option] :
         {std::tuple(&views.room, options.room_camera, "--room-camera"),
          std::tuple(&views.document, options.document_camera, "--document-camera")}) {
        if (name.empty()) continue;
        auto camera = find(devices, DeviceKind::Camera, name, option);
        if (!camera) return camera.error();
        shot->camera = *camera;
    }
    return views;
}

SourceNames names_of(const CaptureConfig& chosen, const Views& views, const Options& options) {
    switch (chosen.source) {
        case SourceKind::Camera: {
            SourceNames names;
            for (const auto* shot : {&views.face, &views.room, &views.document}) {
                if (!shot->camera) continue;
                const auto& name = shot->camera->name;
                const auto known = std::find(names.cameras.begin(), names.cameras.end(), name);
                if (known == names.cameras.end()) names.cameras.push_back(name);
            }
            if (chosen.microphone) names.microphone = chosen.microphone->name;
            return names;
        }
        case SourceKind::Synthetic:
            // One that took the place of devices which are not there is not what anybody wanted.
            if (!options.synthetic) return {};
            return {{"a drawn person, as --synthetic says"},
                    "a made-up voice, as --synthetic says"};
        case SourceKind::File:
            return {{"the file that --media names"}, "the file that --media names"};
    }
    return {};
}

std::optional<std::string> warning_about(const CaptureConfig& chosen, const Options& options) {
    switch (chosen.source) {
        case SourceKind::Camera:
            if (!chosen.camera) {
                return "No camera was found: the applicant is heard but not seen. Plug one in and "
                       "start the engine again.";
            }
            if (!chosen.microphone) {
                return "No microphone was found: the applicant is seen but not heard. Plug one in "
                       "and start the engine again.";
            }
            return std::nullopt;
        case SourceKind::Synthetic:
            if (options.synthetic) return std::nullopt;
            return "Neither camera nor microphone was found: a drawn person takes the applicant's "
                   "place. Plug them in and start the engine again, or give --synthetic if this is "
                   "meant to be a demonstration.";
        case SourceKind::File:
            return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace sightline::engine
