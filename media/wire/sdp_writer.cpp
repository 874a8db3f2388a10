#include <string>

#include "media/wire/sdp.h"
#include "media/wire/sdp_text.h"

namespace sightline::wire {
namespace {

// Appends "a=..." lines. CRLF ends each line (RFC 8866 section 5).
class Lines {
  public:
    template <class... Parts>
    void add(const Parts&... parts) {
        (append(parts), ...);
        text_ += "\r\n";
    }
    std::string take() { return std::move(text_); }

  private:
    void append(std::string_view part) { text_ += part; }
    void append(std::uint64_t number) { text_ += std::to_string(number); }

    std::string text_;
};

std::string_view name_of(Direction direction) {
    switch (direction) {
        case Direction::SendRecv:
            return "sendrecv";
        case Direction::SendOnly:
            return "sendonly";
        case Direction::RecvOnly:
            return "recvonly";
        case Direction::Inactive:
            return "inactive";
    }
    return "inactive";
}

std::string_view name_of(DtlsSetup setup) {
    switch (setup) {
        case DtlsSetup::ActPass:
            return "actpass";
        case DtlsSetup::Active:
            return "active";
        case DtlsSetup::Passive:
            return "passive";
    }
    return "actpass";
}

void write_media_line(Lines& out, const SdpMedia& media) {
    std::string formats;
    if (media.application) {
        formats = " webrtc-datachannel";
    } else {
        for (const auto& codec : media.codecs) formats += " " + std::to_string(codec.payload_type);
        // The grammar wants one format at least, also where the section is rejected.
        if (formats.empty()) formats = " 0";
    }
    const std::string_view kind = media.application                ? "application"
                                  : media.kind == MediaKind::Video ? "video"
                                                                   : "audio";
    const std::uint64_t port = media.rejected ? 0 : media.port;
    out.add("m=", kind, " ", port, " ", media.protocol, formats);
    out.add("c=IN IP4 0.0.0.0");
}

void write_transport(Lines& out, const SdpMedia& media) {
    for (const auto& candidate : media.candidates) out.add("a=", write_sdp_candidate(candidate));
    if (media.end_of_candidates) out.add("a=end-of-candidates");
    if (!media.ice_ufrag.empty()) out.add("a=ice-ufrag:", media.ice_ufrag);
    if (!media.ice_pwd.empty()) out.add("a=ice-pwd:", media.ice_pwd);
    if (!media.fingerprint.empty()) {
        out.add("a=fingerprint:", media.fingerprint_algorithm, " ", media.fingerprint);
    }
    if (media.setup) out.add("a=setup:", name_of(*media.setup));
}

void write_codec(Lines& out, const SdpCodec& codec) {
    const std::uint64_t payload_type = codec.payload_type;
    std::string encoding = codec.name + "/" + std::to_string(codec.clock_rate);
    if (codec.channels > 1) encoding += "/" + std::to_string(codec.channels);
    out.add("a=rtpmap:", payload_type, " ", encoding);
    for (const auto& feedback : codec.feedback) {
        out.add("a=rtcp-fb:", payload_type, " ", feedback);
    }
    if (!codec.format.empty()) out.add("a=fmtp:", payload_type, " ", codec.format);
}

void write_sources(Lines& out, const SdpMedia& media) {
    for (const auto& [primary, rtx] : media.rtx_groups) {
        out.add("a=ssrc-group:FID ", std::uint64_t{primary}, " ", std::uint64_t{rtx});
    }
    for (const auto& source : media.sources) {
        const std::uint64_t ssrc = source.ssrc;
        out.add("a=ssrc:", ssrc, " cname:", source.cname);
        if (!source.msid.empty()) out.add("a=ssrc:", ssrc, " msid:", source.msid);
    }
}

void write_simulcast(Lines& out, const SdpMedia& media) {
    std::string lists;
    const auto add = [&](std::string_view way, const std::vector<std::string>& rids) {
        if (rids.empty()) return;
        lists += (lists.empty() ? "" : " ") + std::string(way) + " ";
        for (std::size_t i = 0; i < rids.size(); ++i) {
            out.add("a=rid:", rids[i], " ", way);
            lists += (i == 0 ? "" : ";") + rids[i];
        }
    };
    add("send", media.simulcast_send_rids);
    add("recv", media.simulcast_recv_rids);
    if (!lists.empty()) out.add("a=simulcast:", lists);
}

void write_section(Lines& out, const SdpMedia& media) {
    write_media_line(out, media);
    if (media.rejected) {
        if (!media.mid.empty()) out.add("a=mid:", media.mid);
        if (!media.application) out.add("a=inactive");
        return;
    }
    write_transport(out, media);
    if (!media.mid.empty()) out.add("a=mid:", media.mid);
    if (media.application) return;
    for (const auto& extension : media.extensions) {
        out.add("a=extmap:", std::uint64_t{extension.id}, " ", extension.uri);
    }
    out.add("a=", name_of(media.direction));
    if (!media.msid.empty()) out.add("a=msid:", media.msid);
    if (media.rtcp_mux) out.add("a=rtcp-mux");
    if (media.rtcp_rsize) out.add("a=rtcp-rsize");
    if (media.packet_time_ms) out.add("a=ptime:", std::uint64_t{*media.packet_time_ms});
    for (const auto& codec : media.codecs) write_codec(out, codec);
    write_simulcast(out, media);
    write_sources(out, media);
}

}  // namespace

std::string write_sdp(const Sdp& description) {
    Lines out;
    out.add("v=0");
    out.add("o=- ", description.origin_id, " ", description.origin_version, " IN IP4 127.0.0.1");
    out.add("s=-");
    out.add("t=0 0");
    if (!description.bundle.empty()) {
        std::string mids;
        for (const auto& mid : description.bundle) mids += " " + mid;
        out.add("a=group:BUNDLE", mids);
    }
    if (description.ice_lite) out.add("a=ice-lite");
    out.add("a=msid-semantic: WMS *");
    for (const auto& media : description.media) write_section(out, media);
    return out.take();
}

std::string write_sdp_fragment(const SdpFragment& fragment) {
    Lines out;
    if (fragment.ice_lite) out.add("a=ice-lite");
    if (!fragment.ice_ufrag.empty()) out.add("a=ice-ufrag:", fragment.ice_ufrag);
    if (!fragment.ice_pwd.empty()) out.add("a=ice-pwd:", fragment.ice_pwd);
    // RFC 8840 section 9: candidates belong to a pseudo media section, which its mid identifies.
    if (!fragment.mid.empty() || !fragment.candidates.empty()) {
        out.add("m=audio 9 UDP/TLS/RTP/SAVPF 0");
        if (!fragment.mid.empty()) out.add("a=mid:", fragment.mid);
        for (const auto& candidate : fragment.candidates) {
            out.add("a=", write_sdp_candidate(candidate));
        }
    }
    if (fragment.end_of_candidates) out.add("a=end-of-candidates");
    return out.take();
}

}  // namespace sightline::wire
