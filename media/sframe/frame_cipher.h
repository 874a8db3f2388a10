// One SFrame key and what it does to frames (RFC 9605 sections 4.4.2 to 4.4.4, 4.5.1): the key and
// the salt are derived from a base key once, after that nothing is allocated. Works in place. One
// thread. Any number of frames, each under a counter of its own: the caller sees to that.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "appliance/base/bytes.h"
#include "appliance/base/secret.h"
#include "media/sframe/header.h"
#include "media/sframe/suite.h"

struct evp_cipher_ctx_st;
struct evp_mac_ctx_st;

namespace sightline::sframe {

class FrameCipher {
  public:
    // A base key of any length; ours have 32 random bytes. Aborts if OpenSSL has no such cipher.
    FrameCipher(Suite suite, std::uint64_t kid, const base::Secret& base_key);
    // From what a base key would give: the cipher's key with the HMAC's behind it, and the salt.
    static FrameCipher from_keys(Suite suite, std::uint64_t kid, base::ByteView keys,
                                 base::ByteView salt);
    ~FrameCipher();
    FrameCipher(FrameCipher&&) noexcept;
    FrameCipher& operator=(FrameCipher&&) noexcept;

    std::uint64_t kid() const { return kid_; }
    std::size_t tag_size() const { return traits(suite_).tag; }

    // Encrypts `frame` in place under the counter and authenticates it together with the header, as
    // written, and `metadata`. `tag` has tag_size() bytes.
    void seal(std::uint64_t counter, base::ByteView header, base::ByteView metadata,
              base::MutableBytes frame, base::MutableBytes tag);
    // False: not authentic, and `frame` is zeros.
    bool open(std::uint64_t counter, base::ByteView header, base::ByteView metadata,
              base::MutableBytes frame, base::ByteView tag);

  private:
    using Nonce = std::array<std::uint8_t, kNonceBytes>;
    struct CipherFree {
        void operator()(evp_cipher_ctx_st* context) const;
    };
    struct MacFree {
        void operator()(evp_mac_ctx_st* context) const;
    };
    using CipherContext = std::unique_ptr<evp_cipher_ctx_st, CipherFree>;

    FrameCipher(Suite suite, std::uint64_t kid) : suite_(suite), kid_(kid) {}
    void use_keys(base::ByteView keys);
    Nonce nonce(std::uint64_t counter) const;
    void counter_mode(const Nonce& nonce, base::MutableBytes frame);
    std::array<std::uint8_t, kMaxTagBytes> hmac(const Nonce& nonce, base::ByteView header,
                                                base::ByteView metadata, base::ByteView frame);
    CipherContext make_context(bool encrypts, base::ByteView key) const;

    Suite suite_;
    std::uint64_t kid_;
    Nonce salt_{};
    CipherContext seal_, open_;  // with the key schedule; CTR uses one for both
    std::unique_ptr<evp_mac_ctx_st, MacFree> mac_;
};

}  // namespace sightline::sframe
