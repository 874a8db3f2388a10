#include "appliance/engine/sources.h"

#include "hardware/devices.h"

namespace sightline::engine {
namespace {

using hardware::Device;
using hardware::DeviceKind;

// The named device, or the default one when no name is given; nullopt: there is none.
base::Result<std::optional<DeviceElement>> find(const std::vector<Device>& devices, DeviceKind kind,
                                                const std::string& name, const char* option) {
    if (name.empty()) {
        const Device* device = hardware::pick(devices, kind);
        if (!device) return std::optional<DeviceElement>();
        return std::optional<DeviceElement>({device->element, device->property, device->value});
    }
    std::string known;
    for (const auto& device : devices) {
        if (device.kind != kind) continue;
        if (device.name == name) {
            return std::optional<DeviceElement>({device.element, device.property, device.value});
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
