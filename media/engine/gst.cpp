#include "media/engine/gst.h"

#include <stdexcept>
#include <utility>

#include "appliance/base/check.h"

namespace sightline::engine {

namespace {

// Debian's package for an element that is missing, so that the sentence says what to do.
const char* package_of(std::string_view element) {
    if (element == "vp8enc" || element == "vp8dec" || element == "jpegenc" || element == "v4l2src")
        return "gstreamer1.0-plugins-good";
    if (element == "webrtcdsp" || element == "webrtcechoprobe" || element == "flitetestsrc")
        return "gstreamer1.0-plugins-bad";
    if (element == "pulsesink" || element == "pulsesrc") return "gstreamer1.0-pulseaudio";
    if (element == "pipewiresink" || element == "pipewiresrc") return "gstreamer1.0-pipewire";
    if (element == "textoverlay") return "gstreamer1.0-x";
    return "gstreamer1.0-plugins-base";
}

std::string sentence_of(GError* error) {
    std::string text = error && error->message ? error->message : "unknown error";
    while (!text.empty() && (text.back() == '.' || text.back() == '\n')) text.pop_back();
    return text;
}

}  // namespace

void start_gstreamer() {
    static const bool started = [] {
        GError* error = nullptr;
        const bool ok = gst_init_check(nullptr, nullptr, &error) != FALSE;
        if (error) g_error_free(error);
        return ok;
    }();
    if (!started) throw std::runtime_error("GStreamer did not start; reinstall libgstreamer1.0-0");
}

std::chrono::nanoseconds steady_now() { return base::Clock::now().time_since_epoch(); }

BufferPtr make_buffer(base::ByteView bytes, std::chrono::nanoseconds pts,
                      std::chrono::nanoseconds duration) {
    BufferPtr buffer(gst_buffer_new_allocate(nullptr, bytes.size(), nullptr));
    CHECK(buffer);
    gst_buffer_fill(buffer.get(), 0, bytes.data(), bytes.size());
    GST_BUFFER_PTS(buffer.get()) = static_cast<GstClockTime>(pts.count());
    if (duration.count() > 0)
        GST_BUFFER_DURATION(buffer.get()) = static_cast<GstClockTime>(duration.count());
    return buffer;
}

MappedBuffer::MappedBuffer(GstBuffer* buffer) : buffer_(buffer) {
    if (buffer_ && gst_buffer_map(buffer_, &map_, GST_MAP_READ)) {
        bytes_ = {map_.data, map_.size};
    } else {
        buffer_ = nullptr;
    }
}

MappedBuffer::~MappedBuffer() {
    if (buffer_) gst_buffer_unmap(buffer_, &map_);
}

base::Result<std::unique_ptr<Pipeline>> Pipeline::parse(const std::string& description,
                                                        PipelineClock clock) {
    start_gstreamer();
    GError* raw_error = nullptr;
    GstElement* made = gst_parse_launch_full(description.c_str(), nullptr,
                                             GST_PARSE_FLAG_FATAL_ERRORS, &raw_error);
    std::unique_ptr<GError, decltype(&g_error_free)> error(raw_error, &g_error_free);
    if (!made) {
        std::string text = sentence_of(error.get());
        if (error && error->code == GST_PARSE_ERROR_NO_SUCH_ELEMENT) {
            // GStreamer's words are: no element "NAME"
            const auto first = text.find('"');
            const auto last = text.rfind('"');
            const std::string name =
                first < last ? text.substr(first + 1, last - first - 1) : std::string();
            text = "GStreamer has no element " + name + "; install " + package_of(name);
        }
        return base::Error(base::Errc::Unavailable, std::move(text));
    }
    gst_object_ref_sink(made);
    std::unique_ptr<Pipeline> pipeline(new Pipeline(made));
    pipeline->clock_ = clock;
    std::unique_ptr<GstClock, ObjectUnref> system(gst_system_clock_obtain());
    gst_pipeline_use_clock(GST_PIPELINE(made), system.get());
    if (clock == PipelineClock::Steady) {
        gst_element_set_start_time(made, GST_CLOCK_TIME_NONE);
        gst_element_set_base_time(made, 0);
    }
    return pipeline;
}

Pipeline::Pipeline(GstElement* pipeline)
    : pipeline_(pipeline), bus_(gst_element_get_bus(pipeline)) {}

Pipeline::~Pipeline() { gst_element_set_state(pipeline_.get(), GST_STATE_NULL); }

void Pipeline::set_latency(std::chrono::nanoseconds latency) {
    gst_pipeline_set_latency(GST_PIPELINE(pipeline_.get()),
                             static_cast<GstClockTime>(latency.count()));
}

base::Result<void> Pipeline::play(std::chrono::milliseconds wait) {
    const auto change = gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
    const auto deadline = base::Clock::now() + wait;
    bool running = change == GST_STATE_CHANGE_SUCCESS || wait.count() == 0;
    if (change != GST_STATE_CHANGE_FAILURE) {
        // In short steps, so that an error on the bus ends the wait at once.
        while (!running && !error_ && base::Clock::now() < deadline) {
            const auto state =
                gst_element_get_state(pipeline_.get(), nullptr, nullptr, 20 * GST_MSECOND);
            read_bus({});
            if (state == GST_STATE_CHANGE_FAILURE) break;
            running = state == GST_STATE_CHANGE_SUCCESS || state == GST_STATE_CHANGE_NO_PREROLL;
        }
    } else {
        running = false;
    }
    read_bus({});
    if (!error_ && running && change != GST_STATE_CHANGE_FAILURE) return {};
    const auto said = take_error();
    gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
    return base::Error(base::Errc::Unavailable, said.value_or("gave no data in time"));
}

void Pipeline::on_sample(const char* appsink, SampleHandler handler) {
    const ElementPtr sink = element(appsink);
    CHECK(sink && GST_IS_APP_SINK(sink.get()));
    GstAppSinkCallbacks callbacks{};
    callbacks.new_sample = [](GstAppSink* from, gpointer data) -> GstFlowReturn {
        const SamplePtr sample(gst_app_sink_pull_sample(from));
        if (sample) (*static_cast<SampleHandler*>(data))(sample.get());
        return GST_FLOW_OK;
    };
    gst_app_sink_set_callbacks(GST_APP_SINK(sink.get()), &callbacks,
                               new SampleHandler(std::move(handler)),
                               [](gpointer data) { delete static_cast<SampleHandler*>(data); });
}

ElementPtr Pipeline::element(const char* name) const {
    return ElementPtr(gst_bin_get_by_name(GST_BIN(pipeline_.get()), name));
}

void Pipeline::read_bus(std::chrono::milliseconds wait) {
    const auto types =
        static_cast<GstMessageType>(GST_MESSAGE_ERROR | GST_MESSAGE_EOS | GST_MESSAGE_LATENCY);
    const auto timeout = static_cast<GstClockTime>(std::chrono::nanoseconds(wait).count());
    while (MessagePtr message{gst_bus_timed_pop_filtered(bus_.get(), timeout, types)}) {
        switch (GST_MESSAGE_TYPE(message.get())) {
            case GST_MESSAGE_ERROR: {
                GError* error = nullptr;
                gst_message_parse_error(message.get(), &error, nullptr);
                // The first error is the cause; the ones after it are its echoes.
                if (!error_) error_ = sentence_of(error);
                g_error_free(error);
                break;
            }
            case GST_MESSAGE_EOS:
                ended_ = true;
                break;
            default:
                gst_bin_recalculate_latency(GST_BIN(pipeline_.get()));
        }
    }
}

std::optional<std::string> Pipeline::take_error() {
    read_bus({});
    auto error = std::move(error_);
    error_.reset();
    return error;
}

bool Pipeline::take_end() {
    read_bus({});
    return std::exchange(ended_, false);
}

std::chrono::nanoseconds Pipeline::captured(GstSample* sample) const {
    const GstClockTime pts = GST_BUFFER_PTS(gst_sample_get_buffer(sample));
    if (!GST_CLOCK_TIME_IS_VALID(pts)) return steady_now();
    const GstClockTime running =
        gst_segment_to_running_time(gst_sample_get_segment(sample), GST_FORMAT_TIME, pts);
    if (!GST_CLOCK_TIME_IS_VALID(running)) return steady_now();
    const GstClockTime start =
        clock_ == PipelineClock::Steady ? 0 : gst_element_get_base_time(pipeline_.get());
    return std::chrono::nanoseconds(static_cast<std::int64_t>(running + start));
}

void push_buffer(GstElement* appsrc, BufferPtr buffer) {
    // Refused only while flushing or shutting down, when the buffer is of no use to anybody.
    (void)gst_app_src_push_buffer(GST_APP_SRC(appsrc), buffer.release());
}

}  // namespace sightline::engine
