#include "media/sfu/negotiation.h"

#include <algorithm>

#include "appliance/base/random.h"

namespace sightline::sfu {
namespace {

using base::Errc;
using base::Error;
using wire::Direction;
using wire::MediaKind;
using wire::SdpMedia;

constexpr std::string_view kTransportSequenceUri =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
constexpr std::string_view kMidUri = "urn:ietf:params:rtp-hdrext:sdes:mid";

// Constant bitrate and no discontinuous transmission: the sizes of encrypted packets must not tell
// who speaks and when. In-band FEC carries speech over single losses.
constexpr char kOpusFormat[] = "minptime=10;useinbandfec=1;usedtx=0;cbr=1";

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

const wire::SdpCodec* media_codec(const SdpMedia& offered) {
    const bool audio = offered.kind == MediaKind::Audio;
    const auto found = std::find_if(
        offered.codecs.begin(), offered.codecs.end(), [&](const wire::SdpCodec& codec) {
            return audio
                       ? same_name(codec.name, "opus") &&
                             codec.clock_rate == wire::kAudioClockRate && codec.channels == 2
                       : same_name(codec.name, "VP8") && codec.clock_rate == wire::kVideoClockRate;
        });
    return found == offered.codecs.end() ? nullptr : &*found;
}

const wire::SdpCodec* rtx_codec(const SdpMedia& offered, std::uint8_t payload_type) {
    const auto found =
        std::find_if(offered.codecs.begin(), offered.codecs.end(), [&](const wire::SdpCodec& c) {
            return same_name(c.name, "rtx") && c.rtx_for == payload_type;
        });
    return found == offered.codecs.end() ? nullptr : &*found;
}

std::uint8_t extension_id(const SdpMedia& offered, std::string_view uri) {
    for (const auto& extension : offered.extensions) {
        // Ids above 14 need the two-byte form, which we do not write.
        if (extension.uri == uri && extension.id >= 1 && extension.id <= 14) return extension.id;
    }
    return 0;
}

bool bundled(const wire::Sdp& offer, const SdpMedia& media) {
    return std::find(offer.bundle.begin(), offer.bundle.end(), media.mid) != offer.bundle.end();
}

// Why a section that we would take cannot be taken; the whole offer is refused with this text,
// because a client that omits these will not do better with half of its media.
base::Result<void> check_section(const wire::Sdp& offer, const SdpMedia& media, bool only_one) {
    if (media.protocol.find("SAVPF") == std::string::npos) {
        return Error(Errc::Unsupported, "Media section '" + media.mid + "' is " + media.protocol +
                                            "; offer UDP/TLS/RTP/SAVPF (DTLS-SRTP).");
    }
    if (!media.rtcp_mux) {
        return Error(Errc::Unsupported,
                     "Media section '" + media.mid + "' has no a=rtcp-mux; offer it.");
    }
    if (!only_one && !bundled(offer, media)) {
        return Error(Errc::Unsupported, "Media section '" + media.mid +
                                            "' is not in a BUNDLE group; offer max-bundle.");
    }
    return {};
}

base::Result<RemoteSide> remote_side(const SdpMedia& media) {
    if (media.ice_ufrag.empty() || media.ice_pwd.empty()) {
        return Error(Errc::Malformed, "The offer has no a=ice-ufrag and a=ice-pwd.");
    }
    if (media.fingerprint.empty()) {
        return Error(Errc::Malformed, "The offer has no a=fingerprint.");
    }
    if (!same_name(media.fingerprint_algorithm, "sha-256")) {
        return Error(Errc::Unsupported, "The offer's fingerprint is " +
                                            media.fingerprint_algorithm + "; offer sha-256.");
    }
    if (media.setup == wire::DtlsSetup::Passive) {
        return Error(Errc::Unsupported,
                     "The offer says a=setup:passive, but the hub is always the DTLS server; offer "
                     "actpass or active.");
    }
    return RemoteSide{{media.ice_ufrag, media.ice_pwd}, media.fingerprint};
}

SdpMedia reject(const SdpMedia& offered) {
    SdpMedia answer;
    answer.kind = offered.kind;
    answer.application = offered.application;
    answer.rejected = true;
    answer.port = 0;
    answer.protocol = offered.protocol;
    answer.mid = offered.mid;
    answer.direction = Direction::Inactive;
    // RFC 3264 section 6: a rejected section still lists at least one format.
    if (!offered.codecs.empty()) {
        const auto& first = offered.codecs.front();
        answer.codecs.push_back({first.payload_type,
                                 first.name,
                                 first.clock_rate,
                                 first.channels,
                                 "",
                                 {},
                                 std::nullopt});
    }
    return answer;
}

// Fills `agreed` and returns the answer section that says the same.
SdpMedia accept(const SdpMedia& offered, Direction direction, const LocalSide& local,
                Agreement& agreed) {
    const wire::SdpCodec& codec = *media_codec(offered);
    const wire::SdpCodec* rtx = rtx_codec(offered, codec.payload_type);
    const auto offers = [&](std::string_view feedback) {
        return std::find(codec.feedback.begin(), codec.feedback.end(), feedback) !=
               codec.feedback.end();
    };
    agreed.kind = offered.kind;
    agreed.mid = offered.mid;
    agreed.payload_type = codec.payload_type;
    agreed.nack = offers("nack");
    // RTX answers NACKs; without them it has no use.
    if (rtx && agreed.nack) agreed.rtx_payload_type = rtx->payload_type;
    // Without RTX we could only send a packet again under its own number, with other extensions:
    // the same AES-GCM nonce for two messages, which gives the authentication key away (RFC 7714
    // section 16.1). So a subscriber without RTX is told that it gets no retransmissions.
    if (direction == Direction::SendOnly && !agreed.rtx_payload_type) agreed.nack = false;
    agreed.pli = offered.kind == MediaKind::Video && offers("nack pli");
    agreed.fir = offered.kind == MediaKind::Video && offers("ccm fir");
    agreed.transport_sequence_id = extension_id(offered, kTransportSequenceUri);
    // Feedback needs the sequence numbers; either alone is of no use.
    agreed.transport_feedback = offers("transport-cc") && agreed.transport_sequence_id != 0;
    if (!agreed.transport_feedback) agreed.transport_sequence_id = 0;
    agreed.mid_id = extension_id(offered, kMidUri);

    SdpMedia answer;
    answer.kind = offered.kind;
    answer.protocol = offered.protocol;
    answer.mid = offered.mid;
    answer.direction = direction;
    answer.rtcp_mux = true;
    answer.rtcp_rsize = offered.rtcp_rsize;
    answer.ice_ufrag = local.credentials.ufrag;
    answer.ice_pwd = local.credentials.password;
    answer.fingerprint_algorithm = "sha-256";
    answer.fingerprint = local.fingerprint;
    answer.setup = wire::DtlsSetup::Passive;
    std::vector<std::string> feedback;
    if (agreed.nack) feedback.push_back("nack");
    if (agreed.pli) feedback.push_back("nack pli");
    if (agreed.fir) feedback.push_back("ccm fir");
    if (agreed.transport_feedback) feedback.push_back("transport-cc");
    answer.codecs.push_back({codec.payload_type, codec.name, codec.clock_rate, codec.channels,
                             offered.kind == MediaKind::Audio ? kOpusFormat : "",
                             std::move(feedback), std::nullopt});
    if (agreed.rtx_payload_type) {
        answer.codecs.push_back({*agreed.rtx_payload_type,
                                 "rtx",
                                 rtx->clock_rate,
                                 rtx->channels,
                                 "apt=" + std::to_string(codec.payload_type),
                                 {},
                                 codec.payload_type});
    }
    if (agreed.mid_id != 0) answer.extensions.push_back({agreed.mid_id, std::string(kMidUri)});
    if (agreed.transport_sequence_id != 0) {
        answer.extensions.push_back(
            {agreed.transport_sequence_id, std::string(kTransportSequenceUri)});
    }
    return answer;
}

// Candidates stand in the first accepted section only: the others are bundled with it.
void finish(wire::Sdp& answer, const LocalSide& local) {
    answer.origin_id = base::random_u64() >> 1;
    answer.ice_lite = true;
    for (auto& media : answer.media) {
        if (media.rejected) continue;
        if (answer.bundle.empty()) {
            media.candidates.assign(local.candidates.begin(), local.candidates.end());
            media.end_of_candidates = true;
        }
        answer.bundle.push_back(media.mid);
    }
}

bool can_take(const SdpMedia& media, Direction one_way) {
    return !media.rejected && !media.application && media_codec(media) != nullptr &&
           (media.direction == one_way || media.direction == Direction::SendRecv);
}

std::size_t live_sections(const wire::Sdp& offer) {
    return static_cast<std::size_t>(std::count_if(offer.media.begin(), offer.media.end(),
                                                  [](const SdpMedia& m) { return !m.rejected; }));
}

void read_sources(const SdpMedia& offered, PublishedSection& section) {
    if (!offered.rtx_groups.empty()) {
        section.ssrc = offered.rtx_groups.front().first;
        if (section.rtx_payload_type) section.rtx_ssrc = offered.rtx_groups.front().second;
    } else if (!offered.sources.empty()) {
        section.ssrc = offered.sources.front().ssrc;
    }
}

}  // namespace

base::Result<PublishAgreement> negotiate_publish(const wire::Sdp& offer, const LocalSide& local) {
    PublishAgreement result;
    const bool only_one = live_sections(offer) == 1;
    for (const SdpMedia& media : offer.media) {
        auto& place = media.kind == MediaKind::Audio ? result.audio : result.video;
        if (!can_take(media, Direction::SendOnly) || place) {
            result.answer.media.push_back(reject(media));
            continue;
        }
        if (auto checked = check_section(offer, media, only_one); !checked) return checked.error();
        if (result.remote.fingerprint.empty()) {
            auto remote = remote_side(media);
            if (!remote) return remote.error();
            result.remote = *std::move(remote);
        }
        place.emplace();
        result.answer.media.push_back(accept(media, Direction::RecvOnly, local, *place));
        read_sources(media, *place);
    }
    if (!result.audio && !result.video) {
        return Error(Errc::Unsupported,
                     "Nothing in the offer can be published; offer opus/48000/2 or VP8/90000 in a "
                     "sendonly section.");
    }
    finish(result.answer, local);
    return result;
}

base::Result<SubscribeAgreement> negotiate_subscribe(
    const wire::Sdp& offer, const LocalSide& local, std::size_t max_slots,
    const std::function<std::uint32_t()>& next_ssrc) {
    SubscribeAgreement result;
    const bool only_one = live_sections(offer) == 1;
    std::size_t audio_count = 0;
    std::size_t video_count = 0;
    for (const SdpMedia& media : offer.media) {
        const bool audio = media.kind == MediaKind::Audio;
        auto& index = audio ? audio_count : video_count;
        if (!can_take(media, Direction::RecvOnly) || index == max_slots) {
            result.answer.media.push_back(reject(media));
            continue;
        }
        if (auto checked = check_section(offer, media, only_one); !checked) return checked.error();
        if (result.remote.fingerprint.empty()) {
            auto remote = remote_side(media);
            if (!remote) return remote.error();
            result.remote = *std::move(remote);
        }
        const std::string slot = "slot-" + std::to_string(index);
        if (result.slots.size() <= index) result.slots.resize(index + 1);
        auto& section = (audio ? result.slots[index].audio : result.slots[index].video).emplace();
        SdpMedia answer = accept(media, Direction::SendOnly, local, section);
        // Audio and video of a slot are one stream with one CNAME, so that a browser plays them in
        // sync.
        answer.msid = slot + " " + slot + (audio ? "-audio" : "-video");
        section.ssrc = next_ssrc();
        answer.sources.push_back({section.ssrc, slot, answer.msid});
        if (section.rtx_payload_type) {
            section.rtx_ssrc = next_ssrc();
            answer.sources.push_back({section.rtx_ssrc, slot, answer.msid});
            answer.rtx_groups.emplace_back(section.ssrc, section.rtx_ssrc);
        }
        result.answer.media.push_back(std::move(answer));
        ++index;
    }
    if (result.slots.empty()) {
        return Error(Errc::Unsupported,
                     "Nothing in the offer can be received; offer recvonly sections with "
                     "opus/48000/2 or VP8/90000.");
    }
    finish(result.answer, local);
    return result;
}

}  // namespace sightline::sfu
