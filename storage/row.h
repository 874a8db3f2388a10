// Binding and reading what SQLiteCpp has no overload for: 64-bit identifiers, counts and bytes. The
// columns are signed; identifiers keep their bits.
#pragma once

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "appliance/base/bytes.h"
#include "appliance/base/ids.h"

namespace sightline::storage {

// A statement that is ready for its next use when this goes, whatever happened in between.
class Use {
  public:
    explicit Use(SQLite::Statement& statement) : statement_(statement) {}
    ~Use() {
        statement_.tryReset();
        // Forgets the views that were bound, and never fails.
        statement_.clearBindings();
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    SQLite::Statement* operator->() const { return &statement_; }

    Use& bind(int at, std::uint64_t number) {
        statement_.bind(at, static_cast<std::int64_t>(number));
        return *this;
    }
    // Not copied: `bytes` must outlive this.
    Use& bind(int at, base::ByteView bytes) {
        statement_.bindNoCopy(at, bytes.data(), static_cast<int>(bytes.size()));
        return *this;
    }
    template <class Tag>
    Use& bind(int at, base::Id<Tag> id) {
        return bind(at, id.value());
    }

    std::uint64_t number(int column) const {
        return static_cast<std::uint64_t>(statement_.getColumn(column).getInt64());
    }
    base::Bytes bytes(int column) const {
        const auto value = statement_.getColumn(column);
        const auto* data = static_cast<const std::uint8_t*>(value.getBlob());
        return data == nullptr ? base::Bytes{} : base::Bytes(data, data + value.getBytes());
    }

    // Filled up with zeros, or cut: whoever reads a hash compares it.
    template <std::size_t N>
    std::array<std::uint8_t, N> array(int column) const {
        const auto all = bytes(column);
        std::array<std::uint8_t, N> out{};
        std::copy_n(all.begin(), std::min(N, all.size()), out.begin());
        return out;
    }

  private:
    SQLite::Statement& statement_;
};

}  // namespace sightline::storage
