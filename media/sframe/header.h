// The SFrame header (RFC 9605 section 4.3): which key and which counter protect a frame.
//
//      0 1 2 3 4 5 6 7
//     +-+-----+-+-----+------------+------------+
//     |X|  K  |Y|  C  |  KID 0..8  |  CTR 0..8  |   X, Y: K and C are the value's length less 1,
//     +-+-----+-+-----+------------+------------+         else the value itself, 0 to 7
//
// No state. Any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "appliance/base/bytes.h"

namespace sightline::sframe {

struct Header {
    std::uint64_t kid = 0;
    std::uint64_t counter = 0;
    bool operator==(const Header&) const = default;
};

inline constexpr std::size_t kMaxHeaderBytes = 17;

std::size_t header_size(const Header& header);
// Returns its size; `out` has kMaxHeaderBytes at least.
std::size_t write_header(const Header& header, base::MutableBytes out);

struct ParsedHeader {
    Header header;
    std::size_t size = 0;
};
// From the beginning of `bytes`. nullopt: too short, or longer than its values need; each header
// has one form.
std::optional<ParsedHeader> parse_header(base::ByteView bytes);

}  // namespace sightline::sframe
