// Bytes that are no heartbeat of this key are none; the sixteen in front of a right tag always are,
// and whatever arrives, in whatever order, keeps a lease alive only within its bounds.
#include <algorithm>
#include <optional>

#include "appliance/base/check.h"
#include "session/lease/lease_watch.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    using namespace sightline::lease;
    const base::ByteView input(data, size);
    const auto session = base::SessionId::from_value(7);
    const base::Bytes key_bytes(kHeartbeatKeyBytes, 3);
    const base::Secret key{base::ByteView(key_bytes)};

    if (const auto beat = read_heartbeat(input, session, key)) {
        const auto again = write_heartbeat(*beat, session, key);
        CHECK(std::equal(again.begin(), again.end(), input.begin(), input.end()));
    }

    // The input as a story: each step says what the kiosk or somebody else sends, and when.
    LeaseWatch watch;
    base::Instant now{std::chrono::hours(1)};
    CHECK(watch.take({session, 1, 2, {}, 0, {}}, base::Secret(key.reveal())).has_value());
    Nonce newest = 0;
    std::optional<base::Instant> newest_issue;
    base::ByteReader reader(input);
    while (reader.left() >= 4) {
        const std::uint8_t what = reader.u8();
        const std::uint8_t lease = reader.u8();
        const std::uint8_t counter = reader.u8();
        now += std::chrono::milliseconds(reader.u8() * 16);
        if (what % 4 == 0) {
            newest = watch.issue(now);
            newest_issue = now;
        }
        const Nonce nonce = what % 4 == 1 ? newest : newest + what;
        const auto bytes =
            write_heartbeat({lease % 4u, counter, what % 4 == 3 ? newest : nonce}, session, key);
        watch.on_heartbeat(bytes, now);
        const base::Instant until = watch.alive_until();
        CHECK(until <= now + kSilence + kMaxRoundTrip);
        CHECK(until == base::Instant{} ||
              (newest_issue && until <= *newest_issue + kSilence + kMaxRoundTrip));
    }
    return 0;
}
