#include "media/peer/offer.h"

#include <algorithm>

#include "appliance/base/random.h"

namespace sightline::peer {
namespace {

wire::SdpMedia section(wire::MediaKind kind, wire::Direction direction, std::size_t index,
                       const transport::IceCredentials& local, const std::string& fingerprint) {
    wire::SdpMedia media;
    media.kind = kind;
    media.direction = direction;
    media.mid = std::to_string(index);
    media.rtcp_mux = true;
    media.rtcp_rsize = true;
    media.ice_ufrag = local.ufrag;
    media.ice_pwd = local.password;
    media.fingerprint_algorithm = "sha-256";
    media.fingerprint = fingerprint;
    // RFC 5763 section 5 wants actpass in an offer; the hub is always the server (RFC 8842 5.3).
    media.setup = wire::DtlsSetup::ActPass;
    media.extensions.push_back({kTransportSequenceId, kTransportSequenceUri});
    if (kind == wire::MediaKind::Audio) {
        // Constant bitrate and no DTX: packet sizes must not tell the hub who speaks.
        media.codecs.push_back({kOpusPayloadType,
                                "opus",
                                wire::kAudioClockRate,
                                2,
                                "minptime=10;useinbandfec=1;usedtx=0;cbr=1",
                                {"transport-cc"},
                                std::nullopt});
    } else {
        media.codecs.push_back({kVp8PayloadType,
                                "VP8",
                                wire::kVideoClockRate,
                                1,
                                "",
                                {"nack", "nack pli", "ccm fir", "transport-cc"},
                                std::nullopt});
        media.codecs.push_back({kRtxPayloadType,
                                "rtx",
                                wire::kVideoClockRate,
                                1,
                                "apt=" + std::to_string(kVp8PayloadType),
                                {},
                                kVp8PayloadType});
    }
    return media;
}

wire::Sdp bundle(std::vector<wire::SdpMedia> sections) {
    wire::Sdp offer;
    offer.origin_id = base::random_u64() >> 1;  // RFC 9429 section 5.2.1: 63 random bits
    for (const auto& media : sections) offer.bundle.push_back(media.mid);
    offer.media = std::move(sections);
    return offer;
}

}  // namespace

wire::Sdp publish_offer(const PublishSources& sources, const transport::IceCredentials& local,
                        const std::string& fingerprint) {
    auto audio = section(wire::MediaKind::Audio, wire::Direction::SendOnly, 0, local, fingerprint);
    audio.msid = sources.cname + " audio";
    audio.sources.push_back({sources.audio_ssrc, sources.cname, audio.msid});
    auto video = section(wire::MediaKind::Video, wire::Direction::SendOnly, 1, local, fingerprint);
    video.msid = sources.cname + " video";
    video.sources.push_back({sources.video_ssrc, sources.cname, video.msid});
    video.sources.push_back({sources.rtx_ssrc, sources.cname, video.msid});
    video.rtx_groups.emplace_back(sources.video_ssrc, sources.rtx_ssrc);
    return bundle({std::move(audio), std::move(video)});
}

wire::Sdp subscribe_offer(std::size_t slots, const transport::IceCredentials& local,
                          const std::string& fingerprint) {
    std::vector<wire::SdpMedia> sections;
    for (std::size_t slot = 0; slot < slots; ++slot) {
        sections.push_back(section(wire::MediaKind::Audio, wire::Direction::RecvOnly, 2 * slot,
                                   local, fingerprint));
        sections.push_back(section(wire::MediaKind::Video, wire::Direction::RecvOnly, 2 * slot + 1,
                                   local, fingerprint));
    }
    return bundle(std::move(sections));
}

base::Result<RemoteTransport> remote_transport(const wire::Sdp& answer) {
    const auto media = std::find_if(answer.media.begin(), answer.media.end(),
                                    [](const auto& m) { return !m.rejected; });
    if (media == answer.media.end()) {
        return base::Error(base::Errc::Unsupported,
                           "The hub's answer rejects every media section.");
    }
    if (media->ice_ufrag.empty() || media->ice_pwd.empty()) {
        return base::Error(base::Errc::Malformed, "The hub's answer has no ICE credentials.");
    }
    if (media->fingerprint.empty() || media->fingerprint_algorithm != "sha-256") {
        return base::Error(base::Errc::Unsupported,
                           "The hub's answer has no SHA-256 certificate fingerprint.");
    }
    return RemoteTransport{
        {media->ice_ufrag, media->ice_pwd}, media->fingerprint, media->candidates};
}

bool keeps_payload_type(const wire::SdpMedia& answer, std::uint8_t payload_type) {
    return !answer.rejected &&
           std::any_of(answer.codecs.begin(), answer.codecs.end(),
                       [&](const auto& codec) { return codec.payload_type == payload_type; });
}

bool keeps_transport_sequence(const wire::SdpMedia& answer) {
    return std::any_of(answer.extensions.begin(), answer.extensions.end(), [](const auto& e) {
        return e.id == kTransportSequenceId && e.uri == kTransportSequenceUri;
    });
}

}  // namespace sightline::peer
