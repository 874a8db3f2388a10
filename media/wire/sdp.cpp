#include "media/wire/sdp.h"

#include <algorithm>
#include <array>

#include "media/wire/sdp_text.h"

namespace sightline::wire {
namespace {

constexpr std::size_t kMaxExtensions = 64;
constexpr std::size_t kMaxFeedback = 16;
constexpr std::size_t kMaxFeedbackText = 64;
constexpr std::size_t kMaxRids = 16;
constexpr std::size_t kMaxAttributeText = 1024;  // of one value that is kept
constexpr std::string_view kEncryptedExtension = "urn:ietf:params:rtp-hdrext:encrypt";

struct StaticCodec {
    std::uint8_t payload_type;
    std::string_view name;
    std::uint32_t clock_rate;
};
// RFC 3551 section 6: the static types that may come without a=rtpmap.
constexpr std::array<StaticCodec, 3> kStaticCodecs = {
    {{0, "PCMU", 8000}, {8, "PCMA", 8000}, {9, "G722", 8000}}};

std::optional<Direction> direction_of(std::string_view attribute) {
    if (attribute == "sendrecv") return Direction::SendRecv;
    if (attribute == "sendonly") return Direction::SendOnly;
    if (attribute == "recvonly") return Direction::RecvOnly;
    if (attribute == "inactive") return Direction::Inactive;
    return std::nullopt;
}

// The apt= parameter of an rtx codec (RFC 4588 section 8.1).
std::optional<std::uint8_t> apt_of(std::string_view format) {
    while (!format.empty()) {
        auto parameter = format.substr(0, format.find(';'));
        format.remove_prefix(std::min(format.size(), parameter.size() + 1));
        parameter = SdpWords(parameter).next();
        if (parameter.starts_with("apt=")) return sdp_number<std::uint8_t>(parameter.substr(4));
    }
    return std::nullopt;
}

// Reads one description. What stands at the session level is kept in `session_` and copied to each
// section at the end, where the section says nothing of its own.
class SdpParser {
  public:
    base::Result<Sdp> parse(std::string_view text);

  private:
    // What was wrong with a line; nullopt: nothing.
    using Problem = std::optional<base::Error>;

    Problem take(const SdpLine& line);
    Problem take_origin(const SdpLine& line);
    Problem take_media(const SdpLine& line);
    Problem take_session_attribute(const SdpLine& line);
    Problem take_attribute(const SdpLine& line, SdpMedia& media);
    Problem take_codec_attribute(const SdpLine& line, SdpMedia& media);
    Problem take_extension(const SdpLine& line, SdpMedia& media);
    Problem take_source(const SdpLine& line, SdpMedia& media);
    Problem take_simulcast(const SdpLine& line, SdpMedia& media);
    Problem take_fingerprint(const SdpLine& line, SdpMedia& media);
    void take_feedback(SdpMedia& media, std::string_view payload_type, std::string_view value);
    void finish_section(SdpMedia& media);

    Sdp sdp_;
    SdpMedia session_;
    std::optional<Direction> session_direction_;
    bool has_direction_ = false;  // of the section being read
    bool bundle_only_ = false;
    bool has_version_ = false;
};

base::Result<Sdp> SdpParser::parse(std::string_view text) {
    if (text.size() > kMaxSdpBytes) {
        return base::Error{base::Errc::TooLarge, "the SDP is larger than 64 KiB"};
    }
    SdpLines lines(text);
    for (;;) {
        auto line = lines.next();
        if (!line) return line.error();
        if (!*line) break;
        if (auto problem = take(**line)) return *std::move(problem);
    }
    if (!has_version_) return base::Error{base::Errc::Malformed, "the SDP does not begin with v=0"};
    if (!sdp_.media.empty()) finish_section(sdp_.media.back());
    return std::move(sdp_);
}

SdpParser::Problem SdpParser::take(const SdpLine& line) {
    if (!has_version_) {
        if (line.type != 'v' || line.value != "0") {
            return sdp_error(base::Errc::Malformed, line, "the description must begin with v=0");
        }
        has_version_ = true;
        return std::nullopt;
    }
    if (line.value.size() > kMaxAttributeText && line.type != 'm' && line.attribute != "group") {
        return sdp_error(base::Errc::TooLarge, line, "longer than 1024 characters");
    }
    if (line.type == 'o') return take_origin(line);
    if (line.type == 'm') return take_media(line);
    if (line.type != 'a') return std::nullopt;
    return sdp_.media.empty() ? take_session_attribute(line)
                              : take_attribute(line, sdp_.media.back());
}

SdpParser::Problem SdpParser::take_origin(const SdpLine& line) {
    SdpWords words(line.value);
    words.next();
    const auto id = sdp_number<std::uint64_t>(words.next());
    const auto version = sdp_number<std::uint64_t>(words.next());
    if (!id || !version) {
        return sdp_error(base::Errc::Malformed, line, "o= has no numeric id and version");
    }
    sdp_.origin_id = *id;
    sdp_.origin_version = *version;
    return std::nullopt;
}

SdpParser::Problem SdpParser::take_media(const SdpLine& line) {
    if (!sdp_.media.empty()) finish_section(sdp_.media.back());
    if (sdp_.media.size() == kMaxMediaSections) {
        return sdp_error(base::Errc::TooLarge, line, "more than 64 media sections");
    }
    SdpWords words(line.value);
    const auto kind = words.next();
    auto port_text = words.next();
    port_text = port_text.substr(0, port_text.find('/'));
    const auto port = sdp_number<std::uint16_t>(port_text);
    const auto protocol = words.next();
    if (!port || protocol.empty() || protocol.size() > 64) {
        return sdp_error(base::Errc::Malformed, line, "m= has no port or protocol");
    }

    SdpMedia media;
    media.port = *port;
    media.protocol = protocol;
    media.application = kind == "application";
    media.kind = kind == "video" ? MediaKind::Video : MediaKind::Audio;
    if (kind != "audio" && kind != "video" && !media.application) {
        return sdp_error(base::Errc::Unsupported, line,
                         "only audio, video and application sections can be answered");
    }
    if (!media.application) {
        for (auto word = words.next(); !word.empty(); word = words.next()) {
            const auto payload_type = sdp_number<std::uint8_t>(word);
            if (!payload_type || *payload_type > 127) {
                return sdp_error(base::Errc::Malformed, line, "m= has a wrong payload type");
            }
            if (media.codecs.size() == kMaxCodecsPerSection) {
                return sdp_error(base::Errc::TooLarge, line, "more than 128 payload types");
            }
            SdpCodec codec;
            codec.payload_type = *payload_type;
            media.codecs.push_back(std::move(codec));
        }
    }
    sdp_.media.push_back(std::move(media));
    has_direction_ = false;
    bundle_only_ = false;
    return std::nullopt;
}

SdpParser::Problem SdpParser::take_session_attribute(const SdpLine& line) {
    if (line.attribute == "group") {
        SdpWords words(line.attribute_value);
        if (words.next() != "BUNDLE") return std::nullopt;
        sdp_.bundle.clear();
        for (auto mid = words.next(); !mid.empty(); mid = words.next()) {
            if (sdp_.bundle.size() == kMaxMediaSections) {
                return sdp_error(base::Errc::TooLarge, line, "more than 64 bundled sections");
            }
            sdp_.bundle.emplace_back(mid);
        }
        return std::nullopt;
    }
    if (line.attribute == "ice-lite") {
        sdp_.ice_lite = true;
        return std::nullopt;
    }
    if (const auto direction = direction_of(line.attribute)) {
        session_direction_ = direction;
        return std::nullopt;
    }
    // Only these may stand at the session level; the rest there is somebody else's business.
    static constexpr std::array<std::string_view, 6> kInherited = {
        "ice-ufrag", "ice-pwd", "fingerprint", "setup", "extmap", "rtcp-mux"};
    if (std::find(kInherited.begin(), kInherited.end(), line.attribute) == kInherited.end()) {
        return std::nullopt;
    }
    return take_attribute(line, session_);
}

SdpParser::Problem SdpParser::take_attribute(const SdpLine& line, SdpMedia& media) {
    const auto name = line.attribute;
    const auto value = line.attribute_value;
    if (const auto direction = direction_of(name)) {
        media.direction = *direction;
        has_direction_ = true;
    } else if (name == "mid") {
        if (value.empty() || value.find(' ') != std::string_view::npos) {
            return sdp_error(base::Errc::Malformed, line, "a=mid is not one token");
        }
        media.mid = value;
    } else if (name == "rtpmap" || name == "fmtp" || name == "rtcp-fb") {
        return take_codec_attribute(line, media);
    } else if (name == "extmap") {
        return take_extension(line, media);
    } else if (name == "ssrc" || name == "ssrc-group") {
        return take_source(line, media);
    } else if (name == "simulcast") {
        return take_simulcast(line, media);
    } else if (name == "fingerprint") {
        return take_fingerprint(line, media);
    } else if (name == "candidate") {
        auto candidate = parse_sdp_candidate(value);
        if (!candidate) return sdp_error(base::Errc::Malformed, line, "a=candidate is malformed");
        if (!*candidate) return std::nullopt;
        if (media.candidates.size() == kMaxCandidatesPerSection) {
            return sdp_error(base::Errc::TooLarge, line, "more than 64 candidates");
        }
        media.candidates.push_back(**std::move(candidate));
    } else if (name == "ice-ufrag") {
        if (!is_ice_ufrag(value)) {
            return sdp_error(base::Errc::Malformed, line, "a=ice-ufrag is malformed");
        }
        media.ice_ufrag = value;
    } else if (name == "ice-pwd") {
        if (!is_ice_pwd(value)) {
            return sdp_error(base::Errc::Malformed, line, "a=ice-pwd is malformed");
        }
        media.ice_pwd = value;
    } else if (name == "setup") {
        if (value == "actpass") media.setup = DtlsSetup::ActPass;
        if (value == "active") media.setup = DtlsSetup::Active;
        if (value == "passive") media.setup = DtlsSetup::Passive;
    } else if (name == "msid") {
        media.msid = value;
    } else if (name == "rtcp-mux") {
        media.rtcp_mux = true;
    } else if (name == "rtcp-rsize") {
        media.rtcp_rsize = true;
    } else if (name == "end-of-candidates") {
        media.end_of_candidates = true;
    } else if (name == "bundle-only") {
        bundle_only_ = true;
    } else if (name == "ptime") {
        media.packet_time_ms = sdp_number<std::uint32_t>(value);
    }
    return std::nullopt;
}

SdpParser::Problem SdpParser::take_codec_attribute(const SdpLine& line, SdpMedia& media) {
    SdpWords words(line.attribute_value);
    const auto payload_type = words.next();
    if (line.attribute == "rtcp-fb" && payload_type == "*") {
        take_feedback(media, payload_type, words.rest());
        return std::nullopt;
    }
    const auto number = sdp_number<std::uint8_t>(payload_type);
    if (!number) return sdp_error(base::Errc::Malformed, line, "a wrong payload type");
    if (line.attribute == "rtcp-fb") {
        take_feedback(media, payload_type, words.rest());
        return std::nullopt;
    }
    // A type that the m= line does not list is not offered.
    const auto codec = std::find_if(media.codecs.begin(), media.codecs.end(),
                                    [&](const SdpCodec& c) { return c.payload_type == *number; });
    if (codec == media.codecs.end()) return std::nullopt;
    if (line.attribute == "fmtp") {
        codec->format = words.rest();
        return std::nullopt;
    }
    // rtpmap: "<encoding name>/<clock rate>[/<channels>]"
    const auto encoding = words.next();
    const auto slash = encoding.find('/');
    if (slash == std::string_view::npos || slash == 0) {
        return sdp_error(base::Errc::Malformed, line, "a=rtpmap has no clock rate");
    }
    auto rate_text = encoding.substr(slash + 1);
    std::optional<std::uint8_t> channels = std::uint8_t{1};
    if (const auto second = rate_text.find('/'); second != std::string_view::npos) {
        channels = sdp_number<std::uint8_t>(rate_text.substr(second + 1));
        rate_text = rate_text.substr(0, second);
    }
    const auto rate = sdp_number<std::uint32_t>(rate_text);
    if (!rate || *rate == 0 || !channels || *channels == 0) {
        return sdp_error(base::Errc::Malformed, line, "a=rtpmap has a wrong rate or channel count");
    }
    codec->name = encoding.substr(0, slash);
    codec->clock_rate = *rate;
    codec->channels = *channels;
    return std::nullopt;
}

void SdpParser::take_feedback(SdpMedia& media, std::string_view payload_type,
                              std::string_view value) {
    if (value.empty() || value.size() > kMaxFeedbackText) return;
    const auto number = sdp_number<std::uint8_t>(payload_type);
    for (auto& codec : media.codecs) {
        if (number && codec.payload_type != *number) continue;  // no number: the wildcard
        auto& all = codec.feedback;
        if (all.size() < kMaxFeedback && std::find(all.begin(), all.end(), value) == all.end()) {
            all.emplace_back(value);
        }
    }
}

SdpParser::Problem SdpParser::take_extension(const SdpLine& line, SdpMedia& media) {
    // extmap: "<value>[/<direction>] <URI> [<attributes>]" (RFC 8285 section 7)
    SdpWords words(line.attribute_value);
    auto id_text = words.next();
    id_text = id_text.substr(0, id_text.find('/'));
    const auto id = sdp_number<std::uint16_t>(id_text);
    const auto uri = words.next();
    if (!id || *id == 0 || uri.empty()) {
        return sdp_error(base::Errc::Malformed, line, "a=extmap has no id or URI");
    }
    // Encrypted header extensions (RFC 6904) are not for us; ids above 255 only mark alternatives.
    if (uri == kEncryptedExtension || *id > 255) return std::nullopt;
    if (media.extensions.size() == kMaxExtensions) {
        return sdp_error(base::Errc::TooLarge, line, "more than 64 header extensions");
    }
    media.extensions.push_back({static_cast<std::uint8_t>(*id), std::string(uri)});
    return std::nullopt;
}

SdpParser::Problem SdpParser::take_source(const SdpLine& line, SdpMedia& media) {
    SdpWords words(line.attribute_value);
    if (line.attribute == "ssrc-group") {
        if (words.next() != "FID") return std::nullopt;
        const auto first = sdp_number<std::uint32_t>(words.next());
        const auto second = sdp_number<std::uint32_t>(words.next());
        if (!first || !second) {
            return sdp_error(base::Errc::Malformed, line, "a=ssrc-group:FID has not two numbers");
        }
        if (media.rtx_groups.size() == kMaxSourcesPerSection) {
            return sdp_error(base::Errc::TooLarge, line, "more than 64 source groups");
        }
        media.rtx_groups.emplace_back(*first, *second);
        return std::nullopt;
    }
    const auto ssrc = sdp_number<std::uint32_t>(words.next());
    if (!ssrc) return sdp_error(base::Errc::Malformed, line, "a=ssrc has no number");
    auto source = std::find_if(media.sources.begin(), media.sources.end(),
                               [&](const SdpSource& s) { return s.ssrc == *ssrc; });
    if (source == media.sources.end()) {
        if (media.sources.size() == kMaxSourcesPerSection) {
            return sdp_error(base::Errc::TooLarge, line, "more than 64 sources");
        }
        SdpSource added;
        added.ssrc = *ssrc;
        media.sources.push_back(std::move(added));
        source = media.sources.end() - 1;
    }
    const auto attribute = words.rest();
    if (attribute.starts_with("cname:")) source->cname = attribute.substr(6);
    if (attribute.starts_with("msid:")) source->msid = attribute.substr(5);
    return std::nullopt;
}

SdpParser::Problem SdpParser::take_simulcast(const SdpLine& line, SdpMedia& media) {
    // simulcast: "send hi;mid,alt;~lo recv ..." (RFC 8853 section 5.1); of alternatives the first.
    SdpWords words(line.attribute_value);
    for (auto way = words.next(); !way.empty(); way = words.next()) {
        auto list = words.next();
        if ((way != "send" && way != "recv") || list.empty()) {
            return sdp_error(base::Errc::Malformed, line, "a=simulcast is malformed");
        }
        auto& rids = way == "send" ? media.simulcast_send_rids : media.simulcast_recv_rids;
        rids.clear();
        while (!list.empty()) {
            auto rid = list.substr(0, list.find(';'));
            list.remove_prefix(std::min(list.size(), rid.size() + 1));
            rid = rid.substr(0, rid.find(','));
            if (rid.starts_with('~')) rid.remove_prefix(1);
            if (rid.empty() || rid.size() > 255 || rids.size() == kMaxRids) {
                return sdp_error(base::Errc::Malformed, line, "a=simulcast has a wrong rid list");
            }
            rids.emplace_back(rid);
        }
    }
    return std::nullopt;
}

SdpParser::Problem SdpParser::take_fingerprint(const SdpLine& line, SdpMedia& media) {
    auto fingerprint = parse_sdp_fingerprint(line.attribute_value);
    if (!fingerprint) {
        return sdp_error(base::Errc::Malformed, line, "a=fingerprint is malformed");
    }
    // Of several, sha-256 is the one that everybody checks.
    if (media.fingerprint_algorithm == "sha-256" && fingerprint->algorithm != "sha-256") {
        return std::nullopt;
    }
    media.fingerprint_algorithm = std::move(fingerprint->algorithm);
    media.fingerprint = std::move(fingerprint->digest);
    return std::nullopt;
}

void SdpParser::finish_section(SdpMedia& media) {
    if (!has_direction_ && session_direction_) media.direction = *session_direction_;
    media.rejected = media.port == 0 && !bundle_only_;
    if (media.ice_ufrag.empty() && media.ice_pwd.empty()) {
        media.ice_ufrag = session_.ice_ufrag;
        media.ice_pwd = session_.ice_pwd;
    }
    if (media.fingerprint.empty()) {
        media.fingerprint_algorithm = session_.fingerprint_algorithm;
        media.fingerprint = session_.fingerprint;
    }
    if (!media.setup) media.setup = session_.setup;
    if (session_.rtcp_mux) media.rtcp_mux = true;
    if (media.extensions.empty()) media.extensions = session_.extensions;

    for (auto& codec : media.codecs) {
        for (const auto& fixed : kStaticCodecs) {
            if (codec.name.empty() && codec.payload_type == fixed.payload_type) {
                codec.name = fixed.name;
                codec.clock_rate = fixed.clock_rate;
            }
        }
        if (in_case(codec.name, false) == "rtx") codec.rtx_for = apt_of(codec.format);
    }
    std::erase_if(media.codecs, [](const SdpCodec& codec) { return codec.name.empty(); });
}

}  // namespace

base::Result<Sdp> parse_sdp(std::string_view text) { return SdpParser().parse(text); }

}  // namespace sightline::wire
