// One direction of a simulated network path: rate limit with a tail-drop queue, delay, jitter, loss
// (independent or in bursts) and cuts. What it does depends on the seed and the instants alone. It
// keeps order, as networks nearly always do. One thread.
#pragma once

#include <deque>
#include <optional>
#include <random>

#include "appliance/base/bytes.h"
#include "appliance/base/time.h"

namespace sightline::sim {

struct LinkConfig {
    std::uint64_t bits_per_second = 0;  // 0: no limit
    base::Duration queue{
        std::chrono::seconds(1)};  // what may wait, at that rate; at least 6000 bytes
    base::Duration delay{};
    base::Duration jitter{};  // added to each datagram: uniform from 0 to this
    double loss = 0;          // 0..1, on average
    double burst_length = 1;  // mean datagrams lost in a row; 1: independent losses
    // Outages, in which all that is sent is lost: one in every period, of a random length.
    base::Duration cut_period{};  // 0: none
    base::Duration cut_shortest{};
    base::Duration cut_longest{};
};

class Link {
  public:
    Link(const LinkConfig& config, std::uint64_t seed);

    void send(base::ByteView datagram, base::Instant now);

    struct Arrival {
        base::Instant at;
        base::Bytes bytes;
    };
    base::Instant next_arrival() const;
    // The earliest arrival that is due by `now`.
    std::optional<Arrival> take(base::Instant now);

    // A test's own outage: until it is healed, everything sent is lost.
    void cut() { cut_by_test_ = true; }
    void heal() { cut_by_test_ = false; }

    struct Counters {
        std::uint64_t sent = 0, delivered = 0, lost = 0, dropped_by_queue = 0, dropped_by_cut = 0;
    };
    const Counters& counters() const { return counters_; }

  private:
    double uniform();  // 0 <= x < 1
    bool is_cut(base::Instant now);
    bool is_lost();
    base::Duration time_to_send(std::size_t bytes) const;

    LinkConfig config_;
    std::mt19937_64 random_;
    std::deque<Arrival> arrivals_;
    std::optional<base::Instant> started_;
    base::Instant free_at_;
    base::Instant last_arrival_;
    bool losing_ = false;
    std::int64_t cut_number_ = -1;
    base::Duration cut_length_{};
    bool cut_by_test_ = false;
    Counters counters_;
};

}  // namespace sightline::sim
