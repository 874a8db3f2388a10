#include "media/engine/slot_decoder.h"

#include <gst/video/video.h>

#include <algorithm>

namespace sightline::engine {

namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds kPacket = std::chrono::milliseconds(20);
// Concealment beyond this would only stretch one vowel.
constexpr std::int64_t kMaxConcealed = 5;
// Loudness is averaged over about 300 ms: thirty blocks of the mixer.
constexpr double kLevelWeight = 1.0 / 30;

}  // namespace

bool SlotDecoder::open_video() {
    auto made = Pipeline::parse(
        "appsrc name=in is-live=true format=time block=false max-buffers=60 leaky-type=downstream "
        "caps=\"video/x-vp8\" ! vp8dec threads=1 ! video/x-raw,format=I420 "
        "! appsink name=out sync=false max-buffers=8");
    if (!made) return false;
    video_ = std::move(made.value());
    video_in_ = video_->element("in");
    video_->on_sample("out",
                      [this](GstSample* sample) { on_picture(SamplePtr(gst_sample_ref(sample))); });
    if (video_->play()) return true;
    video_.reset();
    return false;
}

bool SlotDecoder::open_audio() {
    auto made = Pipeline::parse(
        "appsrc name=in is-live=true format=time block=false max-buffers=100 leaky-type=downstream "
        "caps=\"audio/x-opus,rate=48000,channels=1,channel-mapping-family=0,stream-count=1,"
        "coupled-count=0\" ! opusdec plc=true use-inband-fec=true "
        "! audio/x-raw,format=S16LE,rate=48000,channels=1 "
        "! appsink name=out sync=false max-buffers=100");
    if (!made) return false;
    audio_ = std::move(made.value());
    audio_in_ = audio_->element("in");
    audio_->on_sample("out", [this](GstSample* sample) { on_sound(sample); });
    if (audio_->play()) return true;
    audio_.reset();
    return false;
}

void SlotDecoder::push(PlayoutFrame frame) {
    if (frame.data.empty()) return;
    if (frame.kind == wire::MediaKind::Video) {
        push_video(std::move(frame));
    } else {
        push_audio(std::move(frame));
    }
}

void SlotDecoder::push_video(PlayoutFrame frame) {
    if (video_ && video_->take_error()) {
        video_.reset();
        wants_key_frame_ = true;
    }
    // A delta frame on top of a missing one shows a broken face: better the last whole one.
    if (frame.discontinuity) wants_key_frame_ = true;
    if (frame.key_frame) wants_key_frame_ = false;
    {
        std::lock_guard lock(mutex_);
        stats_.needs_key_frame = wants_key_frame_;
    }
    if (wants_key_frame_ || (!video_ && !open_video())) return;
    push_buffer(video_in_.get(), make_buffer(frame.data, frame.render_at.time_since_epoch()));
}

void SlotDecoder::push_audio(PlayoutFrame frame) {
    if (audio_ && audio_->take_error()) {
        audio_.reset();
        last_audio_.reset();
    }
    if (!audio_ && !open_audio()) return;
    const nanoseconds at = frame.render_at.time_since_epoch();
    if (last_audio_ && frame.discontinuity) {
        // Tell the decoder how much is missing, so that it conceals it or takes it from the next
        // packet's redundancy.
        const auto missing = (at - *last_audio_ + kPacket / 2) / kPacket - 1;
        if (missing > 0 && missing <= kMaxConcealed) {
            for (std::int64_t i = 1; i <= missing; ++i) {
                gst_element_send_event(
                    audio_in_.get(), gst_event_new_gap(static_cast<GstClockTime>(
                                                           (*last_audio_ + i * kPacket).count()),
                                                       static_cast<GstClockTime>(kPacket.count())));
            }
        }
    }
    BufferPtr buffer = make_buffer(frame.data, at, kPacket);
    if (frame.discontinuity) GST_BUFFER_FLAG_SET(buffer.get(), GST_BUFFER_FLAG_DISCONT);
    push_buffer(audio_in_.get(), std::move(buffer));
    last_audio_ = at;
}

void SlotDecoder::on_picture(SamplePtr sample) {
    const nanoseconds at(
        static_cast<std::int64_t>(GST_BUFFER_PTS(gst_sample_get_buffer(sample.get()))));
    GstVideoInfo info;
    const bool known = gst_video_info_from_caps(&info, gst_sample_get_caps(sample.get())) != FALSE;
    std::lock_guard lock(mutex_);
    ++stats_.frames_decoded;
    last_picture_ = base::Clock::now();
    if (known) {
        stats_.width = info.width;
        stats_.height = info.height;
    }
    if (at <= shown_until_) ++stats_.late;
    // In the order they are due; stamps that run backwards mean that the mapping to our clock
    // moved.
    while (!pictures_.empty() && pictures_.back().at >= at) pictures_.pop_back();
    pictures_.push_back({at, std::move(sample)});
    if (pictures_.size() > kMaxPictures) pictures_.pop_front();
}

void SlotDecoder::on_sound(GstSample* sample) {
    GstBuffer* buffer = gst_sample_get_buffer(sample);
    if (!GST_BUFFER_PTS_IS_VALID(buffer)) return;
    const nanoseconds at(static_cast<std::int64_t>(GST_BUFFER_PTS(buffer)));
    const MappedBuffer mapped(buffer);
    const auto bytes = mapped.bytes();
    std::lock_guard lock(mutex_);
    ++stats_.audio_decoded;
    const std::span samples(reinterpret_cast<const std::int16_t*>(bytes.data()), bytes.size() / 2);
    if (!voice_.write(sample_at(at), samples)) ++stats_.late;
}

GstSample* SlotDecoder::next_picture(nanoseconds time) {
    std::lock_guard lock(mutex_);
    shown_until_ = time;
    while (!pictures_.empty() && pictures_.front().at <= time) {
        shown_ = std::move(pictures_.front().sample);
        pictures_.pop_front();
    }
    return shown_.get();
}

std::optional<base::Duration> SlotDecoder::picture_age(base::Instant now) const {
    std::lock_guard lock(mutex_);
    if (!last_picture_) return std::nullopt;
    return now - *last_picture_;
}

void SlotDecoder::mix(std::int64_t index, std::span<std::int16_t> out) {
    std::lock_guard lock(mutex_);
    voice_.read(index, out);
    double sum = 0;
    for (const auto sample : out) sum += static_cast<double>(sample) * sample;
    const double now = sum / static_cast<double>(out.size()) / (32768.0 * 32768.0);
    mean_square_ += (now - mean_square_) * kLevelWeight;
    stats_.audio_level_dbfs = level_dbfs(mean_square_);
}

SlotStats SlotDecoder::stats(base::Instant now) const {
    std::lock_guard lock(mutex_);
    SlotStats out = stats_;
    if (last_picture_) out.last_frame_age = now - *last_picture_;
    return out;
}

}  // namespace sightline::engine
