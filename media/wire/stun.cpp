#include "media/wire/stun.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "media/wire/packet_batch.h"

namespace sightline::wire {
namespace {

constexpr std::uint32_t kMagicCookie = 0x2112A442;
constexpr std::size_t kHeaderSize = 20;
constexpr std::size_t kAttributeHeaderSize = 4;
constexpr std::size_t kIntegritySize = 20;
constexpr std::size_t kMaxUsername = 508;  // RFC 8489 section 14.3: fewer than 509 bytes
constexpr std::uint32_t kFingerprintXor = 0x5354554e;

enum Attribute : std::uint16_t {
    kMappedAddress = 0x0001,
    kUsername = 0x0006,
    kMessageIntegrity = 0x0008,
    kErrorCode = 0x0009,
    kUnknownAttributes = 0x000A,
    kRealm = 0x0014,
    kNonce = 0x0015,
    kMessageIntegritySha256 = 0x001C,
    kXorMappedAddress = 0x0020,
    kPriority = 0x0024,
    kUseCandidate = 0x0025,
    kSoftware = 0x8022,
    kFingerprint = 0x8028,
    kIceControlled = 0x8029,
    kIceControlling = 0x802A,
};

constexpr std::array<std::uint32_t, 256> make_crc_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t c = i;
        for (int bit = 0; bit < 8; ++bit) c = (c & 1) ? 0xEDB88320u ^ (c >> 1) : c >> 1;
        table[i] = c;
    }
    return table;
}
constexpr auto kCrcTable = make_crc_table();

// CRC-32 of ITU V.42, as FINGERPRINT uses it (RFC 8489 section 14.7).
std::uint32_t crc32(base::ByteView bytes) {
    std::uint32_t c = 0xFFFFFFFFu;
    for (const auto byte : bytes) c = kCrcTable[(c ^ byte) & 0xFF] ^ (c >> 8);
    return c ^ 0xFFFFFFFFu;
}

using Hmac = std::array<std::uint8_t, kIntegritySize>;

// HMAC-SHA1 of a message whose header already has the length that the HMAC covers.
bool hmac_sha1(std::string_view key, base::ByteView message, Hmac& out) {
    unsigned int size = 0;
    const bool done = ::HMAC(::EVP_sha1(), key.data(), static_cast<int>(key.size()), message.data(),
                             message.size(), out.data(), &size) != nullptr;
    return done && size == out.size();
}

// RFC 8489 section 14.2: the port is XORed with the top of the magic cookie, an IPv4 address with
// the cookie, an IPv6 address with cookie and transaction id. It is its own inverse.
std::array<std::uint8_t, 16> xor_mask(const TransactionId& transaction) {
    std::array<std::uint8_t, 16> mask{};
    base::store32(mask.data(), kMagicCookie);
    std::copy(transaction.begin(), transaction.end(), mask.begin() + 4);
    return mask;
}

std::optional<Endpoint> read_xor_address(base::ByteView value, const TransactionId& transaction) {
    base::ByteReader in(value);
    in.skip(1);
    const auto family = in.u8();
    const auto port = static_cast<std::uint16_t>(in.u16() ^ (kMagicCookie >> 16));
    const auto mask = xor_mask(transaction);
    if (family == 1 && in.ok() && in.left() == 4) {
        const auto ip = in.bytes(4);
        const auto octet = [&](std::size_t i) {
            return static_cast<std::uint8_t>(ip[i] ^ mask[i]);
        };
        return Endpoint::v4(octet(0), octet(1), octet(2), octet(3), port);
    }
    if (family == 2 && in.ok() && in.left() == 16) {
        const auto ip = in.bytes(16);
        Endpoint endpoint;
        endpoint.port = port;
        for (std::size_t i = 0; i < 16; ++i) {
            endpoint.ip[i] = static_cast<std::uint8_t>(ip[i] ^ mask[i]);
        }
        return endpoint;
    }
    return std::nullopt;
}

// One attribute into the message; false when its value has not the shape its type demands. Of an
// attribute that comes twice only the first counts (RFC 8489 section 14).
bool take_attribute(StunMessage& message, std::uint16_t type, base::ByteView value) {
    switch (type) {
        case kUsername:
            if (value.size() > kMaxUsername) return false;
            if (message.username.empty()) message.username = base::as_text(value);
            return true;
        case kPriority:
            if (value.size() != 4) return false;
            if (!message.priority) message.priority = base::load32(value.data());
            return true;
        case kUseCandidate:
            message.use_candidate = true;
            return value.empty();
        case kIceControlling:
            if (value.size() != 8) return false;
            if (!message.ice_controlling) message.ice_controlling = base::load64(value.data());
            return true;
        case kIceControlled:
            if (value.size() != 8) return false;
            if (!message.ice_controlled) message.ice_controlled = base::load64(value.data());
            return true;
        case kXorMappedAddress: {
            const auto address = read_xor_address(value, message.transaction);
            if (!message.xor_mapped_address) message.xor_mapped_address = address;
            return address.has_value();
        }
        case kErrorCode: {
            // |         Reserved, should be 0         |Class|     Number    |
            if (value.size() < 4) return false;
            const unsigned hundreds = value[2] & 0x07;
            const unsigned number = value[3];
            if (hundreds < 3 || hundreds > 6 || number > 99) return false;
            if (!message.error_code) {
                message.error_code = static_cast<std::uint16_t>(hundreds * 100 + number);
            }
            return true;
        }
        case kMappedAddress:
        case kUnknownAttributes:
        case kRealm:
        case kNonce:
        case kMessageIntegritySha256:
            return true;
        default:
            if (type < 0x8000 && message.unknown_required == 0) message.unknown_required = type;
            return true;
    }
}

void write_attribute(base::ByteWriter& out, std::uint16_t type, base::ByteView value) {
    out.u16(type);
    out.u16(static_cast<std::uint16_t>(value.size()));
    out.bytes(value);
    out.fill((4 - value.size() % 4) % 4, 0);
}

void write_xor_address(base::ByteWriter& out, const Endpoint& endpoint,
                       const TransactionId& transaction) {
    const auto mask = xor_mask(transaction);
    std::array<std::uint8_t, 20> value{};
    value[1] = endpoint.is_v4() ? 1 : 2;
    base::store16(&value[2], static_cast<std::uint16_t>(endpoint.port ^ (kMagicCookie >> 16)));
    const std::size_t size = endpoint.is_v4() ? 4 : 16;
    const std::size_t from = endpoint.is_v4() ? 12 : 0;
    for (std::size_t i = 0; i < size; ++i) {
        value[4 + i] = static_cast<std::uint8_t>(endpoint.ip[from + i] ^ mask[i]);
    }
    write_attribute(out, kXorMappedAddress, base::ByteView(value).first(4 + size));
}

void write_error(base::ByteWriter& out, std::uint16_t code, std::string_view reason) {
    out.u16(kErrorCode);
    out.u16(static_cast<std::uint16_t>(4 + reason.size()));
    out.u16(0);
    out.u8(static_cast<std::uint8_t>(code / 100));
    out.u8(static_cast<std::uint8_t>(code % 100));
    out.bytes(base::as_bytes(reason));
    out.fill((4 - reason.size() % 4) % 4, 0);
}

//  0                 1
//  2  3  4 5 6 7 8 9 0 1 2 3 4 5
// |M11|M10|M9|M8|M7|C1|M6|M5|M4|C0|M3|M2|M1|M0|
std::uint16_t type_field(StunClass kind, std::uint16_t method) {
    const auto c = static_cast<unsigned>(kind);
    const unsigned m = method;
    return static_cast<std::uint16_t>(((m & 0xF80) << 2) | ((m & 0x070) << 1) | (m & 0x00F) |
                                      ((c & 2) << 7) | ((c & 1) << 4));
}

}  // namespace

bool looks_like_stun(base::ByteView datagram) {
    return datagram.size() >= kHeaderSize && datagram[0] < 4 &&
           base::load32(&datagram[4]) == kMagicCookie;
}

base::Result<StunMessage> parse_stun(base::ByteView datagram) {
    if (!looks_like_stun(datagram)) return base::Errc::Malformed;
    const std::size_t length = base::load16(&datagram[2]);
    if (length % 4 != 0 || datagram.size() != kHeaderSize + length) return base::Errc::Malformed;

    StunMessage message;
    message.whole = datagram;
    const unsigned type = base::load16(datagram.data());
    message.kind = static_cast<StunClass>(((type >> 7) & 2) | ((type >> 4) & 1));
    message.method =
        static_cast<std::uint16_t>(((type >> 2) & 0xF80) | ((type >> 1) & 0x070) | (type & 0x00F));
    std::copy_n(datagram.begin() + 8, message.transaction.size(), message.transaction.begin());

    std::size_t at = kHeaderSize;
    while (at < datagram.size()) {
        if (message.has_fingerprint) return base::Errc::Malformed;  // it must be the last attribute
        if (datagram.size() - at < kAttributeHeaderSize) return base::Errc::Malformed;
        const std::uint16_t attribute = base::load16(&datagram[at]);
        const std::size_t size = base::load16(&datagram[at + 2]);
        const std::size_t padded = (size + 3) / 4 * 4;
        if (padded > datagram.size() - at - kAttributeHeaderSize) return base::Errc::Malformed;
        const auto value = datagram.subspan(at + kAttributeHeaderSize, size);

        if (attribute == kFingerprint) {
            // RFC 8489 section 14.7: the CRC covers the message up to the attribute, with the
            // length field already counting it; as it is the last one, that is the length received.
            if (size != 4 ||
                base::load32(value.data()) != (crc32(datagram.first(at)) ^ kFingerprintXor)) {
                return base::Errc::Malformed;
            }
            message.has_fingerprint = true;
        } else if (message.integrity_offset != 0) {
            // What follows MESSAGE-INTEGRITY is not authenticated, so it must not be believed.
        } else if (attribute == kMessageIntegrity) {
            if (size != kIntegritySize) return base::Errc::Malformed;
            message.integrity_offset = at;
        } else if (!take_attribute(message, attribute, value)) {
            return base::Errc::Malformed;
        }
        at += kAttributeHeaderSize + padded;
    }
    return message;
}

bool integrity_ok(const StunMessage& message, std::string_view password) {
    const std::size_t at = message.integrity_offset;
    std::array<std::uint8_t, kMaxDatagram> covered;
    if (at == 0 || at > covered.size()) return false;
    std::copy_n(message.whole.begin(), at, covered.begin());
    // The length in the header must end with MESSAGE-INTEGRITY, whatever comes after it.
    base::store16(&covered[2], static_cast<std::uint16_t>(at + kAttributeHeaderSize +
                                                          kIntegritySize - kHeaderSize));
    Hmac expected;
    if (!hmac_sha1(password, base::ByteView(covered).first(at), expected)) return false;
    return ::CRYPTO_memcmp(expected.data(), &message.whole[at + kAttributeHeaderSize],
                           expected.size()) == 0;
}

std::size_t write_stun(const StunToWrite& message, base::MutableBytes buffer) {
    base::ByteWriter out(buffer);
    out.u16(type_field(message.kind, message.method));
    out.u16(0);
    out.u32(kMagicCookie);
    out.bytes(message.transaction);

    if (message.kind == StunClass::Error) write_error(out, message.error_code, message.reason);
    if (message.unknown_attribute != 0) {
        std::array<std::uint8_t, 2> type;
        base::store16(type.data(), message.unknown_attribute);
        write_attribute(out, kUnknownAttributes, type);
    }
    if (!message.software.empty()) {
        write_attribute(out, kSoftware, base::as_bytes(message.software));
    }
    if (!message.username.empty()) {
        write_attribute(out, kUsername, base::as_bytes(message.username));
    }
    std::array<std::uint8_t, 8> number;
    if (message.priority) {
        base::store32(number.data(), *message.priority);
        write_attribute(out, kPriority, base::ByteView(number).first(4));
    }
    if (message.use_candidate) write_attribute(out, kUseCandidate, {});
    if (message.ice_controlling) {
        base::store64(number.data(), *message.ice_controlling);
        write_attribute(out, kIceControlling, number);
    }
    if (message.ice_controlled) {
        base::store64(number.data(), *message.ice_controlled);
        write_attribute(out, kIceControlled, number);
    }
    if (message.xor_mapped_address) {
        write_xor_address(out, *message.xor_mapped_address, message.transaction);
    }
    if (!out.ok()) return 0;

    // Integrity and fingerprint each cover what stands before them, with the length field already
    // counting themselves.
    const auto set_length = [&](std::size_t more) {
        base::store16(&buffer[2], static_cast<std::uint16_t>(out.size() + more - kHeaderSize));
    };
    if (!message.password.empty()) {
        set_length(kAttributeHeaderSize + kIntegritySize);
        Hmac hmac;
        if (!hmac_sha1(message.password, out.written(), hmac)) return 0;
        write_attribute(out, kMessageIntegrity, hmac);
        if (!out.ok()) return 0;
    }
    set_length(kAttributeHeaderSize + 4);
    std::array<std::uint8_t, 4> fingerprint;
    base::store32(fingerprint.data(), crc32(out.written()) ^ kFingerprintXor);
    write_attribute(out, kFingerprint, fingerprint);
    return out.ok() ? out.size() : 0;
}

}  // namespace sightline::wire
