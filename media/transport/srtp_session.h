// SRTP and SRTCP of one peer in both directions (RFC 3711, AES-GCM by RFC 7714), over libsrtp2.
// Works in place and, once a stream is known, allocates nothing. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "appliance/base/bytes.h"

struct srtp_ctx_t_;

namespace sightline::transport {

enum class SrtpProfile : std::uint8_t {
    AeadAes128Gcm,        // RFC 7714; preferred: a fifth of the other's cost with Debian's libsrtp
    Aes128CmHmacSha1_80,  // RFC 5764; what every implementation has
};
std::string_view name_of(SrtpProfile profile);     // as in the use_srtp registry and OpenSSL
std::size_t master_key_size(SrtpProfile profile);  // key and salt together: 28 or 30 bytes
inline constexpr std::size_t kMaxMasterKey = 30;

// What protection adds at most: a 16-byte tag, and the 4-byte index of SRTCP.
inline constexpr std::size_t kMaxSrtpTrailer = 20;

class SrtpSession {
  public:
    // Master key followed by master salt, for each direction. Throws std::runtime_error when
    // libsrtp refuses to start, which is not something a peer can cause.
    SrtpSession(SrtpProfile profile, base::ByteView send_master, base::ByteView receive_master);
    ~SrtpSession();
    SrtpSession(const SrtpSession&) = delete;
    SrtpSession& operator=(const SrtpSession&) = delete;

    // `size` bytes at the start of `buffer` become a protected packet of the returned size.
    // nullopt: no room for the trailer, not a packet of its kind, or the index was used before.
    std::optional<std::size_t> protect_rtp(base::MutableBytes buffer, std::size_t size);
    std::optional<std::size_t> protect_rtcp(base::MutableBytes buffer, std::size_t size);

    // The size of the plain packet at the start of `packet`. nullopt: malformed, not authentic,
    // replayed, or from more sources than kMaxSources; the buffer's content is then undefined.
    std::optional<std::size_t> unprotect_rtp(base::MutableBytes packet);
    std::optional<std::size_t> unprotect_rtcp(base::MutableBytes packet);

    SrtpProfile profile() const { return profile_; }

    // libsrtp keeps state for every SSRC that authenticates, so their number is bounded here.
    static constexpr std::size_t kMaxSources = 128;

  private:
    bool may_receive(std::uint32_t ssrc) const;
    void remember(std::uint32_t ssrc);

    SrtpProfile profile_;
    srtp_ctx_t_* send_ = nullptr;
    srtp_ctx_t_* receive_ = nullptr;
    std::array<std::uint32_t, kMaxSources> sources_{};  // sorted
    std::size_t source_count_ = 0;
};

}  // namespace sightline::transport
