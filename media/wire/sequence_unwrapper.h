// Extends the wrapping numbers of RTP to 64 bits, by the shortest way from the last one seen
// (RFC 3550 appendix A.1 calls it the extended number). One thread.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

namespace sightline::wire {

template <class UInt>
class Unwrapper {
    static_assert(std::is_unsigned_v<UInt> && sizeof(UInt) <= 4);

  public:
    // The extended number, and the reference for the next call. The first one lies in the second
    // cycle, so that a packet which was overtaken by the first gets no negative number.
    std::int64_t unwrap(UInt value) {
        last_ = peek(value);
        return *last_;
    }
    // As unwrap(), but leaves the reference as it is.
    std::int64_t peek(UInt value) const {
        if (!last_) return kCycle + value;
        using Signed = std::make_signed_t<UInt>;
        return *last_ + static_cast<Signed>(static_cast<UInt>(value - static_cast<UInt>(*last_)));
    }
    void reset() { last_.reset(); }

  private:
    static constexpr std::int64_t kCycle = std::int64_t{std::numeric_limits<UInt>::max()} + 1;
    std::optional<std::int64_t> last_;
};

using SequenceUnwrapper = Unwrapper<std::uint16_t>;
using TimestampUnwrapper = Unwrapper<std::uint32_t>;

}  // namespace sightline::wire
