// What an SFrame key identifier (KID, RFC 9605 section 4.3) of ours says: in which epoch of the
// interview, of whom and for which kind of media. So whoever forwards frames can tell, without any
// key, that a frame is protected and by whose key. Plain values. Any thread.
#pragma once

#include <cstdint>

namespace sightline::base {

struct KeyNumber {
    static constexpr std::uint8_t kSlots = 64;  // as many as an interview has participants
    static constexpr std::uint64_t kMaxEpoch = ~std::uint64_t{0} >> 7;
    // Of the kiosk's starts (above) and of the epochs since then (the lower kEpochBits): it only
    // grows. Starts count like seconds since 1970 (storage/staff_repository.h), so a number stays
    // below 2^53, up to which JSON is exact everywhere (RFC 8259 section 6), until 2106.
    static constexpr unsigned kEpochBits = 14;
    std::uint64_t epoch = 0;
    std::uint8_t slot = 0;  // a sender's, for the whole interview
    bool video = false;

    std::uint64_t kid() const { return epoch << 7 | std::uint64_t{slot} << 1 | (video ? 1U : 0U); }
    static KeyNumber of(std::uint64_t kid) {
        return {kid >> 7, static_cast<std::uint8_t>(kid >> 1 & (kSlots - 1)), (kid & 1) != 0};
    }
    bool operator==(const KeyNumber&) const = default;
};

}  // namespace sightline::base
