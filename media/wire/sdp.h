// The subset of SDP (RFC 8866) that WebRTC offers and answers need (RFC 9429, RFC 8839, RFC 8842,
// RFC 5576, RFC 8843): parse with bounds, write. No state. Whoever negotiates decides; this only
// reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "media/wire/media.h"
#include "media/wire/path.h"

namespace sightline::wire {

// A session description larger than this, or with more media sections, is refused.
inline constexpr std::size_t kMaxSdpBytes = 64 * 1024;
inline constexpr std::size_t kMaxMediaSections = 64;

enum class Direction : std::uint8_t { SendRecv, SendOnly, RecvOnly, Inactive };
enum class DtlsSetup : std::uint8_t { ActPass, Active, Passive };

struct SdpCodec {
    std::uint8_t payload_type = 0;
    std::string name;  // as written: "VP8", "opus", "rtx", "red"
    std::uint32_t clock_rate = 0;
    std::uint8_t channels = 1;
    std::string format;                   // a=fmtp parameters, empty: none
    std::vector<std::string> feedback;    // a=rtcp-fb values: "nack", "nack pli", "transport-cc"
    std::optional<std::uint8_t> rtx_for;  // apt= of an rtx codec
};
struct SdpExtension {
    std::uint8_t id = 0;
    std::string uri;
};
struct SdpSource {  // one a=ssrc with its cname and msid
    std::uint32_t ssrc = 0;
    std::string cname;
    std::string msid;  // "stream track"
};
struct SdpCandidate {
    std::string foundation = "1";
    Transport transport = Transport::Udp;
    std::uint32_t priority = 0;
    Endpoint address;
    std::string type = "host";
    std::string tcp_type;  // "passive" for ICE-TCP (RFC 6544), else empty
};

struct SdpMedia {
    MediaKind kind = MediaKind::Audio;
    bool rejected = false;     // port 0 and not bundle-only
    bool application = false;  // m=application (data channel): always rejected in an answer
    std::uint16_t port = 9;
    std::string protocol = "UDP/TLS/RTP/SAVPF";
    std::string mid;
    Direction direction = Direction::SendRecv;
    std::vector<SdpCodec> codecs;  // in order of preference
    std::vector<SdpExtension> extensions;
    std::string msid;  // a=msid value, "stream track"
    std::vector<SdpSource> sources;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> rtx_groups;  // FID: media SSRC, RTX SSRC
    std::vector<std::string> simulcast_send_rids;  // as the describing side sends them
    std::vector<std::string> simulcast_recv_rids;
    std::vector<SdpCandidate> candidates;
    bool rtcp_mux = false;
    bool rtcp_rsize = false;
    // ICE and DTLS parameters; at the session level in some writers, copied down here by the
    // parser.
    std::string ice_ufrag;
    std::string ice_pwd;
    std::string fingerprint_algorithm;  // "sha-256"
    std::string fingerprint;            // "AB:CD:..."
    std::optional<DtlsSetup> setup;
    bool end_of_candidates = false;
    std::optional<std::uint32_t> packet_time_ms;  // a=ptime
};
struct Sdp {
    std::uint64_t origin_id = 0;
    std::uint64_t origin_version = 2;
    bool ice_lite = false;
    std::vector<std::string> bundle;  // mids in the BUNDLE group
    std::vector<SdpMedia> media;
};

inline constexpr std::size_t kMaxCodecsPerSection = 128;
inline constexpr std::size_t kMaxSourcesPerSection = 64;
inline constexpr std::size_t kMaxCandidatesPerSection = 64;

// Candidates that could never be used (mDNS names, component 2, other transports) are left out, and
// so are codecs without a name. Errors: Malformed, TooLarge, Unsupported (a kind of media); the
// text names the line, for the answer to a WHIP request.
base::Result<Sdp> parse_sdp(std::string_view text);
std::string write_sdp(const Sdp& description);

// application/trickle-ice-sdpfrag (RFC 8840 section 9) as WHIP's PATCH carries it.
struct SdpFragment {
    std::string ice_ufrag;
    std::string ice_pwd;
    std::string mid;
    std::string fingerprint_algorithm;  // lower case; empty: the fragment says nothing of DTLS
    std::string fingerprint;            // upper case
    std::vector<SdpCandidate> candidates;
    bool end_of_candidates = false;
    bool ice_lite = false;
};
base::Result<SdpFragment> parse_sdp_fragment(std::string_view text);
std::string write_sdp_fragment(const SdpFragment& fragment);

}  // namespace sightline::wire
