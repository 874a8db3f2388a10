// Lines, words and numbers of SDP text, for the readers in this folder. Views into the text that
// was handed in; no state beyond the place that has been reached.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "media/wire/sdp.h"

namespace sightline::wire {

// One "x=value" line. For an attribute, name and value are split at the colon: "a=mid:0".
struct SdpLine {
    std::size_t number = 0;  // from 1, for error texts
    char type = 0;
    std::string_view value;
    std::string_view attribute;        // only of type 'a'
    std::string_view attribute_value;  // empty when there is no colon
};

// Walks the lines, which may end with LF or CRLF; empty ones are skipped.
class SdpLines {
  public:
    explicit SdpLines(std::string_view text) : rest_(text) {}
    // nullopt: at the end. Errors: Malformed (no "x=", or a control character, which could end a
    // line for whoever reads what we write).
    base::Result<std::optional<SdpLine>> next();

  private:
    std::string_view rest_;
    std::size_t number_ = 0;
};

// Walks words separated by single or repeated spaces.
class SdpWords {
  public:
    explicit SdpWords(std::string_view text) : rest_(text) {}
    std::string_view next() {  // empty: no more
        const auto from = rest_.find_first_not_of(' ');
        if (from == std::string_view::npos) return rest_ = {};
        rest_.remove_prefix(from);
        const auto word = rest_.substr(0, rest_.find(' '));
        rest_.remove_prefix(word.size());
        return word;
    }
    std::string_view rest() {  // what is left, without leading spaces
        const auto from = rest_.find_first_not_of(' ');
        return from == std::string_view::npos ? std::string_view{} : rest_.substr(from);
    }

  private:
    std::string_view rest_;
};

// The whole text as a decimal number that fits; nullopt otherwise.
template <class T>
std::optional<T> sdp_number(std::string_view text) {
    T value{};
    const auto* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || at != end) return std::nullopt;
    return value;
}

// "SDP line 12: WHAT". The text of the line is left out: it can hold addresses and credentials.
base::Error sdp_error(base::Errc code, const SdpLine& line, std::string_view what);

// ice-ufrag and ice-pwd: 4 or 22 to 256 ice-chars (RFC 8839 section 5.4).
bool is_ice_ufrag(std::string_view text);
bool is_ice_pwd(std::string_view text);

// ASCII letters in upper or lower case.
std::string in_case(std::string_view text, bool upper);

// The value of a=fingerprint (RFC 8122 section 5): the algorithm in lower case, the digest in upper
// case. nullopt: malformed.
struct SdpFingerprint {
    std::string algorithm;
    std::string digest;
};
std::optional<SdpFingerprint> parse_sdp_fingerprint(std::string_view value);

// The value of a=candidate (RFC 8839 section 5.1). A well-formed one that we cannot use is nullopt.
base::Result<std::optional<SdpCandidate>> parse_sdp_candidate(std::string_view value);
// "candidate:..." without "a=" and without the line's end.
std::string write_sdp_candidate(const SdpCandidate& candidate);

}  // namespace sightline::wire
