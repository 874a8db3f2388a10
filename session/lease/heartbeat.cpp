#include "session/lease/heartbeat.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "appliance/base/check.h"

namespace sightline::lease {
namespace {

constexpr std::size_t kTagBytes = 8;
constexpr std::size_t kBodyBytes = kHeartbeatBytes - kTagBytes;

std::array<std::uint8_t, kTagBytes> tag_of(base::ByteView body, base::SessionId session,
                                           const base::Secret& key) {
    std::array<std::uint8_t, kBodyBytes + 8> message{};
    base::ByteWriter writer(message);
    writer.bytes(body);
    writer.u64(session.value());
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    CHECK(::HMAC(::EVP_sha256(), key.reveal().data(), static_cast<int>(key.reveal().size()),
                 message.data(), message.size(), digest.data(), &size) != nullptr);
    std::array<std::uint8_t, kTagBytes> tag{};
    std::copy_n(digest.begin(), tag.size(), tag.begin());
    return tag;
}

}  // namespace

HeartbeatBytes write_heartbeat(const Heartbeat& beat, base::SessionId session,
                               const base::Secret& key) {
    CHECK(key.reveal().size() == kHeartbeatKeyBytes);
    HeartbeatBytes bytes{};
    base::ByteWriter writer(bytes);
    writer.u32(beat.lease);
    writer.u32(beat.counter);
    writer.u64(beat.nonce);
    writer.bytes(tag_of(base::ByteView(bytes).first(kBodyBytes), session, key));
    return bytes;
}

std::optional<Heartbeat> read_heartbeat(base::ByteView bytes, base::SessionId session,
                                        const base::Secret& key) {
    // Without a key nothing is authentic: HMAC would take an empty one.
    if (bytes.size() != kHeartbeatBytes || key.reveal().size() != kHeartbeatKeyBytes) {
        return std::nullopt;
    }
    const auto tag = tag_of(bytes.first(kBodyBytes), session, key);
    if (::CRYPTO_memcmp(tag.data(), bytes.data() + kBodyBytes, kTagBytes) != 0) {
        return std::nullopt;
    }
    base::ByteReader reader(bytes);
    Heartbeat beat;
    beat.lease = reader.u32();
    beat.counter = reader.u32();
    beat.nonce = reader.u64();
    return beat;
}

}  // namespace sightline::lease
