// The SDP offers that the appliance's own peer makes, and what it takes from the hub's answer. Pure
// functions over wire::Sdp; RFC 9429, RFC 9725 section 4.2. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "appliance/base/result.h"
#include "media/transport/ice_credentials.h"
#include "media/wire/sdp.h"

namespace sightline::peer {

// Payload types and extension ids that we offer; the answer repeats or drops them.
inline constexpr std::uint8_t kOpusPayloadType = 111;
inline constexpr std::uint8_t kVp8PayloadType = 96;
inline constexpr std::uint8_t kRtxPayloadType = 97;
inline constexpr std::uint8_t kTransportSequenceId = 3;
inline constexpr char kTransportSequenceUri[] =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

// What the remote side said about the transport, the same for all bundled sections.
struct RemoteTransport {
    transport::IceCredentials credentials;
    std::string fingerprint;
    std::vector<wire::SdpCandidate> candidates;
};

struct PublishSources {
    std::uint32_t audio_ssrc = 0;
    std::uint32_t video_ssrc = 0;
    std::uint32_t rtx_ssrc = 0;
    std::string cname;
};
// One audio and one video section, send-only.
wire::Sdp publish_offer(const PublishSources& sources, const transport::IceCredentials& local,
                        const std::string& fingerprint);

// `slots` pairs of audio and video sections, receive-only: audio 0, video 0, audio 1, ...
wire::Sdp subscribe_offer(std::size_t slots, const transport::IceCredentials& local,
                          const std::string& fingerprint);

// Errors: Malformed or Unsupported, with a text that names what is missing.
base::Result<RemoteTransport> remote_transport(const wire::Sdp& answer);

// True when the answer kept the codec or the extension of this media section.
bool keeps_payload_type(const wire::SdpMedia& answer, std::uint8_t payload_type);
bool keeps_transport_sequence(const wire::SdpMedia& answer);

}  // namespace sightline::peer
