#include "media/congestion/sent_packet_history.h"

#include <algorithm>

#include "media/congestion/transport_feedback_reader.h"

namespace sightline::congestion {
namespace {

using std::chrono::microseconds;

constexpr std::size_t kSent = 4096;   // packets remembered; a power of two
constexpr std::size_t kAcked = 1024;  // arrivals that the bit rate is computed from
constexpr microseconds kClockCycle{64'000LL << 24};
constexpr microseconds kRateWindow{500'000};
constexpr microseconds kMinRateTime{100'000};

}  // namespace

SentPacketHistory::SentPacketHistory() : sent_(kSent), acked_(kAcked) { delays_.reserve(kSent); }

void SentPacketHistory::on_sent(std::size_t size, base::Instant now) {
    auto& entry = sent_[next_sequence_ & (kSent - 1)];
    if (entry.state == State::InFlight) in_flight_ -= entry.size;
    entry = {next_sequence_, State::InFlight, static_cast<std::uint32_t>(size), now};
    in_flight_ += size;
    ++next_sequence_;
}

std::optional<FeedbackSummary> SentPacketHistory::apply(base::ByteView body, base::Instant now) {
    TransportFeedbackReader reader(body);
    if (!reader.ok()) return std::nullopt;

    forget_before(reader.base_sequence());
    FeedbackSummary summary;
    delays_.clear();
    while (const auto status = reader.next()) {
        auto& entry = sent_[status->sequence & (kSent - 1)];
        if (entry.sequence != status->sequence || entry.state == State::Unused ||
            entry.state == State::Received) {
            continue;
        }
        const bool in_flight = entry.state == State::InFlight;
        if (in_flight) in_flight_ -= entry.size;
        if (!status->received) {
            if (in_flight) ++summary.lost;
            entry.state = State::Lost;
            continue;
        }
        entry.state = State::Received;
        ++summary.received;
        summary.acked_bytes += entry.size;
        summary.round_trip = now - entry.at;
        const auto arrived = unwrap(status->arrival);
        if (delays_.size() < delays_.capacity()) {
            delays_.push_back({entry.at, arrived, entry.size});
        }
        acked_[acked_next_] = {arrived, entry.size};
        acked_next_ = (acked_next_ + 1) % acked_.size();
        acked_count_ = std::min(acked_count_ + 1, acked_.size());
    }
    const std::size_t told = summary.received + summary.lost;
    if (told > 0) {
        summary.loss_fraction = static_cast<double>(summary.lost) / static_cast<double>(told);
    }
    summary.acked_bitrate = acked_bitrate();
    summary.delays = delays_;
    return summary;
}

// Of packets before this feedback that none has told of, the feedback itself was lost: they are not
// in flight any more, but nothing is known of them.
void SentPacketHistory::forget_before(std::uint16_t sequence) {
    const auto ahead = static_cast<std::uint16_t>(sequence - oldest_untold_);
    if (ahead >= 0x8000) return;
    for (auto at = oldest_untold_; at != sequence; ++at) {
        auto& entry = sent_[at & (kSent - 1)];
        if (entry.sequence == at && entry.state == State::InFlight) {
            in_flight_ -= entry.size;
            entry.state = State::Lost;
        }
    }
    oldest_untold_ = sequence;
}

microseconds SentPacketHistory::unwrap(microseconds arrival) {
    if (last_arrival_) {
        auto change = (arrival - *last_arrival_) % kClockCycle;
        if (change > kClockCycle / 2) change -= kClockCycle;
        if (change < -kClockCycle / 2) change += kClockCycle;
        arrival = *last_arrival_ + change;
    }
    last_arrival_ = arrival;
    return arrival;
}

std::optional<DataRate> SentPacketHistory::acked_bitrate() const {
    if (acked_count_ < 2) return std::nullopt;
    const auto known = std::span(acked_).first(acked_count_);
    const auto by_arrival = [](const Acked& a, const Acked& b) { return a.arrived < b.arrived; };
    const auto newest = std::max_element(known.begin(), known.end(), by_arrival)->arrived;
    const Acked* first = nullptr;
    std::size_t bytes = 0;
    for (const auto& acked : known) {
        if (newest - acked.arrived > kRateWindow) continue;
        bytes += acked.size;
        if (!first || acked.arrived < first->arrived) first = &acked;
    }
    // The first packet only begins the time in which the others came.
    const auto time = newest - first->arrived;
    if (time < kMinRateTime) return std::nullopt;
    return DataRate::of(static_cast<std::int64_t>(bytes - first->size), time);
}

}  // namespace sightline::congestion
