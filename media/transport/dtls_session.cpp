#include "media/transport/dtls_session.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/srtp.h>

#include <algorithm>

#include "appliance/base/check.h"
#include "appliance/base/hex.h"
#include "media/transport/dtls_native.h"

namespace sightline::transport {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kFirstTimeout = 1s;        // RFC 6347 section 4.2.4.1
constexpr base::Duration kShortestTimeout = 250ms;  // of what a measured round trip may make of it
constexpr base::Duration kLongestTimeout = 4s;
constexpr base::Duration kHandshakeLimit = 60s;
constexpr base::Duration kBetweenAnswers = 200ms;
constexpr int kMaxAnswers = 30;

constexpr std::uint8_t kChangeCipherSpec = 20;
constexpr std::uint8_t kHandshake = 22;
constexpr std::uint8_t kApplicationData = 23;
constexpr std::size_t kRecordHeader = 13;

// An hour in microseconds; see the head of the class.
unsigned int never_by_openssl(SSL*, unsigned int) { return 3'600'000'000U; }

// "AB:CD:..." of 32 bytes; hexadecimal digits of either case (RFC 8122 section 5).
std::optional<std::array<std::uint8_t, 32>> parse_fingerprint(std::string_view text) {
    if (text.size() != 32 * 3 - 1) return std::nullopt;
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i % 3 != 2) {
            digits += text[i];
        } else if (text[i] != ':') {
            return std::nullopt;
        }
    }
    const auto bytes = base::from_hex(digits);
    if (!bytes) return std::nullopt;
    std::array<std::uint8_t, 32> digest{};
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    return digest;
}

// Whole records of DTLS, one after another to the end: what OpenSSL would drop without a word.
bool well_formed(base::ByteView datagram) {
    if (datagram.empty()) return false;
    while (!datagram.empty()) {
        if (datagram.size() < kRecordHeader) return false;
        if (datagram[0] < kChangeCipherSpec || datagram[0] > kApplicationData) return false;
        if (datagram[1] != 0xfe) return false;
        const std::size_t length = base::load16(&datagram[11]);
        if (length > datagram.size() - kRecordHeader) return false;
        datagram = datagram.subspan(kRecordHeader + length);
    }
    return true;
}

bool is_plain_handshake(base::ByteView datagram) {
    const bool epoch_zero = base::load16(&datagram[3]) == 0;
    return epoch_zero && (datagram[0] == kHandshake || datagram[0] == kChangeCipherSpec);
}

}  // namespace

DtlsSession::DtlsSession(const DtlsIdentity& identity, Role role,
                         std::string_view remote_fingerprint, const char* srtp_profiles)
    : role_(role),
      expected_(parse_fingerprint(remote_fingerprint)),
      ssl_(SSL_new(identity.native().context.get())),
      first_timeout_(kFirstTimeout),
      timeout_(kFirstTimeout),
      answers_left_(kMaxAnswers) {
    CHECK(ssl_ != nullptr);
    CHECK(SSL_set_tlsext_use_srtp(ssl_.get(), srtp_profiles) == 0);  // 0 is success here
    BIO_up_ref(bio_.bio());
    BIO_up_ref(bio_.bio());
    SSL_set0_rbio(ssl_.get(), bio_.bio());
    SSL_set0_wbio(ssl_.get(), bio_.bio());
    DTLS_set_timer_cb(ssl_.get(), never_by_openssl);
    if (role == Role::Client) {
        SSL_set_connect_state(ssl_.get());
    } else {
        SSL_set_accept_state(ssl_.get());
    }
    ERR_clear_error();
}

DtlsSession::~DtlsSession() = default;

void DtlsSession::set_round_trip(base::Duration round_trip) {
    first_timeout_ =
        std::clamp<base::Duration>(2 * round_trip, kShortestTimeout, 3 * kFirstTimeout);
}

void DtlsSession::start(base::Instant now, To to, wire::PacketBatch& out) {
    if (state_ != State::Idle) return;
    state_ = State::Handshaking;
    give_up_at_ = now + kHandshakeLimit;
    if (role_ == Role::Client) advance(now, to, out);
}

bool DtlsSession::receive(base::ByteView datagram, base::Instant now, To to,
                          wire::PacketBatch& out) {
    if (!well_formed(datagram)) return false;
    if (state_ == State::Idle && role_ == Role::Server) start(now, to, out);

    if (state_ == State::Handshaking) {
        bio_.offer(datagram);
        advance(now, to, out);
        bio_.offer({});
        return state_ != State::Failed;
    }
    if (state_ != State::Connected) return false;

    bio_.begin_call();
    bio_.offer(datagram);
    const bool good = drain();
    bio_.offer({});
    if (bio_.wrote()) {
        send_flight(to, out);
    } else if (role_ == Role::Server && is_plain_handshake(datagram) && answers_left_ > 0 &&
               now >= answer_again_at_) {
        // Our last flight was lost and the client sends its own again. OpenSSL answers that only
        // when Finished comes under a new record number; ours sends it under the old one.
        --answers_left_;
        answer_again_at_ = now + kBetweenAnswers;
        resend_flight(to, out);
    }
    return good;
}

base::Instant DtlsSession::tick(base::Instant now, To to, wire::PacketBatch& out) {
    if (state_ != State::Handshaking) return base::kNever;
    if (now >= give_up_at_) {
        state_ = State::Failed;
        return base::kNever;
    }
    if (now >= resend_at_) {
        resend_flight(to, out);
        timeout_ = std::min(2 * timeout_, kLongestTimeout);
        resend_at_ = now + timeout_;
    }
    return std::min(resend_at_, give_up_at_);
}

void DtlsSession::close(To to, wire::PacketBatch& out) {
    if (state_ == State::Connected) {
        bio_.begin_call();
        SSL_shutdown(ssl_.get());
        ERR_clear_error();
        if (bio_.wrote()) send_flight(to, out);
    }
    if (state_ != State::Failed) state_ = State::Closed;
}

void DtlsSession::advance(base::Instant now, To to, wire::PacketBatch& out) {
    bio_.begin_call();
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_.get());
    const int error = SSL_get_error(ssl_.get(), done);
    ERR_clear_error();
    if (done == 1) {
        state_ = finish() ? State::Connected : State::Failed;
        // The server's last flight stays, to be sent again when the client asks.
        resend_at_ = base::kNever;
        if (state_ == State::Connected) drain();
    } else if (error != SSL_ERROR_WANT_READ) {
        state_ = State::Failed;
    }
    if (bio_.wrote()) {
        send_flight(to, out);
        timeout_ = first_timeout_;
        if (state_ == State::Handshaking) resend_at_ = now + timeout_;
    }
}

// Reads what came after the handshake: alerts count, data has no meaning here and is dropped.
bool DtlsSession::drain() {
    std::array<std::uint8_t, wire::kMaxDatagram> data;
    for (;;) {
        ERR_clear_error();
        const int got = SSL_read(ssl_.get(), data.data(), static_cast<int>(data.size()));
        if (got > 0) continue;
        const int error = SSL_get_error(ssl_.get(), got);
        ERR_clear_error();
        if (error == SSL_ERROR_WANT_READ) return true;
        state_ = error == SSL_ERROR_ZERO_RETURN ? State::Closed : State::Failed;
        return state_ == State::Closed;
    }
}

bool DtlsSession::finish() {
    if (!peer_is_expected()) {
        SSL_shutdown(ssl_.get());
        ERR_clear_error();
        return false;
    }
    const SRTP_PROTECTION_PROFILE* chosen = SSL_get_selected_srtp_profile(ssl_.get());
    if (chosen == nullptr) return false;
    const SrtpProfile profile = chosen->id == SRTP_AEAD_AES_128_GCM
                                    ? SrtpProfile::AeadAes128Gcm
                                    : SrtpProfile::Aes128CmHmacSha1_80;

    // RFC 5764 section 4.2: client key, server key, client salt, server salt.
    constexpr std::size_t kKey = 16;
    const std::size_t salt = master_key_size(profile) - kKey;
    std::array<std::uint8_t, 2 * kMaxMasterKey> material{};
    static constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";
    if (SSL_export_keying_material(ssl_.get(), material.data(), 2 * (kKey + salt), kLabel.data(),
                                   kLabel.size(), nullptr, 0, 0) != 1) {
        ERR_clear_error();
        return false;
    }
    std::array<std::uint8_t, kMaxMasterKey> masters[2];  // the client's, the server's
    for (std::size_t side = 0; side < 2; ++side) {
        std::copy_n(&material[side * kKey], kKey, masters[side].begin());
        std::copy_n(&material[2 * kKey + side * salt], salt, masters[side].begin() + kKey);
    }
    const std::size_t own = role_ == Role::Client ? 0 : 1;
    srtp_ = std::make_unique<SrtpSession>(profile, base::ByteView(masters[own]).first(kKey + salt),
                                          base::ByteView(masters[1 - own]).first(kKey + salt));
    OPENSSL_cleanse(material.data(), material.size());
    OPENSSL_cleanse(masters, sizeof masters);
    return true;
}

bool DtlsSession::peer_is_expected() const {
    const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
    std::uint8_t digest[32];
    if (!expected_ || certificate == nullptr || !certificate_digest(certificate, digest)) {
        return false;
    }
    return CRYPTO_memcmp(digest, expected_->data(), sizeof digest) == 0;
}

void DtlsSession::send_flight(To to, wire::PacketBatch& out) {
    if (to == nullptr) return;
    for (const base::Bytes& datagram : bio_.flight()) out.add(*to, datagram);
}

void DtlsSession::resend_flight(To to, wire::PacketBatch& out) {
    bio_.renumber_flight();
    send_flight(to, out);
}

}  // namespace sightline::transport
