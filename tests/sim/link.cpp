#include "tests/sim/link.h"

#include <algorithm>

namespace sightline::sim {
namespace {

constexpr std::size_t kSmallestQueue = 6000;  // bytes
constexpr std::size_t kIpAndUdp = 28;         // headers that the rate limit counts

base::Duration fraction_of(base::Duration whole, double part) {
    return std::chrono::duration_cast<base::Duration>(whole * part);
}

}  // namespace

Link::Link(const LinkConfig& config, std::uint64_t seed)
    : config_(config),
      random_(seed),
      free_at_(base::Instant::min()),
      last_arrival_(base::Instant::min()) {}

// The standard's distributions differ between libraries; this gives the same run everywhere.
double Link::uniform() { return static_cast<double>(random_() >> 11) * 0x1.0p-53; }

base::Duration Link::time_to_send(std::size_t bytes) const {
    if (config_.bits_per_second == 0) return {};
    return std::chrono::nanoseconds(static_cast<std::int64_t>(
        static_cast<double>(bytes) * 8e9 / static_cast<double>(config_.bits_per_second)));
}

bool Link::is_cut(base::Instant now) {
    if (cut_by_test_) return true;
    if (config_.cut_period == base::Duration{}) return false;
    // The outage ends each period, so that a link begins well.
    const base::Duration since = now - *started_;
    const std::int64_t number = since / config_.cut_period;
    if (number != cut_number_) {
        cut_number_ = number;
        cut_length_ = config_.cut_shortest +
                      fraction_of(config_.cut_longest - config_.cut_shortest, uniform());
    }
    return since % config_.cut_period >= config_.cut_period - cut_length_;
}

// Gilbert's model: in the losing state everything is lost. The chances of entering and leaving it
// give the mean loss and the mean length of a burst.
bool Link::is_lost() {
    if (config_.loss <= 0) return false;
    const double leave = 1 / std::max(config_.burst_length, 1.0);
    const double enter = leave * config_.loss / (1 - config_.loss);
    if (config_.burst_length <= 1) return uniform() < config_.loss;
    losing_ = losing_ ? uniform() >= leave : uniform() < enter;
    return losing_;
}

void Link::send(base::ByteView datagram, base::Instant now) {
    if (!started_) started_ = now;
    ++counters_.sent;
    if (is_cut(now)) {
        ++counters_.dropped_by_cut;
        return;
    }
    const std::size_t size = datagram.size() + kIpAndUdp;
    const base::Duration waiting = std::max(free_at_, now) - now;
    const base::Duration longest = std::max(config_.queue, time_to_send(kSmallestQueue));
    if (waiting + time_to_send(size) > longest && config_.bits_per_second != 0) {
        ++counters_.dropped_by_queue;
        return;
    }
    free_at_ = now + waiting + time_to_send(size);
    if (is_lost()) {
        ++counters_.lost;
        return;
    }
    const base::Instant arrives = free_at_ + config_.delay + fraction_of(config_.jitter, uniform());
    last_arrival_ = std::max(last_arrival_, arrives);
    arrivals_.push_back({last_arrival_, base::Bytes(datagram.begin(), datagram.end())});
}

base::Instant Link::next_arrival() const {
    return arrivals_.empty() ? base::kNever : arrivals_.front().at;
}

std::optional<Link::Arrival> Link::take(base::Instant now) {
    if (arrivals_.empty() || next_arrival() > now) return std::nullopt;
    Arrival arrival = std::move(arrivals_.front());
    arrivals_.pop_front();
    ++counters_.delivered;
    return arrival;
}

}  // namespace sightline::sim
