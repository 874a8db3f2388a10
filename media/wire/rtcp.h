// RTCP compound packets: SR, RR, SDES, BYE, APP (RFC 3550 section 6), generic NACK, PLI (RFC 4585),
// FIR (RFC 5104), transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01),
// REMB. Parse in place with a visitor-free cursor, write into a buffer. No state.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "appliance/base/bytes.h"
#include "appliance/base/result.h"

namespace sightline::wire {

struct ReportBlock {
    std::uint32_t ssrc = 0;
    std::uint8_t fraction_lost = 0;    // of 256
    std::int32_t cumulative_lost = 0;  // 24-bit signed
    std::uint32_t highest_sequence = 0;
    std::uint32_t jitter = 0;               // in time stamp units
    std::uint32_t last_sr = 0;              // middle 32 bits of the SR's NTP time
    std::uint32_t delay_since_last_sr = 0;  // 1/65536 s
};
inline constexpr std::size_t kMaxReportBlocks = 31;

struct SenderReport {
    std::uint32_t ssrc = 0;
    std::uint64_t ntp = 0;  // 32.32 fixed point, seconds since 1900
    std::uint32_t rtp_timestamp = 0;
    std::uint32_t packets = 0;
    std::uint32_t octets = 0;
    base::ByteView blocks;  // whole 24-byte blocks; see block_at
};
struct ReceiverReport {
    std::uint32_t ssrc = 0;
    base::ByteView blocks;
};
ReportBlock block_at(base::ByteView blocks, std::size_t index);

struct Sdes {  // first chunk's CNAME
    std::uint32_t ssrc = 0;
    std::string_view cname;
};
struct Bye {
    std::uint32_t ssrc = 0;
};
// Four ASCII characters that say what an APP packet is about, as one number.
constexpr std::uint32_t app_name(const char (&name)[5]) {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(name[i]);
    return value;
}
struct App {  // application-defined, RFC 3550 section 6.7
    std::uint8_t subtype = 0;
    std::uint32_t ssrc = 0;
    std::uint32_t name = 0;  // see app_name
    base::ByteView data;     // whole 4-byte words
};
struct Nack {
    std::uint32_t sender_ssrc = 0;
    std::uint32_t media_ssrc = 0;
    base::ByteView items;  // whole 4-byte PID+BLP items
    // Calls f(std::uint16_t sequence) for every lost packet named.
    template <class F>
    void each(F f) const {
        for (std::size_t i = 0; i + 4 <= items.size(); i += 4) {
            const std::uint16_t pid = base::load16(&items[i]);
            const std::uint16_t blp = base::load16(&items[i + 2]);
            f(pid);
            for (int bit = 0; bit < 16; ++bit) {
                if (blp & (1 << bit)) f(static_cast<std::uint16_t>(pid + bit + 1));
            }
        }
    }
};
struct Pli {
    std::uint32_t sender_ssrc = 0;
    std::uint32_t media_ssrc = 0;
};
struct Fir {  // first entry
    std::uint32_t sender_ssrc = 0;
    std::uint32_t media_ssrc = 0;
    std::uint8_t sequence = 0;
};
struct Remb {
    std::uint32_t sender_ssrc = 0;
    std::uint64_t bits_per_second = 0;
};
struct TransportFeedback {  // see media/congestion for reading and writing its content
    std::uint32_t sender_ssrc = 0;
    std::uint32_t media_ssrc = 0;
    base::ByteView body;  // from the base sequence number on
};
struct UnknownRtcp {
    std::uint8_t type = 0;
};
using RtcpItem = std::variant<SenderReport, ReceiverReport, Sdes, Bye, App, Nack, Pli, Fir, Remb,
                              TransportFeedback, UnknownRtcp>;

// Walks a compound packet:  RtcpCursor c(bytes); while (auto item = c.next()) ...; if (!c.ok())
// count.
class RtcpCursor {
  public:
    explicit RtcpCursor(base::ByteView compound) : rest_(compound) {}
    std::optional<RtcpItem> next();  // nullopt: at the end, or malformed
    bool ok() const { return ok_; }

  private:
    base::ByteView rest_;
    bool ok_ = true;
};

// Each appends one RTCP packet to the writer; the writer's ok() tells whether it fitted.
void write_sender_report(base::ByteWriter& out, const SenderReport& report,
                         std::span<const ReportBlock> blocks);
void write_receiver_report(base::ByteWriter& out, std::uint32_t ssrc,
                           std::span<const ReportBlock> blocks);
void write_sdes_cname(base::ByteWriter& out, std::uint32_t ssrc, std::string_view cname);
void write_bye(base::ByteWriter& out, std::uint32_t ssrc);
// The data is whole 4-byte words, the subtype below 32.
void write_app(base::ByteWriter& out, const App& app);
// `sequences` ascending in RTP order; packs them into as few PID+BLP items as possible.
void write_nack(base::ByteWriter& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc,
                std::span<const std::uint16_t> sequences);
void write_pli(base::ByteWriter& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc);
void write_fir(base::ByteWriter& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc,
               std::uint8_t sequence);
// `body` from the base sequence number on, padded to 4 bytes by the caller (media/congestion makes
// it).
void write_transport_feedback(base::ByteWriter& out, std::uint32_t sender_ssrc,
                              std::uint32_t media_ssrc, base::ByteView body);

// NTP 32.32 time of a Unix time in nanoseconds (RFC 3550 section 4), and back.
std::uint64_t ntp_from_unix(std::chrono::nanoseconds since_epoch);
std::chrono::nanoseconds unix_from_ntp(std::uint64_t ntp);

}  // namespace sightline::wire
