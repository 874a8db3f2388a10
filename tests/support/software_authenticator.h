// An authenticator in software, and the browser in front of it: makes a P-256 key, and answers
// registrations and sign-ins as WebAuthn level 2 has them, with every part in reach of a test that
// wants it wrong. CBOR is written by hand here, so that our reader is not tested against itself.
#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <memory>
#include <string>

#include "appliance/base/bytes.h"
#include "appliance/base/hex.h"

namespace sightline::test {

class SoftwareAuthenticator {
  public:
    // What a test may bend. The defaults are what an honest device does.
    std::string origin = "http://localhost:8080";
    std::string rp_id = "localhost";
    std::uint8_t flags = 0x05;  // user present, user verified
    std::uint32_t counter = 1;
    std::string format = "none";
    base::Bytes id = base::Bytes(32, 0xc1);
    std::string extra_client_data;  // such as ",\"crossOrigin\":true"

    SoftwareAuthenticator() : key_(EVP_EC_gen("P-256")) {}

    // The public key as COSE_Key: {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
    base::Bytes cose_key() const {
        base::Bytes out = {0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20};
        append(out, coordinate(OSSL_PKEY_PARAM_EC_PUB_X));
        append(out, {0x22, 0x58, 0x20});
        append(out, coordinate(OSSL_PKEY_PARAM_EC_PUB_Y));
        return out;
    }

    base::Bytes attested_data() const {
        base::Bytes out = data_start(static_cast<std::uint8_t>(flags | 0x40));
        out.insert(out.end(), 16, 0);  // aaguid
        append(out,
               {static_cast<std::uint8_t>(id.size() >> 8), static_cast<std::uint8_t>(id.size())});
        append(out, id);
        append(out, cose_key());
        return out;
    }
    // {"fmt": format, "attStmt": {}, "authData": data}
    base::Bytes attestation_object(const base::Bytes& data) const {
        base::Bytes out = {0xa3, 0x63, 'f', 'm', 't'};
        out.push_back(static_cast<std::uint8_t>(0x60 + format.size()));
        append(out, bytes_of(format));
        append(out, {0x67,
                     'a',
                     't',
                     't',
                     'S',
                     't',
                     'm',
                     't',
                     0xa0,
                     0x68,
                     'a',
                     'u',
                     't',
                     'h',
                     'D',
                     'a',
                     't',
                     'a',
                     0x59,
                     static_cast<std::uint8_t>(data.size() >> 8),
                     static_cast<std::uint8_t>(data.size())});
        append(out, data);
        return out;
    }
    base::Bytes attestation_object() const { return attestation_object(attested_data()); }

    std::string client_data(const std::string& type, base::ByteView challenge) const {
        return R"({"type":")" + type + R"(","challenge":")" + base::to_base64url(challenge) +
               R"(","origin":")" + origin + "\"" + extra_client_data + "}";
    }
    base::Bytes assertion_data() const { return data_start(flags); }

    // Over authenticator data and the hash of the client data (section 7.2 step 20), DER.
    base::Bytes sign(const base::Bytes& data, const std::string& client_data) const {
        base::Bytes message = data;
        append(message, sha256(client_data));
        const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
        std::size_t size = 0;
        EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size());
        base::Bytes signature(size);
        EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size());
        signature.resize(size);
        return signature;
    }

    static base::Bytes sha256(std::string_view text) {
        base::Bytes hash(SHA256_DIGEST_LENGTH);
        SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
        return hash;
    }

  private:
    struct Free {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    static void append(base::Bytes& to, const base::Bytes& what) {
        to.insert(to.end(), what.begin(), what.end());
    }
    static base::Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

    base::Bytes coordinate(const char* name) const {
        BIGNUM* number = nullptr;
        EVP_PKEY_get_bn_param(key_.get(), name, &number);
        base::Bytes bytes(32);
        BN_bn2binpad(number, bytes.data(), 32);
        BN_free(number);
        return bytes;
    }
    base::Bytes data_start(std::uint8_t with_flags) const {
        base::Bytes out = sha256(rp_id);
        out.push_back(with_flags);
        std::uint8_t big_endian[4];
        base::store32(big_endian, counter);
        out.insert(out.end(), std::begin(big_endian), std::end(big_endian));
        return out;
    }

    std::unique_ptr<EVP_PKEY, Free> key_;
};

}  // namespace sightline::test
