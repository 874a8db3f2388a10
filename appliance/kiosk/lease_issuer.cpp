#include "appliance/kiosk/lease_issuer.h"

#include <algorithm>
#include <array>

#include "appliance/base/random.h"

namespace sightline::kiosk {
namespace {

base::Secret random_heartbeat_key() {
    std::array<std::uint8_t, lease::kHeartbeatKeyBytes> bytes{};
    base::fill_random(bytes);
    base::Secret key{base::ByteView(bytes)};
    ::explicit_bzero(bytes.data(), bytes.size());
    return key;
}

const lease::Flow* flow_of(const std::vector<lease::Flow>& flows, base::ParticipantId sender) {
    for (const auto& flow : flows) {
        if (flow.sender == sender) return &flow;
    }
    return nullptr;
}

bool includes(const std::vector<base::ParticipantId>& outer,
              const std::vector<base::ParticipantId>& inner) {
    return std::includes(outer.begin(), outer.end(), inner.begin(), inner.end());
}

}  // namespace

LeaseIssuer::LeaseIssuer(base::SessionId session, std::uint64_t incarnation,
                         const signature::DeviceKey& key)
    : key_(key), heartbeat_key_(random_heartbeat_key()) {
    lease_.session = session;
    lease_.incarnation = incarnation;
}

bool LeaseIssuer::grant(std::vector<lease::Flow> flows, keys::KeySchedule& schedule) {
    lease::Lease next = lease_;
    next.flows = std::move(flows);
    next.first_epoch = schedule.oldest_in_use();
    next.slots.clear();
    for (const lease::Flow& flow : next.flows) next.slots.push_back(schedule.slot_of(flow.sender));
    if (number() > 0 && next == lease_) return false;
    ++next.number;
    jws_ = lease::sign(next, key_);
    lease_ = std::move(next);
    return true;
}

std::optional<lease::HeartbeatBytes> LeaseIssuer::answer(lease::Nonce nonce) {
    if (number() == 0) return std::nullopt;
    return lease::write_heartbeat({number(), ++counter_, nonce}, lease_.session, heartbeat_key_);
}

SendOrder LeaseIssuer::order_for(base::ParticipantId sender) const {
    const auto* flow = flow_of(lease_.flows, sender);
    if (flow == nullptr) return {};
    return {!flow->audio.empty(), !flow->video.empty()};
}

bool is_within(const std::vector<lease::Flow>& inner, const std::vector<lease::Flow>& outer) {
    return std::all_of(inner.begin(), inner.end(), [&](const lease::Flow& flow) {
        const auto* around = flow_of(outer, flow.sender);
        if (around == nullptr) return flow.audio.empty() && flow.video.empty();
        return includes(around->audio, flow.audio) && includes(around->video, flow.video);
    });
}

}  // namespace sightline::kiosk
