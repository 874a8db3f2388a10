// Views of bytes, and a bounded big-endian reader and writer. No allocation, no ownership: a view
// is valid as long as the buffer it was made from. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sightline::base {

using ByteView = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;
using Bytes = std::vector<std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Unchecked loads and stores in network byte order, for offsets that the caller has checked.
inline std::uint16_t load16(const std::uint8_t* p) {
    return static_cast<std::uint16_t>((p[0] << 8) | p[1]);
}
inline std::uint32_t load24(const std::uint8_t* p) {
    return (std::uint32_t{p[0]} << 16) | (std::uint32_t{p[1]} << 8) | p[2];
}
inline std::uint32_t load32(const std::uint8_t* p) {
    return (std::uint32_t{p[0]} << 24) | (std::uint32_t{p[1]} << 16) | (std::uint32_t{p[2]} << 8) |
           p[3];
}
inline std::uint64_t load64(const std::uint8_t* p) {
    return (std::uint64_t{load32(p)} << 32) | load32(p + 4);
}
inline void store16(std::uint8_t* p, std::uint16_t v) {
    p[0] = static_cast<std::uint8_t>(v >> 8);
    p[1] = static_cast<std::uint8_t>(v);
}
inline void store24(std::uint8_t* p, std::uint32_t v) {
    p[0] = static_cast<std::uint8_t>(v >> 16);
    p[1] = static_cast<std::uint8_t>(v >> 8);
    p[2] = static_cast<std::uint8_t>(v);
}
inline void store32(std::uint8_t* p, std::uint32_t v) {
    store16(p, static_cast<std::uint16_t>(v >> 16));
    store16(p + 2, static_cast<std::uint16_t>(v));
}
inline void store64(std::uint8_t* p, std::uint64_t v) {
    store32(p, static_cast<std::uint32_t>(v >> 32));
    store32(p + 4, static_cast<std::uint32_t>(v));
}

// Reads forward through a view. Past the end every read gives 0 and ok() turns false for good, so a
// parser may read a whole structure and check once.
class ByteReader {
  public:
    explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

    std::uint8_t u8() { return take(1) ? bytes_[at_ - 1] : std::uint8_t{0}; }
    std::uint16_t u16() { return take(2) ? load16(&bytes_[at_ - 2]) : std::uint16_t{0}; }
    std::uint32_t u24() { return take(3) ? load24(&bytes_[at_ - 3]) : 0; }
    std::uint32_t u32() { return take(4) ? load32(&bytes_[at_ - 4]) : 0; }
    std::uint64_t u64() { return take(8) ? load64(&bytes_[at_ - 8]) : 0; }
    ByteView bytes(std::size_t n) { return take(n) ? bytes_.subspan(at_ - n, n) : ByteView{}; }
    bool skip(std::size_t n) { return take(n); }

    bool ok() const { return ok_; }
    std::size_t left() const { return bytes_.size() - at_; }
    ByteView rest() const { return bytes_.subspan(at_); }

  private:
    bool take(std::size_t n) {
        if (!ok_ || n > left()) {
            ok_ = false;
            return false;
        }
        at_ += n;
        return true;
    }

    ByteView bytes_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

// Writes forward into a buffer. Past the end nothing is written and ok() turns false for good.
class ByteWriter {
  public:
    explicit ByteWriter(MutableBytes buffer) : buffer_(buffer) {}

    void u8(std::uint8_t v) {
        if (auto* p = take(1)) *p = v;
    }
    void u16(std::uint16_t v) {
        if (auto* p = take(2)) store16(p, v);
    }
    void u24(std::uint32_t v) {
        if (auto* p = take(3)) store24(p, v);
    }
    void u32(std::uint32_t v) {
        if (auto* p = take(4)) store32(p, v);
    }
    void u64(std::uint64_t v) {
        if (auto* p = take(8)) store64(p, v);
    }
    void bytes(ByteView v) {
        if (v.empty()) return;
        if (auto* p = take(v.size())) std::memcpy(p, v.data(), v.size());
    }
    void fill(std::size_t n, std::uint8_t v) {
        if (n == 0) return;
        if (auto* p = take(n)) std::memset(p, v, n);
    }

    bool ok() const { return ok_; }
    std::size_t size() const { return at_; }
    MutableBytes written() const { return buffer_.first(at_); }

  private:
    std::uint8_t* take(std::size_t n) {
        if (!ok_ || n > buffer_.size() - at_) {
            ok_ = false;
            return nullptr;
        }
        at_ += n;
        return &buffer_[at_ - n];
    }

    MutableBytes buffer_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

}  // namespace sightline::base
