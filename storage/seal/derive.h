// Keys from secrets: HMAC-SHA256 (RFC 2104), HKDF-SHA256 (RFC 5869) and scrypt (RFC 7914) for what
// people remember. Any thread, but each Mac on one at a time.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "appliance/base/bytes.h"
#include "appliance/base/secret.h"

namespace sightline::storage::seal {

using Digest = std::array<std::uint8_t, 32>;

// One key for many short messages: the key schedule is paid once.
class Mac {
  public:
    explicit Mac(const base::Secret& key);
    ~Mac();
    Mac(Mac&&) noexcept;
    Mac& operator=(Mac&&) noexcept;

    Digest of(base::ByteView message) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// 32 bytes for one purpose; `info` names the purpose.
base::Secret hkdf(const base::Secret& secret, base::ByteView salt, std::string_view info);

// scrypt's cost: N = 2^log2_n blocks of r = 8, p = 1, so 128·8·N bytes of memory.
struct PinCost {
    std::uint32_t log2_n = 16;  // 64 MiB, some 0.2 s on a kiosk
};
inline constexpr std::uint32_t kMinLog2N = 10;
inline constexpr std::uint32_t kMaxLog2N = 20;

// What a PIN is worth: a part that seals keys, and a part that is shown to the TPM and would not
// help to compute the other. `cost` within the bounds above.
struct StretchedPin {
    base::Secret seal;  // 32 bytes
    base::Secret auth;  // 32 bytes
};
StretchedPin stretch_pin(const base::Secret& pin, base::ByteView salt, PinCost cost);

}  // namespace sightline::storage::seal
