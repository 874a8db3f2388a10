#include "hardware/devices.h"

#include <gst/gst.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <optional>
#include <thread>

namespace sightline::hardware {
namespace {

struct ObjectUnref {
    void operator()(gpointer object) const { gst_object_unref(object); }
};
template <class T>
using GstObjectPtr = std::unique_ptr<T, ObjectUnref>;
struct CapsUnref {
    void operator()(GstCaps* caps) const { gst_caps_unref(caps); }
};
struct StructureFree {
    void operator()(GstStructure* s) const { gst_structure_free(s); }
};
struct GFree {
    void operator()(gpointer p) const { g_free(p); }
};
using GString8 = std::unique_ptr<gchar, GFree>;

constexpr std::size_t kMaxCaps = 16;

std::optional<DeviceKind> kind_of_class(GstDevice* device) {
    if (gst_device_has_classes(device, "Video/Source")) return DeviceKind::Camera;
    if (gst_device_has_classes(device, "Audio/Source")) return DeviceKind::Microphone;
    if (gst_device_has_classes(device, "Audio/Sink")) return DeviceKind::Speaker;
    return std::nullopt;
}

// Finds the property by which the element picks the device, from the element that the device makes
// itself: asking it is the only way that holds for every provider.
void describe_element(GstDevice* device, Device& out) {
    GstObjectPtr<GstElement> element(gst_device_create_element(device, nullptr));
    if (!element) return;
    gst_object_ref_sink(element.get());
    if (GstElementFactory* factory = gst_element_get_factory(element.get())) {
        out.element = GST_OBJECT_NAME(factory);
    }
    for (const char* property : {"target-object", "device", "path"}) {
        GParamSpec* spec =
            g_object_class_find_property(G_OBJECT_GET_CLASS(element.get()), property);
        if (!spec || spec->value_type != G_TYPE_STRING) continue;
        gchar* value = nullptr;
        g_object_get(element.get(), property, &value, nullptr);
        GString8 owned(value);
        if (!value) continue;
        out.property = property;
        out.value = value;
        return;
    }
}

std::optional<Device> describe(GstDevice* device) {
    const auto kind = kind_of_class(device);
    if (!kind) return std::nullopt;
    std::unique_ptr<GstStructure, StructureFree> properties(gst_device_get_properties(device));
    if (properties) {
        // A monitor source is what a speaker plays; taking it for a microphone would send the
        // remote voices back to where they came from.
        const gchar* device_class = gst_structure_get_string(properties.get(), "device.class");
        if (device_class && std::string_view(device_class) == "monitor") return std::nullopt;
    }
    Device out;
    out.kind = *kind;
    GString8 name(gst_device_get_display_name(device));
    if (name) out.name = name.get();
    std::unique_ptr<GstCaps, CapsUnref> caps(gst_device_get_caps(device));
    const guint formats = caps ? gst_caps_get_size(caps.get()) : 0;
    for (guint i = 0; i < formats && out.caps.size() < kMaxCaps; ++i) {
        GString8 text(gst_structure_to_string(gst_caps_get_structure(caps.get(), i)));
        if (text) out.caps.emplace_back(text.get());
    }
    if (properties) {
        gboolean is_default = FALSE;
        gst_structure_get_boolean(properties.get(), "is-default", &is_default);
        out.is_default = is_default != FALSE;
    }
    describe_element(device, out);
    if (out.element.empty()) return std::nullopt;
    return out;
}

std::vector<Device> probe_monitor() {
    std::vector<Device> found;
    GstObjectPtr<GstDeviceMonitor> monitor(gst_device_monitor_new());
    for (const char* classes : {"Video/Source", "Audio/Source", "Audio/Sink"}) {
        gst_device_monitor_add_filter(monitor.get(), classes, nullptr);
    }
    if (!gst_device_monitor_start(monitor.get())) return found;
    GList* devices = gst_device_monitor_get_devices(monitor.get());
    for (GList* at = devices; at; at = at->next) {
        if (auto device = describe(GST_DEVICE(at->data))) found.push_back(std::move(*device));
    }
    g_list_free_full(devices, gst_object_unref);
    gst_device_monitor_stop(monitor.get());
    return found;
}

// Screens that the kernel says are plugged in, and the element that draws on them.
void list_displays(std::vector<Device>& out) {
    const char* x11 = std::getenv("DISPLAY");
    const char* wayland = std::getenv("WAYLAND_DISPLAY");
    const std::string element = wayland && *wayland ? "waylandsink"
                                : x11 && *x11       ? "xvimagesink"
                                                    : "kmssink";
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/sys/class/drm", ignored)) {
        std::ifstream status(entry.path() / "status");
        std::string word;
        if (!(status >> word) || word != "connected") continue;
        out.push_back(
            {DeviceKind::Display, entry.path().filename().string(), element, "", "", {}, false});
    }
    const bool any = std::any_of(out.begin(), out.end(),
                                 [](const Device& d) { return d.kind == DeviceKind::Display; });
    // A remote or virtual display has no connector of its own.
    if (!any && element != "kmssink") {
        const std::string name = wayland && *wayland ? wayland : x11;
        out.push_back({DeviceKind::Display, name, element, "", "", {}, true});
    }
}

}  // namespace

const char* name_of(DeviceKind kind) {
    static constexpr std::array kNames{"camera", "microphone", "speaker", "display"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::vector<Device> list_devices(std::chrono::milliseconds wait) {
    // A provider's start() blocks inside its daemon's client library and cannot be cancelled, so it
    // gets a thread of its own that owns all it touches. When the daemon hangs the thread stays
    // behind, once per call: the price for a start-up that never does.
    auto promise = std::make_shared<std::promise<std::vector<Device>>>();
    auto answer = promise->get_future();
    std::thread([promise] {
        gst_init(nullptr, nullptr);
        promise->set_value(probe_monitor());
    }).detach();
    std::vector<Device> found;
    if (answer.wait_for(wait) == std::future_status::ready) found = answer.get();
    list_displays(found);
    return found;
}

const Device* pick(const std::vector<Device>& devices, DeviceKind kind) {
    const Device* first = nullptr;
    for (const auto& device : devices) {
        if (device.kind != kind) continue;
        if (device.is_default) return &device;
        if (!first) first = &device;
    }
    return first;
}

}  // namespace sightline::hardware
