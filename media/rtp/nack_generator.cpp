#include "media/rtp/nack_generator.h"

#include <algorithm>

#include "appliance/base/check.h"

namespace sightline::rtp {
namespace {

constexpr base::Duration kMinRetry = std::chrono::milliseconds(5);

}  // namespace

NackGenerator::NackGenerator(const Config& config)
    : config_(config), round_trip_(config.initial_round_trip) {
    CHECK(config.max_missing > 0);
    missing_.reserve(config.max_missing);
}

NackGenerator::Arrival NackGenerator::on_packet(std::uint16_t sequence, bool starts_key_frame,
                                                base::Instant now) {
    const std::int64_t at = unwrapper_.peek(sequence);
    if (newest_ < 0 || at - newest_ > config_.max_gap || newest_ - at > config_.max_gap) {
        // The first packet, or a jump that no retransmission can fill.
        given_up_ += missing_.size();
        reset();
        newest_ = unwrapper_.unwrap(sequence);
        return Arrival::New;
    }

    auto arrival = Arrival::New;
    if (at > newest_) {
        for (std::int64_t lost = newest_ + 1; lost < at; ++lost) {
            if (missing_.size() == config_.max_missing) {
                missing_.erase(missing_.begin());
                ++given_up_;
            }
            missing_.push_back({lost, now, now + config_.reorder_wait, 0});
        }
        newest_ = unwrapper_.unwrap(sequence);
    } else {
        const auto found = std::lower_bound(
            missing_.begin(), missing_.end(), at,
            [](const Missing& missing, std::int64_t wanted) { return missing.sequence < wanted; });
        const bool was_missing = found != missing_.end() && found->sequence == at;
        if (was_missing) missing_.erase(found);
        arrival = was_missing ? Arrival::Recovered : Arrival::Late;
    }
    if (starts_key_frame) forget_before(at);
    return arrival;
}

void NackGenerator::set_round_trip(base::Duration round_trip) {
    round_trip_ = std::max(round_trip, kMinRetry);
}

bool NackGenerator::is_due(const Missing& missing, base::Instant now) const {
    const bool overtaken =
        missing.sent == 0 && newest_ - missing.sequence >= config_.reorder_packets;
    return overtaken || now >= missing.due;
}

std::size_t NackGenerator::poll(base::Instant now, std::span<std::uint16_t> out) {
    given_up_ += std::erase_if(missing_, [&](const Missing& missing) {
        return now - missing.noticed >= config_.max_age ||
               (missing.sent >= config_.max_retries && now >= missing.due);
    });
    std::size_t count = 0;
    for (auto& missing : missing_) {
        if (count == out.size()) break;
        if (missing.sent >= config_.max_retries || !is_due(missing, now)) continue;
        out[count++] = static_cast<std::uint16_t>(missing.sequence);
        ++missing.sent;
        missing.due = now + round_trip_;
    }
    return count;
}

base::Instant NackGenerator::next_deadline() const {
    auto deadline = base::kNever;
    for (const auto& missing : missing_) {
        if (is_due(missing, missing.noticed)) return missing.noticed;
        deadline = std::min({deadline, missing.due, missing.noticed + config_.max_age});
    }
    return deadline;
}

void NackGenerator::reset() {
    unwrapper_.reset();
    missing_.clear();
    newest_ = -1;
}

void NackGenerator::forget_before(std::int64_t sequence) {
    std::erase_if(missing_, [&](const Missing& missing) { return missing.sequence < sequence; });
}

}  // namespace sightline::rtp
