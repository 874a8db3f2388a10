#include <algorithm>
#include <cctype>
#include <mutex>

#include "media/engine/own_thread.h"
#include "media/engine/raw_source.h"

namespace sightline::engine {

namespace {

constexpr std::chrono::seconds kDeviceWait{5};
// A driver or sound daemon that has not answered by then hangs.
constexpr std::chrono::seconds kAnswerWait{7};
constexpr std::chrono::seconds kCloseWait{2};

// Between a pipeline that may have to be left behind and the sink that will then be gone.
class SinkGate : public RawSink {
  public:
    explicit SinkGate(RawSink& to) : to_(&to) {}
    void on_picture(BufferPtr picture, std::chrono::nanoseconds captured) override {
        std::lock_guard lock(mutex_);
        if (to_) to_->on_picture(std::move(picture), captured);
    }
    void on_sound(std::span<const std::int16_t> samples,
                  std::chrono::nanoseconds captured) override {
        std::lock_guard lock(mutex_);
        if (to_) to_->on_sound(samples, captured);
    }
    void shut() {
        std::lock_guard lock(mutex_);
        to_ = nullptr;
    }

  private:
    std::mutex mutex_;
    RawSink* to_;
};
using GatePtr = std::shared_ptr<SinkGate>;

// One device in a pipeline of its own: a camera that is pulled out takes no word from the
// microphone.
class DeviceSource : public RawSource {
  public:
    DeviceSource(std::unique_ptr<Pipeline> pipeline, GatePtr gate, std::string what, bool pictures)
        : pipeline_(std::move(pipeline)),
          gate_(std::move(gate)),
          what_(std::move(what)),
          pictures_(pictures) {}
    ~DeviceSource() override {
        gate_->shut();
        on_own_thread([pipeline = std::move(pipeline_), gate = gate_]() mutable {
            pipeline.reset();
        }).wait_for(kCloseWait);
    }

    std::optional<std::string> tend() override {
        if (auto error = pipeline_->take_error()) return what_ + " stopped: " + *error;
        if (pipeline_->take_end()) return what_ + " stopped giving data";
        return std::nullopt;
    }
    bool gives_pictures() const override { return pictures_; }
    bool gives_sound() const override { return !pictures_; }

  private:
    std::unique_ptr<Pipeline> pipeline_;
    GatePtr gate_;
    std::string what_;
    bool pictures_;
};

bool plain_name(const std::string& element) {
    return !element.empty() && std::all_of(element.begin(), element.end(),
                                           [](unsigned char c) { return std::isalnum(c); });
}

std::string label_of(const char* kind, const DeviceElement& device) {
    return std::string(kind) + " " + (device.value.empty() ? device.element : device.value);
}

RawSourceResult open_now(const DeviceElement& device, const std::string& what,
                         const std::string& chain, bool pictures, const GatePtr& gate) {
    if (!plain_name(device.element)) {
        return base::Error(base::Errc::Malformed,
                           "open " + what + ": \"" + device.element + "\" is no GStreamer element");
    }
    auto made = Pipeline::parse(device.element + " name=device ! " + chain);
    if (!made) return base::Error(made.error().code, "open " + what + ": " + made.error().text);
    auto pipeline = std::move(made.value());
    const ElementPtr element = pipeline->element("device");
    if (!device.property.empty()) {
        GObjectClass* type = G_OBJECT_GET_CLASS(element.get());
        if (!g_object_class_find_property(type, device.property.c_str())) {
            return base::Error(base::Errc::Malformed, "open " + what + ": " + device.element +
                                                          " has no property " + device.property);
        }
        gst_util_set_object_arg(G_OBJECT(element.get()), device.property.c_str(),
                                device.value.c_str());
    }
    connect_sinks(*pipeline, *gate);
    if (auto played = pipeline->play(kDeviceWait); !played) {
        return base::Error(base::Errc::Unavailable,
                           "open " + what + ": " + played.error().text +
                               "; check that it is plugged in and not in use by another program");
    }
    return std::unique_ptr<RawSource>(
        std::make_unique<DeviceSource>(std::move(pipeline), gate, what, pictures));
}

RawSourceResult open_device(const DeviceElement& device, const std::string& what,
                            const std::string& chain, bool pictures, RawSink& sink) {
    const auto gate = std::make_shared<SinkGate>(sink);
    auto opening = on_own_thread([=] { return open_now(device, what, chain, pictures, gate); });
    if (opening.wait_for(kAnswerWait) == std::future_status::ready) return opening.get();
    gate->shut();
    return base::Error(base::Errc::Unavailable,
                       "open " + what +
                           ": its driver or sound daemon does not answer; restart that, or unplug "
                           "the device and plug it in again");
}

}  // namespace

RawSourceResult open_camera(const CaptureConfig& config, RawSink& sink) {
    const std::string what = label_of("camera", *config.camera);
    const std::string chain = picture_chain(config, false);
    // Without a bound many cameras start in their largest mode, at five pictures a second.
    const std::string sizes =
        "width=(int)[320,1280],height=(int)[180,960],framerate=(fraction)[15/1,60/1]";
    auto bounded = open_device(*config.camera, what,
                               "capsfilter caps=\"video/x-raw," + sizes + ";image/jpeg," + sizes +
                                   "\" ! decodebin ! " + chain,
                               true, sink);
    if (bounded) return bounded;
    auto any = open_device(*config.camera, what, "decodebin ! " + chain, true, sink);
    if (any) return any;
    return bounded;
}

RawSourceResult open_microphone(const CaptureConfig& config, RawSink& sink) {
    return open_device(*config.microphone, label_of("microphone", *config.microphone),
                       sound_chain(false, config.echo_cancel), false, sink);
}

}  // namespace sightline::engine
