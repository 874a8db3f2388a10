// Bytes that are wiped when they are no longer needed: tokens, passwords, keys. Move-only, and it
// has no output operator, so that it cannot reach a log by accident.
#pragma once

#include <string.h>

#include <string_view>
#include <utility>

#include "appliance/base/bytes.h"

namespace sightline::base {

class Secret {
  public:
    Secret() = default;
    explicit Secret(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
    explicit Secret(std::string_view text) : Secret(as_bytes(text)) {}
    Secret(Secret&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
    Secret& operator=(Secret&& other) noexcept {
        wipe();
        bytes_ = std::exchange(other.bytes_, {});
        return *this;
    }
    ~Secret() { wipe(); }

    ByteView reveal() const { return bytes_; }
    std::string_view reveal_text() const { return as_text(bytes_); }
    bool empty() const { return bytes_.empty(); }

  private:
    void wipe() {
        if (!bytes_.empty()) ::explicit_bzero(bytes_.data(), bytes_.size());
    }
    Bytes bytes_;
};

}  // namespace sightline::base
