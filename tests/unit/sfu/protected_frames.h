// Frames as a sender protects them, in the RTP packets of a peer, for a room whose grant asks for
// protection.
#pragma once

#include "appliance/base/key_number.h"
#include "media/rtp/rtx.h"
#include "media/rtp/vp8_packetizer.h"
#include "media/sframe/frame.h"
#include "tests/unit/sfu/room_of_peers.h"

namespace sightline::sfu::test {

inline constexpr std::uint64_t kEpoch = 7 << 16 | 3;
inline constexpr std::uint8_t kSlot = 5;

// One sender's, with one key for everything: what the hub looks at is the number.
class ProtectedFrames {
  public:
    // `size` bytes before protection; under the key of this number, or clear.
    base::Bytes frame(wire::MediaKind kind, bool key_frame, std::size_t size,
                      std::optional<base::KeyNumber> number) {
        base::Bytes bytes(size, 0x55);
        if (kind == wire::MediaKind::Video) bytes[0] = key_frame ? 0x10 : 0x11;
        if (!number) return bytes;
        sframe::FrameCipher cipher(sframe::kSuite, number->kid(), base_key_);
        bytes.resize(size + sframe::kMaxOverhead);
        bytes.resize(sframe::protect(cipher, counter_++, kind, bytes, size));
        return bytes;
    }
    // RTP payloads of a video frame, none longer than `max_payload`.
    std::vector<base::Bytes> video(bool key_frame, std::size_t size,
                                   std::optional<base::KeyNumber> number,
                                   std::size_t max_payload = 1100) {
        const auto bytes = frame(wire::MediaKind::Video, key_frame, size, number);
        std::vector<base::Bytes> payloads;
        packetizer_.start(bytes, max_payload);
        base::Bytes buffer(max_payload);
        while (const auto payload = packetizer_.next(buffer)) {
            payloads.emplace_back(buffer.begin(),
                                  buffer.begin() + static_cast<std::ptrdiff_t>(payload->size));
        }
        return payloads;
    }

  private:
    const base::Secret base_key_{base::ByteView(base::Bytes(32, 3))};
    std::uint64_t counter_ = 1;
    rtp::Vp8Packetizer packetizer_{1};
};

class ProtectedRoom : public RoomOfPeers {
  protected:
    ProtectedRoom() { require(kEpoch); }

    // Everybody's media to everybody, protected: in slot kSlot for the applicant, others beside it.
    void require(std::uint64_t first_epoch) {
        auto flows = everybody();
        for (std::size_t i = 0; i < flows.size(); ++i) {
            const auto slot = static_cast<std::uint8_t>((kSlot + i) % base::KeyNumber::kSlots);
            flows[i].protection = Protection{first_epoch, slot};
        }
        sfu->set_grant(session, std::move(flows), base::kNever, now);
        deliver();
    }
    static base::KeyNumber audio_number(std::uint64_t epoch = kEpoch, std::uint8_t slot = kSlot) {
        return {epoch, slot, false};
    }
    static base::KeyNumber video_number(std::uint64_t epoch = kEpoch, std::uint8_t slot = kSlot) {
        return {epoch, slot, true};
    }
    void send_sound(Peer& from, std::uint16_t sequence, std::optional<base::KeyNumber> number) {
        from.send_rtp({false, kOpus, sequence, 960u * sequence, 100},
                      frames.frame(wire::MediaKind::Audio, true, 80, number));
        deliver();
    }
    // The sequence of the next packet after it.
    std::uint16_t send_picture(Peer& from, std::uint16_t sequence, bool key_frame, std::size_t size,
                               std::optional<base::KeyNumber> number) {
        const auto payloads = frames.video(key_frame, size, number);
        const std::uint32_t timestamp = 3000u * sequence;
        for (std::size_t i = 0; i < payloads.size(); ++i) {
            const bool last = i + 1 == payloads.size();
            from.send_rtp({last, kVp8, sequence++, timestamp, 101}, payloads[i]);
            deliver();
        }
        return sequence;
    }

    ProtectedFrames frames;
};

}  // namespace sightline::sfu::test
