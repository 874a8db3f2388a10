#include "session/identity/verification_words.h"

#include <openssl/evp.h>
#include <string.h>

#include <algorithm>
#include <array>

#include "appliance/base/check.h"
#include "appliance/base/hex.h"
#include "session/identity/words.h"

namespace sightline::identity {
namespace {

constexpr std::size_t kSaltBytes = 32;
constexpr int kIterations = 100'000;
constexpr std::size_t kBitsPerWord = 11;
constexpr std::size_t kBytes = (kVerificationWords * kBitsPerWord + 7) / 8;
static_assert(kWords == std::size_t{1} << kBitsPerWord);

const std::vector<std::string_view>& words() {
    static const std::vector<std::string_view> all = [] {
        std::vector<std::string_view> lines;
        std::string_view rest = words_text();
        for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
            lines.push_back(rest.substr(0, end));
            rest.remove_prefix(end + 1);
        }
        CHECK(lines.size() == kWords && rest.empty());
        return lines;
    }();
    return all;
}

base::Bytes salt_of(std::string_view hex) {
    auto salt = base::from_hex(hex);
    CHECK(salt && salt->size() == kSaltBytes);
    return std::move(*salt);
}

}  // namespace

std::string commitment_of(std::string_view salt_hex) {
    const base::Bytes salt = salt_of(salt_hex);
    std::array<std::uint8_t, 32> digest{};
    CHECK(EVP_Digest(salt.data(), salt.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1);
    return base::to_base64url(digest);
}

std::vector<std::string> verification_words(base::SessionId session,
                                            std::vector<std::string> thumbprints,
                                            std::string_view salt_hex) {
    const base::Bytes salt = salt_of(salt_hex);
    std::sort(thumbprints.begin(), thumbprints.end());
    std::string password = "sightline-words\n" + session.text();
    for (const std::string& thumbprint : thumbprints) password += "\n" + thumbprint;
    std::array<std::uint8_t, kBytes> bits{};
    CHECK(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                            static_cast<int>(salt.size()), kIterations, EVP_sha512(),
                            static_cast<int>(bits.size()), bits.data()) == 1);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < kVerificationWords; ++i) {
        std::size_t index = 0;
        for (std::size_t bit = i * kBitsPerWord; bit < (i + 1) * kBitsPerWord; ++bit) {
            index = index << 1 | (bits[bit / 8] >> (7 - bit % 8) & 1u);
        }
        out.emplace_back(words()[index]);
    }
    return out;
}

}  // namespace sightline::identity
