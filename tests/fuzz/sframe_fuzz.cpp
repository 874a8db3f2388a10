// Frames as anybody may send them: the trailer is read, and nothing opens that was not sealed.
#include <cstdlib>

#include "media/sframe/keyring.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    const base::ByteView bytes(data, size);
    const auto trailer = sframe::parse_trailer(bytes);
    if (!trailer) return 0;
    std::array<std::uint8_t, sframe::kMaxHeaderBytes> again{};
    if (sframe::write_header(trailer->header, again) + 1 != trailer->size) std::abort();
    sframe::Keyring keys;
    keys.add(trailer->header.kid, base::Secret(base::ByteView(base::Bytes(32, 1))));
    for (const auto kind : {wire::MediaKind::Audio, wire::MediaKind::Video}) {
        base::Bytes frame(bytes.begin(), bytes.end());
        const auto opened = keys.open(kind, frame, base::Instant{});
        if (opened.opening == sframe::Opening::Opened) std::abort();
    }
    return 0;
}
