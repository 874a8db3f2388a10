// What parses must lie inside the input, extensions included.
#include "appliance/base/check.h"
#include "media/wire/rtp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    const auto packet = wire::parse_rtp({data, size});
    if (!packet) return 0;
    CHECK(packet->payload.size() + packet->padding + wire::kRtpHeaderSize <= size);
    for (int id = 0; id < 256; ++id) {
        const auto extension = packet->extension(static_cast<std::uint8_t>(id));
        if (extension && !extension->empty()) {
            CHECK(extension->data() > data && &extension->back() < data + size);
        }
    }
    return 0;
}
