// STUN messages (RFC 8489) as ICE uses them (RFC 8445): parse in place, write into a buffer. No
// state.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "appliance/base/bytes.h"
#include "appliance/base/result.h"
#include "media/wire/path.h"

namespace sightline::wire {

enum class StunClass : std::uint8_t { Request = 0, Indication = 1, Success = 2, Error = 3 };
inline constexpr std::uint16_t kStunBinding = 0x001;
using TransactionId = std::array<std::uint8_t, 12>;

// A parsed message. The views point into the datagram it was parsed from.
struct StunMessage {
    StunClass kind = StunClass::Request;
    std::uint16_t method = 0;
    TransactionId transaction{};
    std::string_view username;  // empty: absent
    std::optional<std::uint32_t> priority;
    bool use_candidate = false;
    std::optional<std::uint64_t> ice_controlling;
    std::optional<std::uint64_t> ice_controlled;
    std::optional<Endpoint> xor_mapped_address;
    std::optional<std::uint16_t> error_code;
    std::uint16_t unknown_required = 0;  // first comprehension-required attribute we do not know
    bool has_fingerprint = false;        // present and right; a wrong one makes parsing fail
    base::ByteView whole;                // the message itself, for integrity_ok()
    std::size_t integrity_offset = 0;    // of MESSAGE-INTEGRITY's header; 0: absent
};

// True for a datagram whose first byte says STUN (RFC 7983) and that has the magic cookie.
bool looks_like_stun(base::ByteView datagram);

// Errors: Malformed (lengths, padding, wrong FINGERPRINT). Attributes after MESSAGE-INTEGRITY other
// than FINGERPRINT are ignored (RFC 8489 section 14.5).
base::Result<StunMessage> parse_stun(base::ByteView datagram);

// HMAC-SHA1 of RFC 8489 section 14.5 with the short-term password; false if absent or wrong.
bool integrity_ok(const StunMessage& message, std::string_view password);

// What to write: absent members are left out. MESSAGE-INTEGRITY is added when `password` is not
// empty, FINGERPRINT always.
struct StunToWrite {
    StunClass kind = StunClass::Request;
    std::uint16_t method = kStunBinding;
    TransactionId transaction{};
    std::string_view username;
    std::optional<std::uint32_t> priority;
    bool use_candidate = false;
    std::optional<std::uint64_t> ice_controlling;
    std::optional<std::uint64_t> ice_controlled;
    std::optional<Endpoint> xor_mapped_address;
    std::uint16_t error_code = 0;  // with kind Error: 300..699
    std::string_view reason;
    std::string_view software;
    std::string_view password;
    std::uint16_t unknown_attribute = 0;  // with error 420: listed in UNKNOWN-ATTRIBUTES
};
// Bytes written, 0 if the buffer is too small.
std::size_t write_stun(const StunToWrite& message, base::MutableBytes buffer);

}  // namespace sightline::wire
