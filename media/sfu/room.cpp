#include "media/sfu/room.h"

#include <algorithm>
#include <utility>

namespace sightline::sfu {
namespace {

void connect(PublishedTrack* source, Subscription& subscription, ForwardedTrack& track,
             base::Instant now) {
    track.connect(source);
    if (source == nullptr) return;
    source->outlets.push_back({&subscription, &track});
    if (track.waits_for_key_frame() && subscription.transport().connected()) {
        source->request_key_frame(now);
    }
}

}  // namespace

Publication* Room::add(Publication& publication) {
    const auto participant = publication.ids().participant;
    for (auto& each : publications_) {
        if (each->ids().participant == participant) {
            each->disconnect_outlets();
            return std::exchange(each, &publication);
        }
    }
    publications_.push_back(&publication);
    return nullptr;
}

Subscription* Room::add(Subscription& subscription, std::size_t max_per_participant) {
    subscriptions_.push_back(&subscription);
    const auto own = [&](const Subscription* s) {
        return s->ids().participant == subscription.ids().participant;
    };
    const auto count = std::count_if(subscriptions_.begin(), subscriptions_.end(), own);
    if (static_cast<std::size_t>(count) <= max_per_participant) return nullptr;
    return *std::find_if(subscriptions_.begin(), subscriptions_.end(), own);
}

void Room::remove(const Publication& publication) { std::erase(publications_, &publication); }
void Room::remove(const Subscription& subscription) { std::erase(subscriptions_, &subscription); }

Publication* Room::publication_of(base::ParticipantId participant) const {
    const auto found =
        std::find_if(publications_.begin(), publications_.end(),
                     [&](const Publication* p) { return p->ids().participant == participant; });
    return found == publications_.end() ? nullptr : *found;
}

// True when the map has changed.
bool Room::assign(Subscription& subscription) const {
    auto& slots = subscription.slots();
    bool changed = false;
    for (auto& slot : slots) {
        if (slot.publisher && !publication_of(slot.publisher)) {
            slot.publisher = {};
            changed = true;
        }
    }
    for (const Publication* publication : publications_) {
        const auto participant = publication->ids().participant;
        if (participant == subscription.ids().participant) continue;
        const auto holds = [&](const Slot& slot) { return slot.publisher == participant; };
        if (std::any_of(slots.begin(), slots.end(), holds)) continue;
        const auto free = std::find_if(slots.begin(), slots.end(),
                                       [](const Slot& slot) { return !slot.publisher; });
        if (free == slots.end()) break;
        free->publisher = participant;
        changed = true;
    }
    return changed;
}

void Room::connect_tracks(base::Instant now) {
    for (Publication* publication : publications_) publication->disconnect_outlets();
    for (Subscription* subscription : subscriptions_) {
        for (auto& slot : subscription->slots()) {
            Publication* publication = slot.publisher ? publication_of(slot.publisher) : nullptr;
            if (slot.audio) {
                connect(publication ? publication->audio() : nullptr, *subscription, *slot.audio,
                        now);
            }
            if (slot.video) {
                connect(publication ? publication->video() : nullptr, *subscription, *slot.video,
                        now);
            }
        }
    }
}

void Room::assign_slots(base::Instant now, std::deque<Event>& events) {
    for (Subscription* subscription : subscriptions_) {
        if (!assign(*subscription) && subscription->map_told) continue;
        subscription->map_told = true;
        SlotMap map{subscription->ids().resource, subscription->ids().participant, {}};
        for (const auto& slot : subscription->slots()) map.slots.push_back(slot.publisher);
        events.emplace_back(std::move(map));
    }
    connect_tracks(now);
}

std::vector<Resource*> Room::resources_of(base::ParticipantId participant) const {
    auto all = resources();
    std::erase_if(all, [&](const Resource* r) { return r->ids().participant != participant; });
    return all;
}

std::vector<Resource*> Room::resources() const {
    std::vector<Resource*> all(publications_.begin(), publications_.end());
    all.insert(all.end(), subscriptions_.begin(), subscriptions_.end());
    return all;
}

}  // namespace sightline::sfu
