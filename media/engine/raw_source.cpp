#include "media/engine/raw_source.h"

namespace sightline::engine {

std::string picture_chain(const CaptureConfig& config, bool paced) {
    return "videoconvert ! videoscale add-borders=true ! videorate ! "
           "video/x-raw,format=I420,width=" +
           std::to_string(config.width) + ",height=" + std::to_string(config.height) +
           ",framerate=" + std::to_string(config.fps) +
           "/1,pixel-aspect-ratio=1/1 ! appsink name=picture max-buffers=4 drop=true sync=" +
           (paced ? "true" : "false");
}

std::string sound_chain(bool paced, bool echo_cancel) {
    std::string chain =
        "audioconvert ! audioresample ! "
        "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved ! ";
    if (echo_cancel) {
        // Gain control is left off: it would pump the room's noise up in an applicant's pauses.
        chain += std::string("webrtcdsp probe=") + kEchoProbe +
                 " echo-cancel=true echo-suppression-level=moderate noise-suppression=true "
                 "noise-suppression-level=low gain-control=false high-pass-filter=true ! ";
    }
    return chain +
           "appsink name=sound max-buffers=100 drop=true sync=" + (paced ? "true" : "false");
}

void connect_sinks(Pipeline& pipeline, RawSink& sink) {
    if (pipeline.element("picture")) {
        pipeline.on_sample("picture", [&pipeline, &sink](GstSample* sample) {
            sink.on_picture(BufferPtr(gst_buffer_ref(gst_sample_get_buffer(sample))),
                            pipeline.captured(sample));
        });
    }
    if (pipeline.element("sound")) {
        pipeline.on_sample("sound", [&pipeline, &sink](GstSample* sample) {
            const MappedBuffer mapped(gst_sample_get_buffer(sample));
            const auto bytes = mapped.bytes();
            sink.on_sound({reinterpret_cast<const std::int16_t*>(bytes.data()), bytes.size() / 2},
                          pipeline.captured(sample));
        });
    }
}

}  // namespace sightline::engine
