// A descriptor that parses can be rewritten in place, and reads back as what was written.
#include "appliance/base/check.h"
#include "media/wire/vp8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    base::Bytes payload(data, data + size);
    const auto descriptor = wire::parse_vp8(payload);
    if (!descriptor) return 0;
    CHECK(descriptor->size < size);
    wire::starts_key_frame(*descriptor, payload);
    wire::rewrite_vp8(payload, *descriptor, 0x7ABC, 0x5A);
    const auto again = wire::parse_vp8(payload);
    CHECK(again && again->size == descriptor->size);
    CHECK(!again->picture_id || (*again->picture_id & 0x7F) == 0x3C);
    CHECK(!again->tl0_picture_index || *again->tl0_picture_index == 0x5A);
    return 0;
}
