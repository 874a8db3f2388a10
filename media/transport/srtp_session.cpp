#include "media/transport/srtp_session.h"

#include <srtp2/srtp.h>

#include <algorithm>
#include <stdexcept>

#include "appliance/base/check.h"

namespace sightline::transport {
namespace {

constexpr std::size_t kRtpHeader = 12;
constexpr std::size_t kRtcpHeader = 8;  // header word and sender SSRC
constexpr std::size_t kLargestPacket = 65535;

// RFC 3711 section 3.3.2 asks for a replay window of at least 64; video that is resent over a link
// of a second's round trip needs far more.
constexpr unsigned long kReplayWindow = 1024;

void start_libsrtp() {
    static const bool started = [] {
        if (srtp_init() != srtp_err_status_ok) {
            throw std::runtime_error("libsrtp does not start; its installation is damaged");
        }
        return true;
    }();
    static_cast<void>(started);
}

srtp_profile_t native(SrtpProfile profile) {
    return profile == SrtpProfile::AeadAes128Gcm ? srtp_profile_aead_aes_128_gcm
                                                 : srtp_profile_aes128_cm_sha1_80;
}

std::size_t rtp_trailer(SrtpProfile profile) {
    return profile == SrtpProfile::AeadAes128Gcm ? 16 : 10;
}
std::size_t rtcp_trailer(SrtpProfile profile) { return rtp_trailer(profile) + 4; }

srtp_t make_context(SrtpProfile profile, base::ByteView master, srtp_ssrc_type_t direction) {
    CHECK(master.size() == master_key_size(profile));
    std::array<std::uint8_t, SRTP_MAX_KEY_LEN> key{};
    std::copy(master.begin(), master.end(), key.begin());

    srtp_policy_t policy{};
    srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, native(profile));
    srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, native(profile));
    policy.ssrc.type = direction;
    policy.key = key.data();
    policy.window_size = kReplayWindow;
    // Never send one index twice: with AES-GCM a second packet under the same nonce gives away the
    // authentication key. A retransmission goes out on an RTX stream with numbers of its own.
    policy.allow_repeat_tx = 0;

    srtp_t context = nullptr;
    const auto status = srtp_create(&context, &policy);
    std::fill(key.begin(), key.end(), std::uint8_t{0});
    if (status != srtp_err_status_ok) {
        throw std::runtime_error("libsrtp refuses the profile " + std::string(name_of(profile)));
    }
    return context;
}

}  // namespace

std::string_view name_of(SrtpProfile profile) {
    return profile == SrtpProfile::AeadAes128Gcm ? "SRTP_AEAD_AES_128_GCM"
                                                 : "SRTP_AES128_CM_SHA1_80";
}

std::size_t master_key_size(SrtpProfile profile) {
    return profile == SrtpProfile::AeadAes128Gcm ? 16 + 12 : 16 + 14;
}

SrtpSession::SrtpSession(SrtpProfile profile, base::ByteView send_master,
                         base::ByteView receive_master)
    : profile_(profile) {
    start_libsrtp();
    send_ = make_context(profile, send_master, ssrc_any_outbound);
    receive_ = make_context(profile, receive_master, ssrc_any_inbound);
}

SrtpSession::~SrtpSession() {
    srtp_dealloc(send_);
    srtp_dealloc(receive_);
}

std::optional<std::size_t> SrtpSession::protect_rtp(base::MutableBytes buffer, std::size_t size) {
    if (size < kRtpHeader || size + rtp_trailer(profile_) > buffer.size()) return std::nullopt;
    int length = static_cast<int>(size);
    if (srtp_protect(send_, buffer.data(), &length) != srtp_err_status_ok) return std::nullopt;
    return static_cast<std::size_t>(length);
}

std::optional<std::size_t> SrtpSession::protect_rtcp(base::MutableBytes buffer, std::size_t size) {
    if (size < kRtcpHeader || size + rtcp_trailer(profile_) > buffer.size()) return std::nullopt;
    int length = static_cast<int>(size);
    if (srtp_protect_rtcp(send_, buffer.data(), &length) != srtp_err_status_ok) return std::nullopt;
    return static_cast<std::size_t>(length);
}

std::optional<std::size_t> SrtpSession::unprotect_rtp(base::MutableBytes packet) {
    if (packet.size() < kRtpHeader + rtp_trailer(profile_) || packet.size() > kLargestPacket) {
        return std::nullopt;
    }
    const std::uint32_t ssrc = base::load32(&packet[8]);
    if (!may_receive(ssrc)) return std::nullopt;
    int length = static_cast<int>(packet.size());
    if (srtp_unprotect(receive_, packet.data(), &length) != srtp_err_status_ok) return std::nullopt;
    remember(ssrc);
    return static_cast<std::size_t>(length);
}

std::optional<std::size_t> SrtpSession::unprotect_rtcp(base::MutableBytes packet) {
    if (packet.size() < kRtcpHeader + rtcp_trailer(profile_) || packet.size() > kLargestPacket) {
        return std::nullopt;
    }
    const std::uint32_t ssrc = base::load32(&packet[4]);
    if (!may_receive(ssrc)) return std::nullopt;
    int length = static_cast<int>(packet.size());
    if (srtp_unprotect_rtcp(receive_, packet.data(), &length) != srtp_err_status_ok) {
        return std::nullopt;
    }
    remember(ssrc);
    return static_cast<std::size_t>(length);
}

bool SrtpSession::may_receive(std::uint32_t ssrc) const {
    if (source_count_ < kMaxSources) return true;
    return std::binary_search(sources_.begin(), sources_.end(), ssrc);
}

void SrtpSession::remember(std::uint32_t ssrc) {
    const auto end = sources_.begin() + static_cast<std::ptrdiff_t>(source_count_);
    const auto at = std::lower_bound(sources_.begin(), end, ssrc);
    if (at != end && *at == ssrc) return;
    std::move_backward(at, end, end + 1);
    *at = ssrc;
    ++source_count_;
}

}  // namespace sightline::transport
