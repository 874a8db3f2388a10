// One received stream of a slot: what came, what is missing, and the frames in order. AudioStream
// and VideoStream share the counting and differ in how they repair: a lost Opus packet is
// concealed, a lost VP8 packet is asked for again, and given up for a key frame. One thread;
// sans-I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "appliance/base/time.h"
#include "media/rtp/audio_reorderer.h"
#include "media/rtp/frame_assembler.h"
#include "media/rtp/key_frame_request_throttle.h"
#include "media/rtp/nack_generator.h"
#include "media/rtp/receive_statistics.h"
#include "media/wire/media.h"
#include "media/wire/rtcp.h"
#include "media/wire/sequence_unwrapper.h"

namespace sightline::peer {

struct StreamFrame {
    bool key_frame = false;
    bool after_loss = false;
    std::int64_t timestamp = 0;  // unwrapped RTP time stamp
    base::Instant complete;
    base::ByteView data;  // valid until the next call
};

class ReceiveStream {
  public:
    std::uint32_t ssrc() const { return statistics_.ssrc(); }
    bool active() const { return statistics_.packets() > 0; }
    std::int64_t lost() const { return statistics_.lost(); }
    wire::ReportBlock report(base::Instant now) { return statistics_.report(now); }
    // The report's time stamp, unwrapped like the frames'; nullopt before the first packet.
    std::optional<std::int64_t> on_sender_report(const wire::SenderReport& report,
                                                 base::Instant now);

  protected:
    ReceiveStream(std::uint32_t ssrc, std::uint32_t clock_rate) : statistics_(ssrc, clock_rate) {}
    ~ReceiveStream() = default;

    rtp::ReceiveStatistics statistics_;
    wire::TimestampUnwrapper timestamps_;
};

class AudioStream final : public ReceiveStream {
  public:
    explicit AudioStream(std::uint32_t ssrc) : ReceiveStream(ssrc, wire::kAudioClockRate) {}

    void insert(const wire::RtpPacket& packet, base::Instant now);
    std::optional<StreamFrame> poll(base::Instant now);
    base::Instant next_deadline() const { return reorderer_.next_deadline(); }

  private:
    rtp::AudioReorderer reorderer_;
    bool after_loss_ = false;
};

class VideoStream final : public ReceiveStream {
  public:
    VideoStream(std::uint32_t ssrc, std::optional<std::uint32_t> rtx_ssrc);

    void insert(const wire::RtpPacket& packet, base::Instant now);  // direct or RTX
    std::optional<StreamFrame> poll(base::Instant now);
    base::Instant next_deadline() const;

    void set_round_trip(base::Duration rtt) { nacks_.set_round_trip(rtt); }
    // Sequence numbers to ask for again now; returns how many.
    std::size_t poll_nacks(base::Instant now, std::span<std::uint16_t> lost);
    void request_key_frame() { key_frames_.request(); }
    bool poll_key_frame_request(base::Instant now) { return key_frames_.poll(now); }

  private:
    std::optional<std::uint32_t> rtx_ssrc_;
    rtp::FrameAssembler assembler_;
    rtp::NackGenerator nacks_;
    rtp::KeyFrameRequestThrottle key_frames_;
    std::uint64_t gaps_seen_ = 0;
};

}  // namespace sightline::peer
