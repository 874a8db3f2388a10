// What parses can be written, and what we write parses.
#include "appliance/base/check.h"
#include "media/wire/sdp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    const auto fragment = wire::parse_sdp_fragment(base::as_text({data, size}));
    if (!fragment) return 0;
    const auto text = wire::write_sdp_fragment(*fragment);
    if (text.size() > wire::kMaxSdpBytes) return 0;
    const auto again = wire::parse_sdp_fragment(text);
    CHECK(again && again->candidates.size() == fragment->candidates.size());
    return 0;
}
