// The media side of one interview: who publishes, who subscribes, what the grant lets through, and
// which publisher each subscriber sees in which receive slot. A publisher keeps its slot as long as
// it publishes, also when its peer connection is replaced or the grant hides it for a while, unless
// somebody who is granted needs it; a freed slot goes to the publisher that has waited longest.
// Nobody is given their own media. Owns nothing: the worker owns the resources and removes them
// here before they die. Stays where it is as long as it has resources.
#pragma once

#include <deque>
#include <vector>

#include "appliance/base/ids.h"
#include "media/sfu/grant.h"
#include "media/sfu/publication.h"
#include "media/sfu/sfu.h"
#include "media/sfu/subscription.h"

namespace sightline::sfu {

class Room {
  public:
    Room() = default;
    Room(const Room&) = delete;
    Room& operator=(const Room&) = delete;

    // The participant's earlier publication, which the new one replaces in its slots; null: none.
    // The caller closes it.
    Publication* add(Publication& publication);
    // The participant's oldest subscription if there are now more than `max_per_participant`, for
    // the caller to remove and close; null: none.
    Subscription* add(Subscription& subscription, std::size_t max_per_participant);
    void remove(const Publication& publication);
    void remove(const Subscription& subscription);

    // To be called after every change, before the next packet: fills free slots, connects tracks
    // with slots, and adds a SlotMap for every subscription whose map has changed or has not been
    // told yet.
    void assign_slots(base::Instant now, std::deque<Event>& events);

    // See Sfu. Both assign the slots.
    void set_grant(std::vector<Flow> flows, base::Instant alive_until, base::Instant now,
                   std::deque<Event>& events);
    void extend_grant(base::Instant alive_until, base::Instant now, std::deque<Event>& events);
    // Disconnects everything when the grant has run out. Returns when it will; kNever: it has.
    base::Instant expire(base::Instant now, std::deque<Event>& events);
    bool has_grant() const { return granted_; }

    Publication* publication_of(base::ParticipantId participant) const;
    std::vector<Resource*> resources_of(base::ParticipantId participant) const;
    std::vector<Resource*> resources() const;
    bool empty() const { return publications_.empty() && subscriptions_.empty(); }

  private:
    bool shows(const Subscription& subscription, base::ParticipantId publisher) const;
    void assign(Subscription& subscription) const;
    void connect_tracks(base::Instant now);

    std::vector<Publication*> publications_;    // in the order in which their participants came
    std::vector<Subscription*> subscriptions_;  // oldest first
    Grant grant_;
    bool granted_ = false;                                 // a grant was given once
    bool lives_ = false;                                   // tracks are connected as it says
    base::Instant forwards_until_ = base::Instant::min();  // what the packet path compares with
};

}  // namespace sightline::sfu
