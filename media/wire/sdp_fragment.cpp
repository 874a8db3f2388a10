#include "media/wire/sdp.h"
#include "media/wire/sdp_text.h"

namespace sightline::wire {

base::Result<SdpFragment> parse_sdp_fragment(std::string_view text) {
    if (text.size() > kMaxSdpBytes) {
        return base::Error{base::Errc::TooLarge, "the SDP fragment is larger than 64 KiB"};
    }
    SdpFragment fragment;
    SdpLines lines(text);
    for (;;) {
        auto next = lines.next();
        if (!next) return next.error();
        if (!*next) return fragment;
        const SdpLine& line = **next;
        if (line.type != 'a') continue;
        const auto value = line.attribute_value;
        // All sections are bundled on one transport, so of what can stand in several the first
        // counts.
        if (line.attribute == "ice-ufrag") {
            if (!is_ice_ufrag(value)) {
                return sdp_error(base::Errc::Malformed, line, "a=ice-ufrag is malformed");
            }
            if (fragment.ice_ufrag.empty()) fragment.ice_ufrag = value;
        } else if (line.attribute == "ice-pwd") {
            if (!is_ice_pwd(value)) {
                return sdp_error(base::Errc::Malformed, line, "a=ice-pwd is malformed");
            }
            if (fragment.ice_pwd.empty()) fragment.ice_pwd = value;
        } else if (line.attribute == "fingerprint") {
            auto fingerprint = parse_sdp_fingerprint(value);
            if (!fingerprint) {
                return sdp_error(base::Errc::Malformed, line, "a=fingerprint is malformed");
            }
            if (fragment.fingerprint.empty()) {
                fragment.fingerprint_algorithm = std::move(fingerprint->algorithm);
                fragment.fingerprint = std::move(fingerprint->digest);
            }
        } else if (line.attribute == "mid") {
            if (fragment.mid.empty()) fragment.mid = value;
        } else if (line.attribute == "candidate") {
            auto candidate = parse_sdp_candidate(value);
            if (!candidate) {
                return sdp_error(base::Errc::Malformed, line, "a=candidate is malformed");
            }
            if (!*candidate) continue;
            if (fragment.candidates.size() == kMaxCandidatesPerSection) {
                return sdp_error(base::Errc::TooLarge, line, "more than 64 candidates");
            }
            fragment.candidates.push_back(**std::move(candidate));
        } else if (line.attribute == "end-of-candidates") {
            fragment.end_of_candidates = true;
        } else if (line.attribute == "ice-lite") {
            fragment.ice_lite = true;
        }
    }
}

}  // namespace sightline::wire
