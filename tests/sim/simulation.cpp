#include "tests/sim/simulation.h"

#include <algorithm>

#include "appliance/base/check.h"

namespace sightline::sim {
namespace {

// A node that asks to be woken again and again at one instant would stop time.
constexpr int kMaxTurnsPerInstant = 100'000;

}  // namespace

std::size_t Simulation::add_route(const Route& route, std::uint64_t seed) {
    routes_.push_back(std::make_unique<Way>(route, seed));
    return routes_.size() - 1;
}

void Simulation::run_until(base::Instant end) {
    int turns = 0;
    for (;;) {
        const base::Instant near_due = near_.tick(now_, out_);
        send_from_near();
        const base::Instant far_due = far_.tick(now_, out_);
        send_from_far();

        base::Instant next = std::min(near_due, far_due);
        for (const auto& way : routes_) {
            next = std::min({next, way->up.next_arrival(), way->down.next_arrival()});
        }
        if (next > end) break;
        turns = next > now_ ? 0 : turns + 1;
        CHECK(turns < kMaxTurnsPerInstant);
        now_ = std::max(now_, next);
        deliver();
    }
    now_ = end;
}

void Simulation::deliver() {
    for (const auto& way : routes_) {
        while (auto arrival = way->up.take(now_)) {
            far_.receive(way->route.near_seen_from_far, arrival->bytes, now_, out_);
            send_from_far();
        }
        while (auto arrival = way->down.take(now_)) {
            near_.receive(way->route.far_seen_from_near, arrival->bytes, now_, out_);
            send_from_near();
        }
    }
}

void Simulation::send_from_near() {
    for (const auto& entry : out_.entries()) {
        for (const auto& way : routes_) {
            if (way->route.far_seen_from_near != entry.path) continue;
            way->up.send(base::ByteView(entry.bytes).first(entry.size), now_);
        }
    }
    out_.clear();
}

void Simulation::send_from_far() {
    for (const auto& entry : out_.entries()) {
        for (const auto& way : routes_) {
            if (way->route.near_seen_from_far != entry.path) continue;
            way->down.send(base::ByteView(entry.bytes).first(entry.size), now_);
        }
    }
    out_.clear();
}

}  // namespace sightline::sim
