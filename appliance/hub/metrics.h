// What the hub counts, and its Prometheus text form (exposition format 0.0.4). Labels are of small
// fixed sets: never an id, a name or anything a peer chose. Main thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "appliance/hub/lease_desk.h"
#include "appliance/hub/letter_post.h"
#include "appliance/hub/quality_board.h"
#include "media/sfu/sfu.h"

namespace sightline::hub {

enum class BadInput : std::uint8_t {
    Tls,            // a handshake that failed
    HttpMalformed,  // not HTTP
    HttpTooLarge,   // header or body beyond its bound
    HttpTimeout,    // a request that did not finish in time
    Origin,         // a page of an origin that is not listed
    Token,          // missing or unknown
    Forbidden,      // a participant who may not, or somebody else's resource
    Sdp,            // an offer or fragment refused
    Json,           // a WebSocket message refused
    SlowReader,     // a WebSocket peer that does not read
    TooMany,        // a connection beyond a bound
    KioskKey,       // a wrong device key
    KioskOrder,     // an order that does not fit what the hub knows
    SignIn,         // an invitation or passkey that lets nobody in
    Passkey,        // a registration refused
    Count_,
};

// The figures of the moment, which other objects own.
struct Gauges {
    std::size_t sessions = 0;
    std::size_t participants = 0;
    std::size_t present = 0;
    std::size_t resources = 0;
    std::size_t connections = 0;
    std::size_t control_sockets = 0;
    std::size_t kiosks = 0;
    LeaseFigures leases;
    LetterFigures letters;
};

class Metrics {
  public:
    void http_reply(const char* route, unsigned status) { ++replies_[{route, status}]; }
    void bad(BadInput kind) { ++bad_[static_cast<std::size_t>(kind)]; }
    void observer_uplink_refused() { ++observer_uplinks_; }
    std::uint64_t bad_count(BadInput kind) const { return bad_[static_cast<std::size_t>(kind)]; }

    // `workers`: the counters of each media worker, in order.
    std::string text(const Gauges& gauges, const std::vector<sfu::SfuCounters>& workers,
                     const QualityBoard& quality) const;

  private:
    std::map<std::pair<std::string_view, unsigned>, std::uint64_t> replies_;
    std::array<std::uint64_t, static_cast<std::size_t>(BadInput::Count_)> bad_{};
    std::uint64_t observer_uplinks_ = 0;
};

}  // namespace sightline::hub
