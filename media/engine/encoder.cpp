#include "media/engine/encoder.h"

#include <gst/video/video.h>

#include <utility>

#include "media/engine/pcm.h"

namespace sightline::engine {

namespace {

wire::EncodedFrame encoded(wire::MediaKind kind, GstSample* sample) {
    GstBuffer* buffer = gst_sample_get_buffer(sample);
    const MappedBuffer mapped(buffer);
    wire::EncodedFrame frame;
    frame.kind = kind;
    frame.key_frame = kind == wire::MediaKind::Audio ||
                      !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
    frame.captured = std::chrono::nanoseconds(static_cast<std::int64_t>(GST_BUFFER_PTS(buffer)));
    frame.data.reserve(mapped.bytes().size() + wire::kTailroom);
    frame.data.assign(mapped.bytes().begin(), mapped.bytes().end());
    return frame;
}

}  // namespace

base::Result<std::unique_ptr<VideoEncoder>> VideoEncoder::open(int width, int height, int fps,
                                                               std::uint32_t bits_per_second,
                                                               GiveFrame give) {
    // One thread: libvpx's threads wait for each other by spinning, and on a busy two-core box two
    // of them gave 4 pictures a second where one gives 30. error-resilient, so that one lost frame
    // does not spoil the entropy state of those after it; key frames come on request, since each
    // costs as much as a second of delta frames on a thin uplink.
    const std::string description =
        "appsrc name=in is-live=true format=time block=false max-buffers=8 leaky-type=downstream "
        "caps=\"video/x-raw,format=I420,width=" +
        std::to_string(width) + ",height=" + std::to_string(height) +
        ",framerate=" + std::to_string(fps) +
        "/1,pixel-aspect-ratio=1/1\" ! vp8enc name=encoder deadline=1 cpu-used=8 threads=1 "
        "error-resilient=default keyframe-max-dist=3000 end-usage=cbr lag-in-frames=0 "
        "buffer-initial-size=300 buffer-optimal-size=300 buffer-size=600 undershoot=95 "
        "min-quantizer=4 max-quantizer=63 static-threshold=50 max-intra-bitrate=600 "
        "target-bitrate=" +
        std::to_string(bits_per_second) + " ! appsink name=out sync=false max-buffers=8 drop=false";
    auto made = Pipeline::parse(description);
    if (!made) return made.error();
    std::unique_ptr<VideoEncoder> encoder(new VideoEncoder);
    encoder->pipeline_ = std::move(made.value());
    encoder->source_ = encoder->pipeline_->element("in");
    encoder->encoder_ = encoder->pipeline_->element("encoder");
    encoder->pipeline_->on_sample("out", [give = std::move(give)](GstSample* sample) {
        give(encoded(wire::MediaKind::Video, sample));
    });
    if (auto played = encoder->pipeline_->play(); !played) return played.error();
    return encoder;
}

void VideoEncoder::push(BufferPtr picture, std::chrono::nanoseconds captured) {
    // Shares the pixels, owns the stamp: the source may still hold the buffer.
    BufferPtr stamped(gst_buffer_copy(picture.get()));
    GST_BUFFER_PTS(stamped.get()) = static_cast<GstClockTime>(captured.count());
    GST_BUFFER_DTS(stamped.get()) = GST_CLOCK_TIME_NONE;
    push_buffer(source_.get(), std::move(stamped));
}

void VideoEncoder::request_key_frame() {
    const PadPtr pad(gst_element_get_static_pad(encoder_.get(), "src"));
    gst_pad_send_event(pad.get(),
                       gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, FALSE, 0));
}

void VideoEncoder::set_bitrate(std::uint32_t bits_per_second) {
    g_object_set(encoder_.get(), "target-bitrate", static_cast<gint>(bits_per_second), nullptr);
}

base::Result<std::unique_ptr<AudioEncoder>> AudioEncoder::open(std::uint32_t bits_per_second,
                                                               GiveFrame give) {
    // Constant rate without DTX: packet sizes tell a listener on the wire nothing about who speaks.
    const std::string description =
        "appsrc name=in is-live=true format=time block=false max-buffers=50 leaky-type=downstream "
        "caps=\"audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved\" "
        "! opusenc frame-size=20 audio-type=voice bitrate-type=cbr dtx=false inband-fec=true "
        "packet-loss-percentage=10 bitrate=" +
        std::to_string(bits_per_second) +
        " ! appsink name=out sync=false max-buffers=50 drop=false";
    auto made = Pipeline::parse(description);
    if (!made) return made.error();
    std::unique_ptr<AudioEncoder> encoder(new AudioEncoder);
    encoder->pipeline_ = std::move(made.value());
    encoder->source_ = encoder->pipeline_->element("in");
    // The encoder looks 6.5 ms ahead and says so by cutting that much off the first packet's stamp;
    // every later packet's stamp is right for what a decoder makes of it. The odd first one is left
    // out.
    encoder->pipeline_->on_sample(
        "out", [give = std::move(give), first = true](GstSample* sample) mutable {
            if (std::exchange(first, false)) return;
            give(encoded(wire::MediaKind::Audio, sample));
        });
    if (auto played = encoder->pipeline_->play(); !played) return played.error();
    return encoder;
}

void AudioEncoder::push(std::span<const std::int16_t> frame, std::chrono::nanoseconds captured) {
    push_buffer(source_.get(), make_buffer({reinterpret_cast<const std::uint8_t*>(frame.data()),
                                            frame.size_bytes()},
                                           captured, std::chrono::milliseconds(20)));
}

}  // namespace sightline::engine
