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
    publication.share_grant(forwards_until_);
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
    subscription.share_grant(forwards_until_);
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

void Room::set_grant(std::vector<Flow> flows, base::Instant alive_until, base::Instant now,
                     std::deque<Event>& events) {
    expire(now, events);
    grant_ = Grant(std::move(flows));
    granted_ = true;
    forwards_until_ = alive_until;
    lives_ = now < alive_until;
    assign_slots(now, events);
}

void Room::extend_grant(base::Instant alive_until, base::Instant now, std::deque<Event>& events) {
    if (!granted_) return;
    // What ran out before anybody noticed begins anew, with a key frame: nobody may ask for the
    // packets in between.
    expire(now, events);
    forwards_until_ = alive_until;
    const bool lives = now < alive_until;
    if (lives == lives_) return;
    lives_ = lives;
    assign_slots(now, events);
}

base::Instant Room::expire(base::Instant now, std::deque<Event>& events) {
    if (!lives_) return base::kNever;
    if (now < forwards_until_) return forwards_until_;
    lives_ = false;
    assign_slots(now, events);
    return base::kNever;
}

bool Room::shows(const Subscription& subscription, base::ParticipantId publisher) const {
    return lives_ && publisher && grant_.names(publisher, subscription.ids().participant);
}

void Room::assign(Subscription& subscription) const {
    auto& slots = subscription.slots();
    for (auto& slot : slots) {
        if (slot.publisher && !publication_of(slot.publisher)) slot.publisher = {};
    }
    for (const Publication* publication : publications_) {
        const auto participant = publication->ids().participant;
        if (participant == subscription.ids().participant) continue;
        if (!shows(subscription, participant)) continue;
        const auto holds = [&](const Slot& slot) { return slot.publisher == participant; };
        if (std::any_of(slots.begin(), slots.end(), holds)) continue;
        auto free = std::find_if(slots.begin(), slots.end(),
                                 [](const Slot& slot) { return !slot.publisher; });
        if (free == slots.end()) {
            free = std::find_if(slots.begin(), slots.end(), [&](const Slot& slot) {
                return !shows(subscription, slot.publisher);
            });
        }
        if (free == slots.end()) break;
        free->publisher = participant;
    }
}

void Room::connect_tracks(base::Instant now) {
    for (Publication* publication : publications_) {
        publication->disconnect_outlets();
        publication->require(grant_.protection_of(publication->ids().participant));
    }
    for (Subscription* subscription : subscriptions_) {
        const auto receiver = subscription->ids().participant;
        for (auto& slot : subscription->slots()) {
            Publication* publication =
                shows(*subscription, slot.publisher) ? publication_of(slot.publisher) : nullptr;
            const auto may = [&](wire::MediaKind kind) {
                return publication != nullptr && grant_.names(slot.publisher, receiver, kind);
            };
            if (slot.audio) {
                connect(may(wire::MediaKind::Audio) ? publication->audio() : nullptr, *subscription,
                        *slot.audio, now);
            }
            if (slot.video) {
                connect(may(wire::MediaKind::Video) ? publication->video() : nullptr, *subscription,
                        *slot.video, now);
            }
        }
    }
    for (Publication* publication : publications_) publication->settle_outlets();
}

void Room::assign_slots(base::Instant now, std::deque<Event>& events) {
    for (Subscription* subscription : subscriptions_) {
        assign(*subscription);
        SlotMap map{subscription->ids().resource, subscription->ids().participant, {}};
        for (const auto& slot : subscription->slots()) {
            map.slots.push_back(shows(*subscription, slot.publisher) ? slot.publisher
                                                                     : base::ParticipantId());
        }
        if (subscription->told_map == map.slots) continue;
        subscription->told_map = map.slots;
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
