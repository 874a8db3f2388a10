// A body of the right shape gives exactly as many statuses as it says; a wrong one gives none.
// Nothing that a receiver says may upset the sender's history.
#include "appliance/base/check.h"
#include "media/congestion/sent_packet_history.h"
#include "media/congestion/transport_feedback_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    congestion::TransportFeedbackReader reader({data, size});
    const bool ok = reader.ok();
    std::size_t statuses = 0;
    while (reader.next()) ++statuses;
    CHECK(statuses == (ok ? reader.status_count() : 0u));

    static congestion::SentPacketHistory sent;
    const base::Instant now{std::chrono::hours(1)};
    for (int i = 0; i < 20; ++i) sent.on_sent(1000, now);
    const auto summary = sent.apply({data, size}, now);
    CHECK(summary.has_value() == ok);
    return 0;
}
