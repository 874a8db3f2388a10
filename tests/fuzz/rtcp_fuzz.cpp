// Every item of a compound is read through: blocks, lost packets, names.
#include "appliance/base/check.h"
#include "media/wire/rtcp.h"

namespace {

using namespace sightline;

void read_blocks(base::ByteView blocks) {
    CHECK(blocks.size() % 24 == 0 && blocks.size() / 24 <= wire::kMaxReportBlocks);
    for (std::size_t i = 0; i < blocks.size() / 24; ++i) {
        const auto lost = wire::block_at(blocks, i).cumulative_lost;
        CHECK(lost >= -0x800000 && lost <= 0x7FFFFF);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    wire::RtcpCursor cursor({data, size});
    while (const auto item = cursor.next()) {
        if (const auto* sr = std::get_if<wire::SenderReport>(&*item)) read_blocks(sr->blocks);
        if (const auto* rr = std::get_if<wire::ReceiverReport>(&*item)) read_blocks(rr->blocks);
        if (const auto* nack = std::get_if<wire::Nack>(&*item)) {
            std::size_t lost = 0;
            nack->each([&](std::uint16_t) { ++lost; });
            CHECK(lost > 0 && lost <= nack->items.size() / 4 * 17);
        }
        if (const auto* app = std::get_if<wire::App>(&*item)) {
            CHECK(app->subtype < 32 && app->data.size() % 4 == 0);
            std::uint8_t again[1024];
            base::ByteWriter out(again);
            wire::write_app(out, *app);
            CHECK(out.ok() == (app->data.size() + 12 <= sizeof again));
        }
        if (const auto* sdes = std::get_if<wire::Sdes>(&*item)) CHECK(sdes->cname.size() <= 255);
    }
    return 0;
}
