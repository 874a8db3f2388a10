#include "media/rtp/stream_rewriter.h"

#include <algorithm>

#include "media/rtp/timestamp.h"

namespace sightline::rtp {

std::optional<wire::RtpHeader> StreamRewriter::rewrite(const wire::RtpHeader& in,
                                                       base::Instant now) {
    bool newest = true;
    if (!anchor_) {
        Anchor anchor{};
        anchor.in_sequence = anchor.last_in = in.sequence;
        anchor.in_timestamp = in.timestamp;
        anchor.out_sequence = config_.first_sequence;
        anchor.out_timestamp = config_.first_timestamp;
        if (last_) {
            // Time went on while the source changed; the timestamp must at least not stand still,
            // because two frames would look like one.
            const auto elapsed = ticks_of(now - last_->at, config_.clock_rate);
            anchor.out_sequence = static_cast<std::uint16_t>(last_->sequence + 1);
            anchor.out_timestamp =
                last_->timestamp + static_cast<std::uint32_t>(std::max<std::int64_t>(1, elapsed));
        }
        anchor_ = anchor;
    } else {
        const auto ahead =
            static_cast<std::int16_t>(static_cast<std::uint16_t>(in.sequence - anchor_->last_in));
        newest = ahead > 0;
        if (newest) {
            anchor_->last_in = in.sequence;
            anchor_->span =
                std::min<std::uint32_t>(anchor_->span + static_cast<std::uint32_t>(ahead), 0x10000);
        } else if (static_cast<std::uint32_t>(-ahead) > anchor_->span) {
            return std::nullopt;
        }
    }

    wire::RtpHeader out = in;
    out.ssrc = config_.ssrc;
    out.sequence =
        static_cast<std::uint16_t>(anchor_->out_sequence + (in.sequence - anchor_->in_sequence));
    out.timestamp = anchor_->out_timestamp + (in.timestamp - anchor_->in_timestamp);
    if (newest) last_ = Last{out.sequence, out.timestamp, now};
    return out;
}

std::optional<std::uint32_t> StreamRewriter::map_timestamp(std::uint32_t in) const {
    if (!anchor_) return std::nullopt;
    return anchor_->out_timestamp + (in - anchor_->in_timestamp);
}

std::optional<std::uint16_t> StreamRewriter::source_sequence(std::uint16_t out) const {
    if (!anchor_) return std::nullopt;
    const auto in =
        static_cast<std::uint16_t>(anchor_->in_sequence + (out - anchor_->out_sequence));
    const auto behind = static_cast<std::uint16_t>(anchor_->last_in - in);
    if (behind >= 0x8000 || behind > anchor_->span) return std::nullopt;
    return in;
}

void Vp8Continuity::rewrite(base::MutableBytes rtp_payload, const wire::Vp8Descriptor& descriptor) {
    const std::uint16_t in_picture = descriptor.picture_id.value_or(0);
    const std::uint8_t in_tl0 = descriptor.tl0_picture_index.value_or(0);
    if (!anchored_) {
        picture_offset_ = static_cast<std::uint16_t>(last_picture_ + 1 - in_picture);
        tl0_offset_ = static_cast<std::uint8_t>(last_tl0_ + 1 - in_tl0);
        anchored_ = true;
    }
    const auto picture = static_cast<std::uint16_t>((in_picture + picture_offset_) & 0x7FFF);
    const auto tl0 = static_cast<std::uint8_t>(in_tl0 + tl0_offset_);

    // A 7-bit id wraps earlier; how far it is ahead must be told in its own width. Less than half
    // the width ahead is newer, everything else is a packet that was overtaken.
    const unsigned mask = descriptor.long_picture_id ? 0x7FFF : 0x7F;
    const unsigned ahead = static_cast<unsigned>(picture - last_picture_) & mask;
    if (ahead <= mask / 2) {
        last_picture_ = static_cast<std::uint16_t>((last_picture_ + ahead) & 0x7FFF);
    }
    if (static_cast<std::uint8_t>(tl0 - last_tl0_) < 0x80) last_tl0_ = tl0;
    wire::rewrite_vp8(rtp_payload, descriptor, picture, tl0);
}

}  // namespace sightline::rtp
