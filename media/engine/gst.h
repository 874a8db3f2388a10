// GStreamer's C handles, each owned once, and Pipeline: a parsed pipeline on the engine's one
// clock. Time stamps in every pipeline are the steady clock's nanoseconds (GStreamer's system clock
// is the same CLOCK_MONOTONIC and the base time is zero), so that capture, playout and echo
// canceller, which sit in different pipelines, mean the same instant by the same number. Each
// object stays on one thread; appsink callbacks come from GStreamer's threads.
#pragma once

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "appliance/base/bytes.h"
#include "appliance/base/result.h"
#include "appliance/base/time.h"

namespace sightline::engine {

struct ObjectUnref {
    void operator()(gpointer object) const { gst_object_unref(object); }
};
struct MiniObjectUnref {
    void operator()(gpointer object) const { gst_mini_object_unref(GST_MINI_OBJECT_CAST(object)); }
};
struct GlibFree {
    void operator()(gpointer memory) const { g_free(memory); }
};
using ElementPtr = std::unique_ptr<GstElement, ObjectUnref>;
using PadPtr = std::unique_ptr<GstPad, ObjectUnref>;
using BusPtr = std::unique_ptr<GstBus, ObjectUnref>;
using BufferPtr = std::unique_ptr<GstBuffer, MiniObjectUnref>;
using SamplePtr = std::unique_ptr<GstSample, MiniObjectUnref>;
using CapsPtr = std::unique_ptr<GstCaps, MiniObjectUnref>;
using MessagePtr = std::unique_ptr<GstMessage, MiniObjectUnref>;
using GlibString = std::unique_ptr<gchar, GlibFree>;

// Loads the plugin registry; the first call of a process does the work.
void start_gstreamer();

std::chrono::nanoseconds steady_now();

// A buffer with a copy of these bytes, due at `pts`.
BufferPtr make_buffer(base::ByteView bytes, std::chrono::nanoseconds pts,
                      std::chrono::nanoseconds duration = {});

// A buffer mapped for reading as long as this lives; `bytes` is empty when mapping failed.
class MappedBuffer {
  public:
    explicit MappedBuffer(GstBuffer* buffer);
    ~MappedBuffer();
    MappedBuffer(const MappedBuffer&) = delete;
    MappedBuffer& operator=(const MappedBuffer&) = delete;
    base::ByteView bytes() const { return bytes_; }

  private:
    GstBuffer* buffer_;
    GstMapInfo map_{};
    base::ByteView bytes_;
};

enum class PipelineClock : std::uint8_t {
    Steady,    // running time is the steady clock
    Seekable,  // running time starts with the pipeline and again at each flushing seek
};

class Pipeline {
  public:
    using SampleHandler = std::function<void(GstSample*)>;

    // `description` is gst-launch notation, written by us; text from outside is set as a property
    // instead. A missing element is Errc::Unavailable, naming it and the package to install.
    static base::Result<std::unique_ptr<Pipeline>> parse(
        const std::string& description, PipelineClock clock = PipelineClock::Steady);
    ~Pipeline();

    // Sound and picture leave the sinks this long after their time stamp. Before play().
    void set_latency(std::chrono::nanoseconds latency);

    // Starts; waits up to `wait` until every sink has data. A source that refuses is an error with
    // the element's own words. Not having data in time is one too, unless `wait` is zero.
    base::Result<void> play(std::chrono::milliseconds wait = {});

    // `handler` is called on a GStreamer thread for each sample of the appsink of that name.
    void on_sample(const char* appsink, SampleHandler handler);

    ElementPtr element(const char* name) const;
    GstElement* get() const { return pipeline_.get(); }

    // What the bus says since the last call; neither waits.
    std::optional<std::string> take_error();
    bool take_end();

    // The steady clock's time of a sample's time stamp.
    std::chrono::nanoseconds captured(GstSample* sample) const;

  private:
    explicit Pipeline(GstElement* pipeline);
    void read_bus(std::chrono::milliseconds wait);

    ElementPtr pipeline_;
    BusPtr bus_;
    PipelineClock clock_ = PipelineClock::Steady;
    std::optional<std::string> error_;
    bool ended_ = false;
};

// Hands a buffer to an appsrc. Never waits: the appsrc drops its oldest when it is full.
void push_buffer(GstElement* appsrc, BufferPtr buffer);

}  // namespace sightline::engine
