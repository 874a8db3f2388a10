// Reads CBOR (RFC 8949) item by item from a view, by libcbor's streaming decoder, which allocates
// nothing: a header that announces a billion entries costs nothing. Only what CTAP2 writes is
// taken: definite lengths, no tags. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "appliance/base/bytes.h"

namespace sightline::hub {

class CborReader {
  public:
    enum class Kind : std::uint8_t { Unsigned, Negative, Bytes, Text, Array, Map, Simple };
    struct Item {
        Kind kind = Kind::Simple;
        std::uint64_t value =
            0;                 // Unsigned n: n; Negative -1-n: n; Array, Map: entries that follow
        base::ByteView bytes;  // of Bytes and Text
    };

    explicit CborReader(base::ByteView bytes) : rest_(bytes) {}

    // nullopt: malformed, cut short, or of a kind that is not taken. A container that announces
    // more entries than there are bytes left is malformed.
    std::optional<Item> next();
    // Passes over one item with all that is in it; false as above, or when it is nested too deep.
    bool skip(int depth = 4);

    // Shorthands for what is expected next; nullopt when something else comes.
    std::optional<std::uint64_t> map();
    std::optional<std::string_view> text();
    std::optional<base::ByteView> bytes();
    std::optional<std::int64_t> integer();

    base::ByteView rest() const { return rest_; }

  private:
    base::ByteView rest_;
};

}  // namespace sightline::hub
