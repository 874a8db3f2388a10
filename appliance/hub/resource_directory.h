// Which WHIP and WHEP resources exist, whose they are, and what the Sfu has said about each. The
// Sfu is the authority; this is the main thread's copy, so that a request can be refused without
// asking a worker. Pure logic. Main thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "appliance/base/ids.h"

namespace sightline::hub {

struct Resource {
    base::ResourceId id;
    base::SessionId session;
    base::ParticipantId participant;
    bool publishes = false;
    bool connected = false;
    std::string remote_ufrag;  // of the last offer: another one in a PATCH means an ICE restart
    std::vector<base::ParticipantId> slots;
    std::uint64_t age = 0;  // order of arrival
};

class ResourceDirectory {
  public:
    explicit ResourceDirectory(std::size_t max_subscriptions)
        : max_subscriptions_(max_subscriptions) {}

    // Takes a resource that the Sfu has just answered. An earlier uplink of the same participant,
    // and downlinks beyond the maximum, oldest first, are gone at the Sfu too and are forgotten
    // here.
    void add(base::ResourceId id, base::SessionId session, base::ParticipantId participant,
             bool publishes, std::string remote_ufrag);
    // A slot map may arrive before the answer has: it makes the entry that add() then completes.
    void set_slots(base::ResourceId id, base::SessionId session, base::ParticipantId participant,
                   std::vector<base::ParticipantId> slots);
    void set_connected(base::ResourceId id);
    void set_remote_ufrag(base::ResourceId id, std::string ufrag);
    void erase(base::ResourceId id);
    void erase_participant(base::ParticipantId participant);
    void erase_session(base::SessionId session);

    const Resource* find(base::ResourceId id) const;
    std::vector<const Resource*> of(base::ParticipantId participant) const;
    bool publishing(base::ParticipantId participant) const;  // has a connected uplink
    bool connected(base::ParticipantId participant) const;   // has any connected resource
    std::size_t size() const { return resources_.size(); }

  private:
    std::size_t max_subscriptions_;
    std::uint64_t next_age_ = 1;
    std::map<base::ResourceId, Resource> resources_;
};

}  // namespace sightline::hub
