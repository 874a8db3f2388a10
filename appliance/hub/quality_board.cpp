#include "appliance/hub/quality_board.h"

#include <algorithm>

namespace sightline::hub {
namespace {

// What was counted since the last look; a counter that fell (a reset, a report corrected) adds
// nothing.
std::uint64_t growth(std::uint64_t now, std::uint64_t before) {
    return now > before ? now - before : 0;
}

void add_growth(DirectionQuality& to, const sfu::ResourceStats& now,
                const sfu::ResourceStats& before) {
    to.packets += growth(now.packets, before.packets);
    to.bytes += growth(now.bytes, before.bytes);
    to.lost += growth(now.lost, before.lost);
    to.nacks += growth(now.nacks, before.nacks);
    to.retransmitted += growth(now.retransmitted, before.retransmitted);
    to.key_frame_requests += growth(now.key_frame_requests, before.key_frame_requests);
}

}  // namespace

void QualityBoard::update(const std::vector<sfu::ResourceStats>& stats) {
    for (const sfu::ResourceStats& now : stats) {
        sfu::ResourceStats& before = last_[now.resource];
        Quality& quality = board_[now.participant];
        quality.session = now.session;
        quality.participant = now.participant;
        DirectionQuality& direction = now.publishes ? quality.up : quality.down;
        add_growth(direction, now, before);
        add_growth(now.publishes ? total_up_ : total_down_, now, before);
        direction.connected = now.connected;
        if (now.round_trip) direction.round_trip = now.round_trip;
        if (now.jitter) direction.jitter = now.jitter;
        before = now;
    }
}

void QualityBoard::closed(base::ResourceId resource) {
    const auto at = last_.find(resource);
    if (at == last_.end()) return;
    const auto on_board = board_.find(at->second.participant);
    if (on_board != board_.end()) {
        (at->second.publishes ? on_board->second.up : on_board->second.down).connected = false;
    }
    last_.erase(at);
}

void QualityBoard::forget(base::ParticipantId participant) {
    board_.erase(participant);
    std::erase_if(last_, [&](const auto& e) { return e.second.participant == participant; });
}

std::optional<Quality> QualityBoard::of(base::ParticipantId participant) const {
    const auto at = board_.find(participant);
    if (at == board_.end()) return std::nullopt;
    return at->second;
}

std::vector<Quality> QualityBoard::all() const {
    std::vector<Quality> all;
    for (const auto& [id, quality] : board_) all.push_back(quality);
    return all;
}

}  // namespace sightline::hub
