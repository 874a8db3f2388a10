#include "media/sframe/frame.h"

#include <algorithm>

#include "appliance/base/check.h"

namespace sightline::sframe {

std::size_t clear_bytes(wire::MediaKind kind, base::ByteView frame) {
    if (frame.empty()) return 0;
    std::size_t wanted = 1;
    if (kind == wire::MediaKind::Video) {
        const bool key_frame = (frame[0] & 1) == 0;
        wanted = key_frame ? 10 : 3;
    }
    return std::min(wanted, frame.size());
}

std::size_t protect(FrameCipher& cipher, std::uint64_t counter, wire::MediaKind kind,
                    base::MutableBytes buffer, std::size_t size) {
    CHECK(buffer.size() >= size + kMaxOverhead);
    const auto clear = clear_bytes(kind, buffer.first(size));
    const auto tag = buffer.subspan(size, cipher.tag_size());
    const auto header = buffer.subspan(size + tag.size());
    const auto header_bytes = write_header({cipher.kid(), counter}, header);
    header[header_bytes] = static_cast<std::uint8_t>(header_bytes);
    cipher.seal(counter, header.first(header_bytes), buffer.first(clear),
                buffer.subspan(clear, size - clear), tag);
    return size + tag.size() + header_bytes + 1;
}

std::optional<Trailer> parse_trailer(base::ByteView bytes) {
    if (bytes.empty()) return std::nullopt;
    const std::size_t length = bytes.back();
    if (length == 0 || length > kMaxHeaderBytes || length + 1 > bytes.size()) return std::nullopt;
    const auto parsed = parse_header(bytes.last(length + 1).first(length));
    if (!parsed || parsed->size != length) return std::nullopt;
    return Trailer{parsed->header, length + 1};
}

std::optional<std::size_t> unprotect(FrameCipher& cipher, const Trailer& trailer,
                                     wire::MediaKind kind, base::MutableBytes frame) {
    const auto behind = trailer.size + cipher.tag_size();
    if (trailer.size < 2 || frame.size() < behind) return std::nullopt;
    const auto size = frame.size() - behind;
    const auto clear = clear_bytes(kind, frame.first(size));
    const bool authentic =
        cipher.open(trailer.header.counter, frame.last(trailer.size).first(trailer.size - 1),
                    frame.first(clear), frame.subspan(clear, size - clear),
                    frame.subspan(size, cipher.tag_size()));
    if (!authentic) return std::nullopt;
    return size;
}

}  // namespace sightline::sframe
