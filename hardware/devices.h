// Cameras, microphones, speakers and displays of this machine, through GstDeviceMonitor (V4L2,
// PipeWire, PulseAudio) and the kernel's list of screens. For start-up and the self-test, not for
// the running interview. Any thread; a sound daemon that is absent or hangs costs at most the given
// wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace sightline::hardware {

enum class DeviceKind : std::uint8_t { Camera, Microphone, Speaker, Display };

// "camera", "microphone", "speaker" or "display".
const char* name_of(DeviceKind kind);

struct Device {
    DeviceKind kind = DeviceKind::Camera;
    std::string name;  // as a person knows it
    // The GStreamer element that opens it, and the property that picks this one: {"v4l2src",
    // "device",
    // "/dev/video0"}. The property is empty when the element needs none.
    std::string element;
    std::string property;
    std::string value;
    std::vector<std::string> caps;  // usable formats, GStreamer notation; at most 16
    bool is_default = false;        // what the person chose in the desktop's settings
};

// Everything found within `wait`. A monitor that is not done by then is left alone and nothing of
// it is listed: the caller treats that as no device. Displays are always listed.
std::vector<Device> list_devices(std::chrono::milliseconds wait = std::chrono::seconds(3));

// The default of that kind, else the first; null when there is none.
const Device* pick(const std::vector<Device>& devices, DeviceKind kind);

}  // namespace sightline::hardware
