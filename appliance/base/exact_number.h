// The greatest number up to which all are exact in every program that reads JSON (RFC 8259
// section 6).
#pragma once

#include <cstdint>

namespace sightline::base {

inline constexpr std::uint64_t kMaxNumber = std::uint64_t{1} << 53;

}  // namespace sightline::base
