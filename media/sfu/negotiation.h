// What the hub makes of an SDP offer: the answer, and what was agreed, as plain data. WHIP (RFC
// 9725) and WHEP offers with BUNDLE (RFC 9143), rtcp-mux (RFC 5761), DTLS-SRTP (RFC 8842); the hub
// is ICE-lite (RFC 8445 section 2.5) and always the DTLS server. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "appliance/base/result.h"
#include "media/transport/ice_credentials.h"
#include "media/wire/sdp.h"

namespace sightline::sfu {

// Our half of the transport, the same in every bundled section.
struct LocalSide {
    transport::IceCredentials credentials;
    std::string fingerprint;
    std::span<const wire::SdpCandidate> candidates;
};
struct RemoteSide {
    transport::IceCredentials credentials;
    std::string fingerprint;
};

// What both sides will do for one media section. Zero extension ids and absent payload types: not
// agreed.
struct Agreement {
    wire::MediaKind kind = wire::MediaKind::Audio;
    std::string mid;
    std::uint8_t payload_type = 0;
    std::optional<std::uint8_t> rtx_payload_type;
    bool nack = false;
    bool pli = false;
    bool fir = false;
    bool transport_feedback = false;
    std::uint8_t transport_sequence_id = 0;
    std::uint8_t mid_id = 0;
};

// One section that a publisher sends. Without a=ssrc in the offer the SSRCs are learnt by payload
// type.
struct PublishedSection : Agreement {
    std::optional<std::uint32_t> ssrc;
    std::optional<std::uint32_t> rtx_ssrc;
};
struct PublishAgreement {
    RemoteSide remote;
    std::optional<PublishedSection> audio;
    std::optional<PublishedSection> video;
    wire::Sdp answer;
};
// The first Opus and the first VP8 section are taken, all others rejected. Errors, with a text for
// the client: Malformed (ICE or DTLS parameters missing), Unsupported.
base::Result<PublishAgreement> negotiate_publish(const wire::Sdp& offer, const LocalSide& local);

// One section that the hub sends, with the SSRCs it will keep as long as the resource lives.
struct SlotSection : Agreement {
    std::uint32_t ssrc = 0;
    std::uint32_t rtx_ssrc = 0;  // 0: no RTX
};
struct SlotAgreement {  // the i-th audio and the i-th video section
    std::optional<SlotSection> audio;
    std::optional<SlotSection> video;
};
struct SubscribeAgreement {
    RemoteSide remote;
    std::vector<SlotAgreement> slots;
    wire::Sdp answer;
};
// Takes SSRCs from `next_ssrc`, which must not repeat itself; sections beyond `max_slots` are
// rejected. Errors: as above.
base::Result<SubscribeAgreement> negotiate_subscribe(
    const wire::Sdp& offer, const LocalSide& local, std::size_t max_slots,
    const std::function<std::uint32_t()>& next_ssrc);

}  // namespace sightline::sfu
