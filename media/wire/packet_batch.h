// Datagrams on their way out: the core writes them here, media/io sends them in one system call.
// The buffers are made once and used again, so that the packet path allocates nothing. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "appliance/base/bytes.h"
#include "media/wire/path.h"

namespace sightline::wire {

inline constexpr std::size_t kMaxDatagram = 1500;

class PacketBatch {
  public:
    struct Entry {
        Path path;
        std::size_t size = 0;
        std::array<std::uint8_t, kMaxDatagram> bytes;
    };

    explicit PacketBatch(std::size_t capacity = 1024) : entries_(capacity) {}

    // A buffer of kMaxDatagram bytes for the next datagram; empty when the batch is full, and then
    // the datagram is lost as on a full socket, and counted. Valid until the next commit or clear.
    base::MutableBytes next() {
        if (used_ == entries_.size()) {
            ++overflows_;
            return {};
        }
        return entries_[used_].bytes;
    }
    // Takes the first `size` bytes of the buffer that next() gave as a datagram to `path`.
    void commit(const Path& path, std::size_t size) {
        entries_[used_].path = path;
        entries_[used_].size = size;
        ++used_;
    }
    // Copies a whole datagram in; false when the batch is full or the datagram is too large.
    bool add(const Path& path, base::ByteView datagram) {
        if (datagram.size() > kMaxDatagram) return false;
        const auto buffer = next();
        if (buffer.empty()) return false;
        std::memcpy(buffer.data(), datagram.data(), datagram.size());
        commit(path, datagram.size());
        return true;
    }

    std::span<Entry> entries() { return std::span(entries_).first(used_); }
    std::span<const Entry> entries() const { return std::span(entries_).first(used_); }
    std::size_t size() const { return used_; }
    std::size_t capacity() const { return entries_.size(); }
    bool empty() const { return used_ == 0; }
    void clear() { used_ = 0; }
    std::uint64_t overflows() const { return overflows_; }

  private:
    std::vector<Entry> entries_;
    std::size_t used_ = 0;
    std::uint64_t overflows_ = 0;
};

}  // namespace sightline::wire
