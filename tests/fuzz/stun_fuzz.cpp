// What parses must be readable to the end, and its integrity checkable.
#include "media/wire/stun.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    const auto message = wire::parse_stun({data, size});
    if (message) wire::integrity_ok(*message, "VOkJxbRl1RmTxUk/WvJxBt");
    return 0;
}
