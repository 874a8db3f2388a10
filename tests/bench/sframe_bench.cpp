// What SFrame costs per frame, to protect and to open, beside plain AES-256-GCM of the same bytes
// with OpenSSL: an Opus packet, and pictures of a delta and a key frame's size.
#include <benchmark/benchmark.h>
#include <openssl/evp.h>

#include "media/sframe/keyring.h"

namespace {

using namespace sightline;

const base::Bytes kKey(32, 7);

void plain_gcm(benchmark::State& state) {
    base::Bytes frame(static_cast<std::size_t>(state.range(0)), 0x5a);
    std::array<std::uint8_t, 12> iv{};
    std::array<std::uint8_t, 16> tag{};
    const std::array<std::uint8_t, 6> aad{};
    EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex2(context, cipher, kKey.data(), nullptr, nullptr);
    int n = 0;
    for (auto _ : state) {
        ++iv[11];
        EVP_EncryptInit_ex2(context, nullptr, nullptr, iv.data(), nullptr);
        EVP_EncryptUpdate(context, nullptr, &n, aad.data(), aad.size());
        EVP_EncryptUpdate(context, frame.data(), &n, frame.data(), static_cast<int>(frame.size()));
        EVP_EncryptFinal_ex(context, frame.data() + n, &n);
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, tag.data());
        benchmark::DoNotOptimize(tag);
    }
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(cipher);
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

// As sframe_open below: each iteration encrypts a frame anew, which is not counted.
void plain_gcm_open(benchmark::State& state) {
    base::Bytes frame(static_cast<std::size_t>(state.range(0)), 0x5a);
    const std::array<std::uint8_t, 12> iv{};
    std::array<std::uint8_t, 16> tag{};
    const std::array<std::uint8_t, 6> aad{};
    EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    EVP_CIPHER_CTX* const sealing = EVP_CIPHER_CTX_new();
    EVP_CIPHER_CTX* const opening = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex2(sealing, cipher, kKey.data(), nullptr, nullptr);
    EVP_DecryptInit_ex2(opening, cipher, kKey.data(), nullptr, nullptr);
    const auto size = static_cast<int>(frame.size());
    int n = 0;
    for (auto _ : state) {
        EVP_EncryptInit_ex2(sealing, nullptr, nullptr, iv.data(), nullptr);
        EVP_EncryptUpdate(sealing, nullptr, &n, aad.data(), aad.size());
        EVP_EncryptUpdate(sealing, frame.data(), &n, frame.data(), size);
        EVP_EncryptFinal_ex(sealing, frame.data() + n, &n);
        EVP_CIPHER_CTX_ctrl(sealing, EVP_CTRL_AEAD_GET_TAG, 16, tag.data());
        const auto begin = std::chrono::steady_clock::now();
        EVP_DecryptInit_ex2(opening, nullptr, nullptr, iv.data(), nullptr);
        EVP_DecryptUpdate(opening, nullptr, &n, aad.data(), aad.size());
        EVP_DecryptUpdate(opening, frame.data(), &n, frame.data(), size);
        EVP_CIPHER_CTX_ctrl(opening, EVP_CTRL_AEAD_SET_TAG, 16, tag.data());
        const int authentic = EVP_DecryptFinal_ex(opening, frame.data() + n, &n);
        const auto end = std::chrono::steady_clock::now();
        if (authentic != 1) state.SkipWithError("it did not open");
        state.SetIterationTime(std::chrono::duration<double>(end - begin).count());
    }
    EVP_CIPHER_CTX_free(opening);
    EVP_CIPHER_CTX_free(sealing);
    EVP_CIPHER_free(cipher);
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void sframe_protect(benchmark::State& state) {
    const auto size = static_cast<std::size_t>(state.range(0));
    base::Bytes buffer(size + sframe::kMaxOverhead, 0x5a);
    sframe::SendingKey key(70'000, base::Secret(base::ByteView(kKey)));
    for (auto _ : state) {
        benchmark::DoNotOptimize(key.protect(wire::MediaKind::Video, buffer, size));
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

// Each iteration protects a frame anew, which is not counted.
void sframe_open(benchmark::State& state) {
    const auto size = static_cast<std::size_t>(state.range(0));
    base::Bytes buffer(size + sframe::kMaxOverhead, 0x5a);
    sframe::SendingKey key(70'000, base::Secret(base::ByteView(kKey)));
    sframe::Keyring keys;
    keys.add(70'000, base::Secret(base::ByteView(kKey)));
    const base::Instant now{std::chrono::hours(1)};
    for (auto _ : state) {
        const auto sealed = key.protect(wire::MediaKind::Video, buffer, size);
        const auto begin = std::chrono::steady_clock::now();
        const auto opened =
            keys.open(wire::MediaKind::Video, base::MutableBytes(buffer).first(sealed), now);
        const auto end = std::chrono::steady_clock::now();
        if (opened.opening != sframe::Opening::Opened) state.SkipWithError("it did not open");
        state.SetIterationTime(std::chrono::duration<double>(end - begin).count());
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

BENCHMARK(plain_gcm)->Arg(120)->Arg(5'000)->Arg(60'000);
BENCHMARK(plain_gcm_open)->Arg(120)->Arg(5'000)->Arg(60'000)->UseManualTime();
BENCHMARK(sframe_protect)->Arg(120)->Arg(5'000)->Arg(60'000);
BENCHMARK(sframe_open)->Arg(120)->Arg(5'000)->Arg(60'000)->UseManualTime();

}  // namespace

BENCHMARK_MAIN();
