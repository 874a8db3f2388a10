// What parses can be written, and what we write parses and stays the same from then on.
#include "appliance/base/check.h"
#include "media/wire/sdp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    const auto sdp = wire::parse_sdp(base::as_text({data, size}));
    if (!sdp) {
        CHECK(!sdp.error().text.empty());
        return 0;
    }
    const auto text = wire::write_sdp(*sdp);
    if (text.size() > wire::kMaxSdpBytes) return 0;
    const auto again = wire::parse_sdp(text);
    // A value near the bounds may pass them with what the writer adds; nothing else may fail.
    CHECK(again || again.error().code == base::Errc::TooLarge);
    return 0;
}
