#include "media/sfu/sfu.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "appliance/base/check.h"
#include "media/sfu/app_inbox.h"
#include "media/sfu/negotiation.h"
#include "media/sfu/publication.h"
#include "media/sfu/room.h"
#include "media/sfu/subscription.h"
#include "media/transport/peer_transport.h"
#include "media/wire/rtp.h"
#include "media/wire/stun.h"

namespace sightline::sfu {
namespace {

using base::Errc;
using base::Error;

// An answered offer whose client never comes must not hold a slot: as long as ICE consent (RFC
// 7675).
constexpr std::chrono::seconds kConnectPatience{30};
// A peer that has authenticated may come from several addresses; more than these it cannot need.
constexpr std::size_t kMaxPathsPerResource = 8;
// The current credentials and those before an ICE restart.
constexpr std::size_t kMaxUfragsPerResource = 2;
// Whatever a transport says, ticking it more often does not help anybody.
constexpr std::chrono::milliseconds kTickGrain{1};

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

// Of a transport, or of those that are gone.
template <class Counters>
void add_transport_counters(SfuCounters& sum, const Counters& c) {
    sum.stun_malformed += c.stun_malformed;
    sum.stun_unauthorized += c.stun_unauthorized;
    sum.dtls_wrong_path += c.dtls_wrong_path;
    sum.dtls_malformed += c.dtls_malformed;
    sum.srtp_failed += c.srtp_failed;
    sum.srtp_wrong_path += c.srtp_wrong_path;
}

std::uint64_t refused_stun(const Resource& resource) {
    const auto& c = resource.transport().counters();
    return c.stun_malformed + c.stun_unauthorized;
}

bool is_rtp(base::ByteView datagram) {
    return wire::looks_like_rtp_or_rtcp(datagram) && !wire::looks_like_rtcp(datagram);
}

}  // namespace

struct Sfu::Parts {
    explicit Parts(Config c) : config(std::move(c)) { CHECK(config.identity != nullptr); }

    struct Doomed {
        base::ResourceId resource;
        const char* reason;  // null: replaced, nobody is told
    };

    Resource* find(base::ResourceId id) const {
        const auto found = resources.find(id);
        return found == resources.end() ? nullptr : found->second.get();
    }

    // A STUN request says itself whom it is for, which lets a client use one socket for a new
    // resource; everything else belongs to the resource that ICE has bound its path to.
    Resource* find(const wire::Path& path, base::ByteView datagram, bool stun) {
        if (stun) {
            const auto ufrag = transport::addressed_ufrag(datagram);
            if (!ufrag.empty()) {
                const auto found = ufrags.find(ufrag);
                if (found != ufrags.end()) return found->second;
                ++counters.stun_unauthorized;
                return nullptr;
            }
        }
        const auto found = paths.find(path);
        if (found != paths.end()) return found->second;
        ++(stun ? counters.stun_malformed : counters.datagrams_unknown_path);
        return nullptr;
    }

    void remember_path(Resource& resource, const wire::Path& path) {
        auto [entry, is_new] = paths.try_emplace(path, &resource);
        if (!is_new && entry->second == &resource) return;
        if (!is_new) std::erase(entry->second->paths, path);
        entry->second = &resource;
        resource.paths.push_back(path);
        if (resource.paths.size() <= kMaxPathsPerResource) return;
        const auto& selected = resource.transport().selected_path();
        const auto oldest = std::find_if(resource.paths.begin(), resource.paths.end(),
                                         [&](const auto& p) { return p != selected; });
        paths.erase(*oldest);
        resource.paths.erase(oldest);
    }

    Room& room_of(base::SessionId session) {
        auto& room = rooms[session];
        if (!room) room = std::make_unique<Room>();
        return *room;
    }

    base::Result<LocalSide> admit() const {
        if (resources.size() >= config.max_resources) {
            return Error(
                Errc::Exhausted,
                "This media worker serves as many connections as it may; try again later.");
        }
        return LocalSide{transport::IceCredentials::random(), config.identity->fingerprint(),
                         config.candidates};
    }

    transport::PeerTransport::Config transport_config(const LocalSide& local,
                                                      const RemoteSide& remote) const {
        transport::PeerTransport::Config result;
        result.role = transport::IceRole::Lite;
        result.local = local.credentials;
        result.remote = remote.credentials;
        result.remote_fingerprint = remote.fingerprint;
        result.identity = config.identity;
        return result;
    }

    Answer enter(std::unique_ptr<Resource> resource, const wire::Sdp& answer, Room& room,
                 base::Instant now) {
        Answer result{resource->ids().resource, wire::write_sdp(answer), resource->etag()};
        resource->share_deadline(next);
        ufrags.emplace(resource->ufrags.back(), resource.get());
        resources.emplace(result.resource, std::move(resource));
        room.assign_slots(now, events);
        next = now;
        return result;
    }

    void remove(base::ResourceId id, const char* reason, base::Instant now,
                wire::PacketBatch& out) {
        const auto found = resources.find(id);
        if (found == resources.end()) return;
        const std::unique_ptr<Resource> resource = std::move(found->second);
        resources.erase(found);
        for (const auto& path : resource->paths) paths.erase(path);
        for (const auto& ufrag : resource->ufrags) ufrags.erase(ufrag);
        const auto room = rooms.find(resource->ids().session);
        resource->leave(*room->second);
        if (room->second->empty() && !room->second->has_grant()) {
            rooms.erase(room);
        } else {
            room->second->assign_slots(now, events);
        }
        resource->say_bye(out);
        resource->transport().close(out);
        add_transport_counters(retired, resource->transport().counters());
        if (reason != nullptr) {
            events.emplace_back(
                ResourceClosed{id, resource->ids().session, resource->ids().participant, reason});
        }
        next = now;
    }

    void take_transport_events(Resource& resource, base::Instant now) {
        while (const auto event = resource.transport().poll_event()) {
            switch (*event) {
                case transport::TransportEvent::Connected:
                    resource.was_connected = true;
                    resource.on_connected(now);
                    events.emplace_back(ResourceConnected{resource.ids().resource});
                    break;
                case transport::TransportEvent::PathChanged:
                    break;
                case transport::TransportEvent::Disconnected:
                    doomed.push_back({resource.ids().resource, "the connection was lost"});
                    break;
                case transport::TransportEvent::Failed:
                    doomed.push_back({resource.ids().resource, "the secure connection ended"});
                    break;
            }
        }
    }

    void bury_doomed(base::Instant now, wire::PacketBatch& out) {
        for (std::size_t i = 0; i < doomed.size(); ++i) {
            remove(doomed[i].resource, doomed[i].reason, now, out);
        }
        doomed.clear();
    }

    Config config;
    SfuCounters counters;  // our own and those that resources write to
    SfuCounters retired;   // of transports that are gone
    mutable SfuCounters total;
    base::Instant next{};
    std::deque<Event> events;
    AppInbox apps;
    std::vector<Doomed> doomed;
    std::unordered_map<base::SessionId, std::unique_ptr<Room>> rooms;
    std::unordered_map<base::ResourceId, std::unique_ptr<Resource>> resources;
    std::unordered_map<wire::Path, Resource*> paths;
    std::unordered_map<std::string, Resource*, TextHash, std::equal_to<>> ufrags;
};

Sfu::Sfu(Config config) : parts_(std::make_unique<Parts>(std::move(config))) {}
Sfu::~Sfu() = default;

base::Result<Sfu::Answer> Sfu::publish(base::SessionId session, base::ParticipantId participant,
                                       const wire::Sdp& offer, base::Instant now) {
    auto local = parts_->admit();
    if (!local) return local.error();
    auto agreement = negotiate_publish(offer, *local);
    if (!agreement) return agreement.error();
    auto publication = std::make_unique<Publication>(
        Resource::Ids{base::ResourceId::random(), session, participant},
        parts_->transport_config(*local, agreement->remote), *agreement, parts_->counters,
        parts_->apps, now);
    Room& room = parts_->room_of(session);
    if (const auto* replaced = room.add(*publication)) {
        parts_->doomed.push_back({replaced->ids().resource, nullptr});
    }
    return parts_->enter(std::move(publication), agreement->answer, room, now);
}

base::Result<Sfu::Answer> Sfu::subscribe(base::SessionId session, base::ParticipantId participant,
                                         const wire::Sdp& offer, base::Instant now) {
    auto local = parts_->admit();
    if (!local) return local.error();
    // One random start for all, so that no two SSRCs of this resource can be the same.
    auto agreement = negotiate_subscribe(offer, *local, parts_->config.max_slots,
                                         [ssrc = base::random_u32()]() mutable { return ++ssrc; });
    if (!agreement) return agreement.error();
    auto subscription = std::make_unique<Subscription>(
        Resource::Ids{base::ResourceId::random(), session, participant},
        parts_->transport_config(*local, agreement->remote), *agreement, parts_->counters, now);
    Room& room = parts_->room_of(session);
    if (const auto* oldest =
            room.add(*subscription, parts_->config.max_subscriptions_per_participant)) {
        parts_->doomed.push_back({oldest->ids().resource, "a newer subscription took its place"});
    }
    return parts_->enter(std::move(subscription), agreement->answer, room, now);
}

base::Result<Sfu::IceRestart> Sfu::restart_ice(base::ResourceId id, const std::string& if_match,
                                               const wire::SdpFragment& offer, base::Instant now) {
    Resource* resource = parts_->find(id);
    if (resource == nullptr) return Error(Errc::NotFound, "There is no such resource.");
    if (if_match != "*" && if_match != resource->etag()) {
        return Error(Errc::Conflict, "The ICE session has been restarted since; get its new ETag.");
    }
    if (offer.ice_ufrag.empty() || offer.ice_pwd.empty()) {
        return Error(Errc::Malformed, "An ICE restart needs a=ice-ufrag and a=ice-pwd.");
    }
    // RFC 8842 section 5.4: another fingerprint is another DTLS association. That would change the
    // encryption of a running connection, which only a new connection may.
    if (!offer.fingerprint.empty() && (offer.fingerprint_algorithm != "sha-256" ||
                                       offer.fingerprint != resource->remote_fingerprint())) {
        return Error(Errc::Unsupported,
                     "An ICE restart keeps the encryption of the connection, but a=fingerprint "
                     "names another certificate; POST a new offer.");
    }
    const auto local = transport::IceCredentials::random();
    resource->transport().restart_ice(local, {offer.ice_ufrag, offer.ice_pwd});
    resource->ufrags.push_back(local.ufrag);
    parts_->ufrags.emplace(local.ufrag, resource);
    if (resource->ufrags.size() > kMaxUfragsPerResource) {
        parts_->ufrags.erase(resource->ufrags.front());
        resource->ufrags.erase(resource->ufrags.begin());
    }
    resource->renew_etag();
    resource->wake(now);
    IceRestart result;
    result.etag = resource->etag();
    result.answer.ice_ufrag = local.ufrag;
    result.answer.ice_pwd = local.password;
    result.answer.mid = offer.mid;
    result.answer.ice_lite = true;
    result.answer.candidates = parts_->config.candidates;
    result.answer.end_of_candidates = true;
    return result;
}

base::Result<void> Sfu::close(base::ResourceId id, base::Instant now, wire::PacketBatch& out) {
    if (parts_->find(id) == nullptr) return Error(Errc::NotFound, "There is no such resource.");
    parts_->remove(id, "closed", now, out);
    return {};
}

std::optional<base::ParticipantId> Sfu::owner(base::ResourceId id) const {
    const Resource* resource = parts_->find(id);
    if (resource == nullptr) return std::nullopt;
    return resource->ids().participant;
}

std::optional<std::string> Sfu::etag(base::ResourceId id) const {
    const Resource* resource = parts_->find(id);
    if (resource == nullptr) return std::nullopt;
    return resource->etag();
}

void Sfu::close_participant(base::SessionId session, base::ParticipantId participant,
                            base::Instant now, wire::PacketBatch& out) {
    const auto room = parts_->rooms.find(session);
    if (room == parts_->rooms.end()) return;
    for (const Resource* resource : room->second->resources_of(participant)) {
        parts_->remove(resource->ids().resource, "the participant was removed", now, out);
    }
}

void Sfu::close_session(base::SessionId session, base::Instant now, wire::PacketBatch& out) {
    parts_->bury_doomed(now, out);  // they refer to the room
    const auto room = parts_->rooms.find(session);
    if (room == parts_->rooms.end()) return;
    for (const Resource* resource : room->second->resources()) {
        parts_->remove(resource->ids().resource, "the session ended", now, out);
    }
    parts_->rooms.erase(session);
}

void Sfu::set_grant(base::SessionId session, std::vector<Flow> flows, base::Instant alive_until,
                    base::Instant now) {
    parts_->room_of(session).set_grant(std::move(flows), alive_until, now, parts_->events);
    parts_->next = std::min(parts_->next, alive_until);
}

void Sfu::extend_grant(base::SessionId session, base::Instant alive_until, base::Instant now) {
    const auto room = parts_->rooms.find(session);
    if (room == parts_->rooms.end()) return;
    room->second->extend_grant(alive_until, now, parts_->events);
    parts_->next = std::min(parts_->next, alive_until);
}

base::Result<void> Sfu::send_app(base::SessionId session, base::ParticipantId publisher,
                                 std::uint32_t name, base::ByteView data, wire::PacketBatch& out) {
    CHECK(data.size() <= kMaxAppBytes);
    const auto room = parts_->rooms.find(session);
    Publication* publication =
        room == parts_->rooms.end() ? nullptr : room->second->publication_of(publisher);
    if (publication == nullptr || !publication->send_app(name, data, out)) {
        return Error(Errc::NotFound, "This participant has no uplink that is connected.");
    }
    return {};
}

void Sfu::receive(const wire::Path& path, base::MutableBytes datagram, base::Instant now,
                  wire::PacketBatch& out) {
    auto& parts = *parts_;
    ++parts.counters.datagrams_in;
    const bool stun = wire::looks_like_stun(datagram);
    Resource* resource = parts.find(path, datagram, stun);
    if (resource == nullptr) return;
    // Who only receives has no way up: nothing of it is even decrypted.
    if (!resource->may_send_media() && is_rtp(datagram)) {
        ++parts.counters.rtp_from_subscriber;
        return;
    }
    const auto refused_before = stun ? refused_stun(*resource) : 0;
    const auto received = resource->transport().receive(path, datagram, now, out);
    switch (received.kind) {
        case transport::PeerTransport::Kind::Rtp:
            resource->receive_rtp(received.packet, now, out);
            return;
        case transport::PeerTransport::Kind::Rtcp:
            resource->receive_rtcp(received.packet, now, out);
            return;
        case transport::PeerTransport::Kind::Nothing:
            break;
    }
    if (stun && refused_stun(*resource) == refused_before) parts.remember_path(*resource, path);
    resource->wake(now);
    parts.take_transport_events(*resource, now);
    parts.bury_doomed(now, out);
}

bool Sfu::knows(const wire::Path& path) const { return parts_->paths.contains(path); }

void Sfu::path_closed(const wire::Path& path, base::Instant now) {
    const auto found = parts_->paths.find(path);
    if (found == parts_->paths.end()) return;
    Resource& resource = *found->second;
    std::erase(resource.paths, path);
    parts_->paths.erase(found);
    resource.transport().path_closed(path, now);
    resource.wake(now);
}

base::Instant Sfu::tick(base::Instant now, wire::PacketBatch& out) {
    auto& parts = *parts_;
    parts.bury_doomed(now, out);
    if (now < parts.next) return parts.next;
    parts.next = base::kNever;
    for (auto& [id, room] : parts.rooms) {
        parts.next = std::min(parts.next, room->expire(now, parts.events));
    }
    for (auto& [id, resource] : parts.resources) {
        if (resource->deadline <= now) {
            const auto transport_deadline = resource->transport().tick(now, out);
            const auto media_deadline = resource->tick_media(now, out);
            resource->deadline =
                std::max(std::min(transport_deadline, media_deadline), now + kTickGrain);
            parts.take_transport_events(*resource, now);
            if (!resource->was_connected) {
                const auto give_up = resource->opened + kConnectPatience;
                if (now >= give_up) parts.doomed.push_back({id, "the client never connected"});
                resource->deadline = std::min(resource->deadline, give_up);
            }
        }
        parts.next = std::min(parts.next, resource->deadline);
    }
    parts.bury_doomed(now, out);
    return parts.next;
}

std::optional<Event> Sfu::poll_event() {
    if (parts_->events.empty()) {
        if (const auto app = parts_->apps.poll()) return Event(*app);
        return std::nullopt;
    }
    std::optional<Event> event = std::move(parts_->events.front());
    parts_->events.pop_front();
    return event;
}

std::vector<ResourceStats> Sfu::stats() const {
    std::vector<ResourceStats> all;
    all.reserve(parts_->resources.size());
    for (const auto& [id, resource] : parts_->resources) all.push_back(resource->stats());
    return all;
}

const SfuCounters& Sfu::counters() const {
    auto& total = parts_->total;
    total = parts_->counters;
    add_transport_counters(total, parts_->retired);
    for (const auto& [id, resource] : parts_->resources) {
        add_transport_counters(total, resource->transport().counters());
    }
    return total;
}

}  // namespace sightline::sfu
