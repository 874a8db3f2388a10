#include "appliance/hub/cbor_reader.h"

#include <cbor.h>

#include <limits>

namespace sightline::hub {
namespace {

using Kind = CborReader::Kind;
using Item = CborReader::Item;

struct Taken {
    std::optional<Item> item;
};

template <class Number>
void take_unsigned(void* context, Number value) {
    static_cast<Taken*>(context)->item = Item{Kind::Unsigned, value, {}};
}
template <class Number>
void take_negative(void* context, Number value) {
    static_cast<Taken*>(context)->item = Item{Kind::Negative, value, {}};
}
template <Kind kKind>
void take_string(void* context, cbor_data data, std::size_t size) {
    static_cast<Taken*>(context)->item = Item{kKind, 0, {data, size}};
}
template <Kind kKind>
void take_start(void* context, std::size_t entries) {
    static_cast<Taken*>(context)->item = Item{kKind, entries, {}};
}
void take_simple(void* context) { static_cast<Taken*>(context)->item = Item{}; }

// What has no entry of ours here (indefinite lengths, tags, breaks) leaves nothing taken.
cbor_callbacks callbacks() {
    cbor_callbacks calls = cbor_empty_callbacks;
    calls.uint8 = take_unsigned<std::uint8_t>;
    calls.uint16 = take_unsigned<std::uint16_t>;
    calls.uint32 = take_unsigned<std::uint32_t>;
    calls.uint64 = take_unsigned<std::uint64_t>;
    calls.negint8 = take_negative<std::uint8_t>;
    calls.negint16 = take_negative<std::uint16_t>;
    calls.negint32 = take_negative<std::uint32_t>;
    calls.negint64 = take_negative<std::uint64_t>;
    calls.byte_string = take_string<Kind::Bytes>;
    calls.string = take_string<Kind::Text>;
    calls.array_start = take_start<Kind::Array>;
    calls.map_start = take_start<Kind::Map>;
    calls.null = take_simple;
    calls.undefined = take_simple;
    calls.boolean = [](void* context, bool) { take_simple(context); };
    calls.float2 = [](void* context, float) { take_simple(context); };
    calls.float4 = [](void* context, float) { take_simple(context); };
    calls.float8 = [](void* context, double) { take_simple(context); };
    return calls;
}

}  // namespace

std::optional<Item> CborReader::next() {
    static const cbor_callbacks kCallbacks = callbacks();
    Taken taken;
    const auto result = cbor_stream_decode(rest_.data(), rest_.size(), &kCallbacks, &taken);
    if (result.status != CBOR_DECODER_FINISHED || result.read > rest_.size() || !taken.item) {
        return std::nullopt;
    }
    rest_ = rest_.subspan(result.read);
    const bool fits = taken.item->kind == Kind::Map     ? taken.item->value <= rest_.size() / 2
                      : taken.item->kind == Kind::Array ? taken.item->value <= rest_.size()
                                                        : true;
    if (!fits) return std::nullopt;
    return taken.item;
}

bool CborReader::skip(int depth) {
    const auto item = next();
    if (!item) return false;
    if (item->kind != Kind::Array && item->kind != Kind::Map) return true;
    if (depth == 0) return false;
    const std::uint64_t items = item->kind == Kind::Map ? 2 * item->value : item->value;
    for (std::uint64_t i = 0; i < items; ++i) {
        if (!skip(depth - 1)) return false;
    }
    return true;
}

std::optional<std::uint64_t> CborReader::map() {
    const auto item = next();
    if (!item || item->kind != Kind::Map) return std::nullopt;
    return item->value;
}

std::optional<std::string_view> CborReader::text() {
    const auto item = next();
    if (!item || item->kind != Kind::Text) return std::nullopt;
    return base::as_text(item->bytes);
}

std::optional<base::ByteView> CborReader::bytes() {
    const auto item = next();
    if (!item || item->kind != Kind::Bytes) return std::nullopt;
    return item->bytes;
}

std::optional<std::int64_t> CborReader::integer() {
    const auto item = next();
    if (!item || item->value > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    const auto value = static_cast<std::int64_t>(item->value);
    if (item->kind == Kind::Unsigned) return value;
    if (item->kind == Kind::Negative) return -1 - value;
    return std::nullopt;
}

}  // namespace sightline::hub
