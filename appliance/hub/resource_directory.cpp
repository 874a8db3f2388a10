#include "appliance/hub/resource_directory.h"

#include <algorithm>
#include <utility>

namespace sightline::hub {

void ResourceDirectory::add(base::ResourceId id, base::SessionId session,
                            base::ParticipantId participant, bool publishes,
                            std::string remote_ufrag) {
    std::vector<const Resource*> earlier;
    for (const Resource* resource : of(participant)) {
        if (resource->publishes == publishes && resource->id != id) earlier.push_back(resource);
    }
    const std::size_t keep = publishes ? 0 : max_subscriptions_ - 1;
    std::sort(earlier.begin(), earlier.end(),
              [](const Resource* a, const Resource* b) { return a->age > b->age; });
    std::vector<base::ResourceId> gone;
    for (std::size_t i = keep; i < earlier.size(); ++i) gone.push_back(earlier[i]->id);
    for (const base::ResourceId old : gone) resources_.erase(old);

    Resource& resource = resources_[id];
    resource.id = id;
    resource.session = session;
    resource.participant = participant;
    resource.publishes = publishes;
    resource.remote_ufrag = std::move(remote_ufrag);
    resource.age = next_age_++;
}

void ResourceDirectory::set_slots(base::ResourceId id, base::SessionId session,
                                  base::ParticipantId participant,
                                  std::vector<base::ParticipantId> slots) {
    Resource& resource = resources_[id];
    if (resource.age == 0) resource.age = next_age_++;
    resource.id = id;
    resource.session = session;
    resource.participant = participant;
    resource.slots = std::move(slots);
}

void ResourceDirectory::set_connected(base::ResourceId id) {
    const auto at = resources_.find(id);
    if (at != resources_.end()) at->second.connected = true;
}

void ResourceDirectory::set_remote_ufrag(base::ResourceId id, std::string ufrag) {
    const auto at = resources_.find(id);
    if (at != resources_.end()) at->second.remote_ufrag = std::move(ufrag);
}

void ResourceDirectory::erase(base::ResourceId id) { resources_.erase(id); }

void ResourceDirectory::erase_participant(base::ParticipantId participant) {
    std::erase_if(resources_,
                  [&](const auto& entry) { return entry.second.participant == participant; });
}

void ResourceDirectory::erase_session(base::SessionId session) {
    std::erase_if(resources_, [&](const auto& entry) { return entry.second.session == session; });
}

const Resource* ResourceDirectory::find(base::ResourceId id) const {
    const auto at = resources_.find(id);
    return at == resources_.end() ? nullptr : &at->second;
}

std::vector<const Resource*> ResourceDirectory::of(base::ParticipantId participant) const {
    std::vector<const Resource*> found;
    for (const auto& [id, resource] : resources_) {
        if (resource.participant == participant) found.push_back(&resource);
    }
    return found;
}

bool ResourceDirectory::publishing(base::ParticipantId participant) const {
    const auto resources = of(participant);
    return std::any_of(resources.begin(), resources.end(),
                       [](const Resource* r) { return r->publishes && r->connected; });
}

bool ResourceDirectory::connected(base::ParticipantId participant) const {
    const auto resources = of(participant);
    return std::any_of(resources.begin(), resources.end(),
                       [](const Resource* r) { return r->connected; });
}

}  // namespace sightline::hub
