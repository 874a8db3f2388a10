// SrtpSession against an independent SRTP made of bare AES and HMAC here, which is itself first
// held against the vectors of RFC 3711 and RFC 7714. libsrtp takes master keys only, so the RFCs'
// session keys cannot be given to it directly.
#include "media/transport/srtp_session.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "appliance/base/hex.h"

namespace sightline::transport {
namespace {

using base::Bytes;
using base::ByteView;

Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

Bytes aes_ctr(ByteView key, ByteView iv, ByteView input) {
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), nullptr, key.data(), iv.data());
    Bytes output(input.size());
    int size = 0;
    EVP_EncryptUpdate(context, output.data(), &size, input.data(), static_cast<int>(input.size()));
    EVP_CIPHER_CTX_free(context);
    return output;
}

// RFC 3711 section 4.3.3: AES-CM as the pseudo-random function, key derivation rate 0.
Bytes derive(ByteView master_key, ByteView master_salt, std::uint8_t label, std::size_t size) {
    Bytes iv(16, 0);
    std::copy(master_salt.begin(), master_salt.end(), iv.begin());
    iv[7] ^= label;
    return aes_ctr(master_key, iv, Bytes(size, 0));
}

// RFC 7714 section 8.1: SSRC, ROC and SEQ over the salt.
Bytes gcm_iv(ByteView salt, std::uint32_t ssrc, std::uint32_t roc, std::uint16_t sequence) {
    Bytes iv(12, 0);
    base::store32(&iv[2], ssrc);
    base::store32(&iv[6], roc);
    base::store16(&iv[10], sequence);
    for (std::size_t i = 0; i < iv.size(); ++i) iv[i] ^= salt[i];
    return iv;
}

Bytes gcm_seal(ByteView key, ByteView iv, ByteView clear, ByteView secret) {
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nullptr, key.data(), iv.data());
    int size = 0;
    EVP_EncryptUpdate(context, nullptr, &size, clear.data(), static_cast<int>(clear.size()));
    Bytes output(clear.begin(), clear.end());
    output.resize(clear.size() + secret.size() + 16);
    EVP_EncryptUpdate(context, &output[clear.size()], &size, secret.data(),
                      static_cast<int>(secret.size()));
    EVP_EncryptFinal_ex(context, nullptr, &size);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, &output[clear.size() + secret.size()]);
    EVP_CIPHER_CTX_free(context);
    return output;
}

// RFC 7714 section 16: "Gallia est omnis divisa in partes tres".
const Bytes kRtp =
    hex("8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e697320646976697361"
        "20696e207061727465732074726573");
const Bytes kSessionKey = hex("000102030405060708090a0b0c0d0e0f");
const Bytes kSessionSalt = hex("517569642070726f2071756f");

Bytes seal_rtp_by_rfc(ByteView key, ByteView salt, ByteView packet) {
    return gcm_seal(key, gcm_iv(salt, base::load32(&packet[8]), 0, base::load16(&packet[2])),
                    packet.first(12), packet.subspan(12));
}

TEST(SrtpVectors, OurDerivationIsThatOfRfc3711AppendixB3) {
    const Bytes key = hex("e1f97a0d3e018be0d64fa32c06de4139");
    const Bytes salt = hex("0ec675ad498afeebb6960b3aabe6");
    EXPECT_EQ(derive(key, salt, 0, 16), hex("c61e7a93744f39ee10734afe3ff7a087"));
    EXPECT_EQ(derive(key, salt, 2, 14), hex("30cbbc08863d8c85d49db34a9ae1"));
    EXPECT_EQ(derive(key, salt, 1, 20), hex("cebe321f6ff7716b6fd4ab49af256a156d38baa4"));
}

TEST(SrtpVectors, OurGcmIsThatOfRfc7714Section16) {
    EXPECT_EQ(gcm_iv(kSessionSalt, 0x5501a0b2, 0, 0xf17b), hex("51753c6580c2726f20718414"));
    EXPECT_EQ(seal_rtp_by_rfc(kSessionKey, kSessionSalt, kRtp),
              hex("8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a"
                  "51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce"));
}

const Bytes kMaster = hex("000102030405060708090a0b0c0d0e0fa0a1a2a3a4a5a6a7a8a9aaab");
const Bytes kOther = hex("101112131415161718191a1b1c1d1e1fb0b1b2b3b4b5b6b7b8b9babb");
const Bytes kCmMaster = hex("e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6");
const Bytes kCmOther = hex("f1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6");

Bytes protect(SrtpSession& session, ByteView packet) {
    Bytes buffer(packet.begin(), packet.end());
    buffer.resize(packet.size() + kMaxSrtpTrailer);
    buffer.resize(session.protect_rtp(buffer, packet.size()).value());
    return buffer;
}

TEST(SrtpSession, SealsRtpAsRfc7714Says) {
    SrtpSession session(SrtpProfile::AeadAes128Gcm, kMaster, kOther);
    const ByteView key = ByteView(kMaster).first(16);
    // RFC 7714 section 11: the 12-byte master salt stands before two zero bytes in the derivation.
    Bytes salt(kMaster.begin() + 16, kMaster.end());
    salt.resize(14, 0);
    EXPECT_EQ(protect(session, kRtp),
              seal_rtp_by_rfc(derive(key, salt, 0, 16), derive(key, salt, 2, 12), kRtp));
}

TEST(SrtpSession, SealsRtpAsRfc3711Says) {
    SrtpSession session(SrtpProfile::Aes128CmHmacSha1_80, kCmMaster, kCmOther);
    const ByteView key = ByteView(kCmMaster).first(16);
    const ByteView salt = ByteView(kCmMaster).subspan(16);
    // RFC 3711 section 4.1.1: IV = (k_s * 2^16) XOR (SSRC * 2^64) XOR (i * 2^16).
    Bytes iv = derive(key, salt, 2, 14);
    iv.resize(16, 0);
    for (std::size_t i = 0; i < 4; ++i) iv[4 + i] ^= kRtp[8 + i];
    iv[12] ^= kRtp[2];
    iv[13] ^= kRtp[3];
    Bytes expected(kRtp.begin(), kRtp.begin() + 12);
    const Bytes body = aes_ctr(derive(key, salt, 0, 16), iv, ByteView(kRtp).subspan(12));
    expected.insert(expected.end(), body.begin(), body.end());
    // Section 4.2: HMAC-SHA1 over the packet and the roll-over counter, 80 bits of it.
    Bytes covered = expected;
    covered.resize(covered.size() + 4, 0);
    const Bytes auth = derive(key, salt, 1, 20);
    std::uint8_t tag[20];
    HMAC(EVP_sha1(), auth.data(), 20, covered.data(), covered.size(), tag, nullptr);
    expected.insert(expected.end(), tag, tag + 10);
    EXPECT_EQ(protect(session, kRtp), expected);
}

struct Pair {
    explicit Pair(SrtpProfile profile)
        : gcm(profile == SrtpProfile::AeadAes128Gcm),
          near(profile, gcm ? kMaster : kCmMaster, gcm ? kOther : kCmOther),
          far(profile, gcm ? kOther : kCmOther, gcm ? kMaster : kCmMaster) {}
    bool gcm;
    SrtpSession near;
    SrtpSession far;
};

class BothProfiles : public ::testing::TestWithParam<SrtpProfile> {};
INSTANTIATE_TEST_SUITE_P(Srtp, BothProfiles,
                         ::testing::Values(SrtpProfile::AeadAes128Gcm,
                                           SrtpProfile::Aes128CmHmacSha1_80));

Bytes rtp(std::uint16_t sequence, std::uint32_t ssrc = 0x5501a0b2) {
    Bytes packet = kRtp;
    base::store16(&packet[2], sequence);
    base::store32(&packet[8], ssrc);
    return packet;
}

TEST_P(BothProfiles, OpensWhatItSealedAndRefusesItTheSecondTime) {
    Pair pair(GetParam());
    const Bytes sealed = protect(pair.near, kRtp);
    EXPECT_NE(Bytes(sealed.begin(), sealed.begin() + static_cast<std::ptrdiff_t>(kRtp.size())),
              kRtp);
    Bytes first = sealed;
    const auto size = pair.far.unprotect_rtp(first);
    ASSERT_EQ(size, kRtp.size());
    first.resize(*size);
    EXPECT_EQ(first, kRtp);
    Bytes replay = sealed;
    EXPECT_FALSE(pair.far.unprotect_rtp(replay));
}

TEST_P(BothProfiles, RefusesEveryFlippedBit) {
    Pair pair(GetParam());
    const Bytes sealed = protect(pair.near, kRtp);
    for (std::size_t bit = 0; bit < sealed.size() * 8; bit += 3) {
        Bytes forged = sealed;
        forged[bit / 8] = static_cast<std::uint8_t>(forged[bit / 8] ^ (1U << (bit % 8)));
        EXPECT_FALSE(pair.far.unprotect_rtp(forged)) << "bit " << bit;
    }
    Bytes genuine = sealed;
    EXPECT_TRUE(pair.far.unprotect_rtp(genuine));
}

TEST_P(BothProfiles, CarriesRtcpAndRefusesItsReplay) {
    Pair pair(GetParam());
    const Bytes report = hex("80c900015501a0b2");
    Bytes buffer = report;
    buffer.resize(report.size() + kMaxSrtpTrailer);
    buffer.resize(pair.near.protect_rtcp(buffer, report.size()).value());
    Bytes copy = buffer;
    ASSERT_EQ(pair.far.unprotect_rtcp(copy), report.size());
    copy.resize(report.size());
    EXPECT_EQ(copy, report);
    EXPECT_FALSE(pair.far.unprotect_rtcp(buffer));
}

TEST_P(BothProfiles, TakesLatePacketsWithinAThousandAndNoneOlder) {
    Pair pair(GetParam());
    Bytes late = protect(pair.near, rtp(100));
    Bytes too_late = protect(pair.near, rtp(101));
    for (std::uint16_t sequence = 200; sequence <= 1100; ++sequence) {
        Bytes packet = protect(pair.near, rtp(sequence));
        ASSERT_TRUE(pair.far.unprotect_rtp(packet));
    }
    EXPECT_TRUE(pair.far.unprotect_rtp(late));
    for (std::uint16_t sequence = 1101; sequence <= 1300; ++sequence) {
        Bytes packet = protect(pair.near, rtp(sequence));
        ASSERT_TRUE(pair.far.unprotect_rtp(packet));
    }
    EXPECT_FALSE(pair.far.unprotect_rtp(too_late));
}

TEST_P(BothProfiles, FollowsTheSequenceNumberAroundZero) {
    Pair pair(GetParam());
    for (std::uint32_t i = 0; i < 300; ++i) {
        Bytes packet = protect(pair.near, rtp(static_cast<std::uint16_t>(65400 + i)));
        ASSERT_TRUE(pair.far.unprotect_rtp(packet)) << i;
    }
}

TEST_P(BothProfiles, NeverSealsOneIndexTwice) {
    Pair pair(GetParam());
    protect(pair.near, rtp(5));
    Bytes again = rtp(5);
    again.resize(again.size() + kMaxSrtpTrailer);
    EXPECT_FALSE(pair.near.protect_rtp(again, kRtp.size()));
}

TEST_P(BothProfiles, RefusesWhatIsTooShortOrHasNoRoom) {
    Pair pair(GetParam());
    for (std::size_t size = 0; size < 40; ++size) {
        Bytes packet(size, 0x80);
        EXPECT_FALSE(pair.far.unprotect_rtp(packet)) << size;
        EXPECT_FALSE(pair.far.unprotect_rtcp(packet)) << size;
    }
    Bytes tight = kRtp;
    EXPECT_FALSE(pair.near.protect_rtp(tight, tight.size()));
    EXPECT_FALSE(pair.near.protect_rtcp(tight, tight.size()));
    EXPECT_FALSE(pair.near.protect_rtp(tight, 11));
}

TEST_P(BothProfiles, BoundsTheNumberOfSources) {
    Pair pair(GetParam());
    for (std::uint32_t ssrc = 1; ssrc <= SrtpSession::kMaxSources; ++ssrc) {
        Bytes packet = protect(pair.near, rtp(1, ssrc * 7919));
        ASSERT_TRUE(pair.far.unprotect_rtp(packet)) << ssrc;
    }
    Bytes one_more = protect(pair.near, rtp(1, 3));
    EXPECT_FALSE(pair.far.unprotect_rtp(one_more));
    Bytes known = protect(pair.near, rtp(2, 7919));
    EXPECT_TRUE(pair.far.unprotect_rtp(known));
}

}  // namespace
}  // namespace sightline::transport
