#include "appliance/hub/signalling.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "appliance/base/log.h"
#include "appliance/hub/elsewhere.h"
#include "appliance/hub/lease_orders.h"
#include "appliance/hub/overloaded.h"

namespace sightline::hub {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kMaxSocketsPerParticipant = 4;
// Several changes within this time make one roster, so that nobody can make the hub shout.
constexpr std::chrono::milliseconds kRosterDelay{20};

}  // namespace

std::int64_t Signalling::now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Signalling::Signalling(asio::any_io_executor executor, SessionRegistry& registry,
                       Credentials& credentials, ResourceDirectory& resources,
                       QualityBoard& quality, LeaseDesk& leases, TaskGroup& tasks)
    : executor_(executor),
      registry_(registry),
      credentials_(credentials),
      resources_(resources),
      quality_(quality),
      leases_(leases),
      tasks_(tasks),
      roster_timer_(executor) {}

void Signalling::arrived(const Holder& holder, SocketPtr socket) {
    const Session* session = registry_.find(holder.session);
    const Participant* self = registry_.find(holder.session, holder.participant);
    if (!session || !self) return socket->close(CloseCode::SessionGone, "the session is over");
    auto& seats = seats_[holder.participant];
    if (seats.size() >= kMaxSocketsPerParticipant) {
        seats.front()->close(CloseCode::Policy, "too many connections of one participant");
        seats.erase(seats.begin());
        presence_.departed(holder.participant, false, base::Clock::now());
    }
    seats.push_back(socket);
    socket->send(welcome_message(*session, *self, now_ms()));
    told_[holder.participant] = situation_of(*session, *self);
    for (const Resource* resource : resources_.of(holder.participant)) {
        if (!resource->slots.empty()) socket->send(slots_for(*resource));
    }
    if (presence_.arrived(holder.participant)) {
        spdlog::info("participant_joined session={} participant={} role={}", holder.session.brief(),
                     holder.participant.brief(), model::name_of(holder.role));
        tell_kiosk(holder.session, joined_message(holder.session, holder.participant, now_ms()));
    }
    roster_changed(holder.session);
}

void Signalling::departed(const Holder& holder, const SocketPtr& socket, bool said_bye) {
    const auto seats = seats_.find(holder.participant);
    if (seats == seats_.end() || std::erase(seats->second, socket) == 0) return;
    if (seats->second.empty()) {
        seats_.erase(seats);
        told_.erase(holder.participant);
    }
    if (presence_.departed(holder.participant, said_bye, base::Clock::now())) {
        left(holder.session, holder.participant, model::LeaveReason::Bye);
    }
}

base::Result<void> Signalling::set_tracks(const Holder& holder, Track audio, Track video) {
    if (auto ok = registry_.check(holder, access::Action::SayTracks); !ok) return ok;
    if (registry_.set_tracks(holder, audio, video)) roster_changed(holder.session);
    return {};
}

template <class Ask>
base::Result<void> Signalling::ask(const Holder& holder, const Ask& ask) {
    constexpr auto kAction =
        std::is_same_v<Ask, AskPause> ? access::Action::AskPause : access::Action::AskEnd;
    if (auto ok = registry_.check(holder, kAction); !ok) return ok;
    if (auto ok = kiosk_is_here(holder.session); !ok) return ok;
    spdlog::info("asked session={} participant={} what={}", holder.session.brief(),
                 holder.participant.brief(), access::name_of(kAction));
    tell_kiosk(holder.session, ask_message(holder, ask));
    return {};
}
template base::Result<void> Signalling::ask(const Holder&, const AskPause&);
template base::Result<void> Signalling::ask(const Holder&, const AskEnd&);

base::Result<void> Signalling::pass_on(const Holder& from, const Letter& letter) {
    if (!registry_.find(from.session, from.participant)) {
        return base::Error(base::Errc::Forbidden, "you are not in this interview any more");
    }
    auto ok = kiosk_is_here(from.session);
    if (ok) ok = letters_.admit(from.participant, base::Clock::now());
    ++(ok ? letters_.figures.up : letters_.figures.refused);
    if (ok) tell_kiosk(from.session, letter_message(from, letter.text));
    return ok;
}

base::Result<void> Signalling::kiosk_is_here(base::SessionId session) const {
    if (kiosks_.contains(registry_.find(session)->kiosk)) return {};
    return base::Error(base::Errc::Unavailable,
                       "the centre cannot be reached at the moment; ask again when it is back");
}

void Signalling::signed_out(const Holder& holder) {
    cut_media(holder.session, holder.participant);
    const auto seats = seats_.find(holder.participant);
    if (seats == seats_.end()) return;
    for (const SocketPtr& socket : seats->second) {
        socket->close(CloseCode::BadToken, "signed out");
    }
}

void Signalling::tell_kiosk(const Holder& about, const CredentialNews& news) {
    tell_kiosk(about.session, credential_message(about.session, about.participant, news));
}

void Signalling::refused(const Holder& who, std::string_view what, std::string_view why) {
    tell_kiosk(who.session, refused_message(who, what, why));
}

bool Signalling::reaches_kiosk(base::SessionId id) const {
    const Session* session = registry_.find(id);
    return session && (session->kiosk.empty() || kiosks_.contains(session->kiosk));
}

void Signalling::media_event(const sfu::Event& event) {
    const auto on_slots = [this](const sfu::SlotMap& map) {
        const auto session = registry_.session_of(map.subscriber);
        if (!session) return;  // removed since
        resources_.set_slots(map.subscription, *session, map.subscriber, map.slots);
        // Sent back since: the map is of a connection that is being closed.
        const Participant* subscriber = registry_.find(*session, map.subscriber);
        if (subscriber->place == model::Place::Lobby) return;
        tell(map.subscriber, slots_for(*resources_.find(map.subscription)));
    };
    const auto on_connected = [this](const sfu::ResourceConnected& connected) {
        resources_.set_connected(connected.resource);
        if (const Resource* resource = resources_.find(connected.resource)) {
            spdlog::info("media_connected resource={} participant={} publishes={}",
                         resource->id.brief(), resource->participant.brief(), resource->publishes);
            roster_changed(resource->session);
        }
    };
    const auto on_closed = [this](const sfu::ResourceClosed& closed) {
        spdlog::info("media_closed resource={} participant={} reason=\"{}\"",
                     closed.resource.brief(), closed.participant.brief(), closed.reason);
        resource_gone(closed.resource);
    };
    const auto on_app = [this](const sfu::AppPacket& packet) {
        leases_.on_app(packet);
        serve_leases();
    };
    std::visit(Overloaded{on_slots, on_connected, on_closed, on_app}, event);
}

void Signalling::resource_gone(base::ResourceId id) {
    quality_.closed(id);
    const Resource* resource = resources_.find(id);
    if (!resource) return;
    const base::SessionId session = resource->session;
    resources_.erase(id);
    roster_changed(session);
}

void Signalling::tick_leases(base::Instant now) {
    leases_.tick(now);
    serve_leases();
}

void Signalling::serve_leases() {
    carry_out(leases_, *media_, tasks_, [this](base::SessionId session, std::string message) {
        tell_kiosk(session, std::move(message));
    });
}

void Signalling::expire(base::Instant now, model::RecordTime wall) {
    for (const Holder& holder : credentials_.logins.expire(wall)) signed_out(holder);
    for (const base::ParticipantId participant : presence_.lost(now)) {
        if (const auto session = registry_.session_of(participant)) {
            left(*session, participant, model::LeaveReason::Lost);
        }
    }
    for (const base::SessionId session : registry_.overdue(now)) {
        end(session, "the kiosk did not come back", Reopening::Possible);
    }
}

asio::awaitable<void> Signalling::collect_quality() {
    for (const auto& worker : media_->workers()) {
        auto ask = [](sfu::Sfu& sfu, base::Instant, wire::PacketBatch&) { return sfu.stats(); };
        quality_.update(co_await worker->call(ask));
    }
}

void Signalling::send_quality() {
    for (const Quality& quality : quality_.all()) {
        if (registry_.session_of(quality.participant)) {
            tell_kiosk(quality.session, quality_message(quality));
        } else {
            quality_.forget(quality.participant);  // statistics that arrived after the removal
        }
    }
}

void Signalling::close_all() {
    for (const auto& [participant, sockets] : seats_) {
        for (const SocketPtr& socket : sockets) socket->close(CloseCode::GoingAway, "hub stops");
    }
    for (const auto& [name, socket] : kiosks_) socket->close(CloseCode::GoingAway, "hub stops");
}

std::size_t Signalling::control_sockets() const {
    std::size_t count = 0;
    for (const auto& [participant, sockets] : seats_) count += sockets.size();
    return count;
}

void Signalling::tell_kiosk(base::SessionId id, std::string message) {
    const Session* session = registry_.find(id);
    if (!session) return;
    const auto kiosk = kiosks_.find(session->kiosk);
    if (kiosk != kiosks_.end()) kiosk->second->send(std::move(message));
}

bool Signalling::tell(base::ParticipantId participant, const std::string& message) {
    const auto seats = seats_.find(participant);
    if (seats == seats_.end()) return false;
    for (const SocketPtr& socket : seats->second) socket->send(message);
    return true;
}

void Signalling::settle(base::SessionId id) {
    const Session* session = registry_.find(id);
    if (!session) return;
    for (const Participant& participant : session->participants) {
        cut_what_may_not_be(*session, participant);
        const auto told = told_.find(participant.id);
        if (told == told_.end()) continue;
        Situation now = situation_of(*session, participant);
        const Situation before = std::exchange(told->second, now);
        if (now == before) continue;
        if (now.place != before.place || now.title != before.title) {
            tell(participant.id, place_message(now));
        }
        tell(participant.id, state_message(now));
    }
    roster_changed(id);
}

void Signalling::cut_what_may_not_be(const Session& session, const Participant& participant) {
    const bool send = session.may(participant, access::Action::SendMedia);
    const bool receive = session.may(participant, access::Action::ReceiveMedia);
    const std::vector<const Resource*> resources = resources_.of(participant.id);
    if (resources.empty()) return;
    if (!send && !receive) return cut_media(session.id, participant.id);
    for (const Resource* resource : resources) {
        if (resource->publishes ? send : receive) continue;
        tasks_.start("close_resource",
                     [](io::Worker& worker, base::ResourceId gone) -> asio::awaitable<void> {
                         auto ask = [gone](sfu::Sfu& sfu, base::Instant now,
                                           wire::PacketBatch& out) {
                             (void)sfu.close(gone, now, out);  // gone already is as good
                         };
                         co_await worker.call(ask);
                     }(media_->worker_of(session.id), resource->id));
        resource_gone(resource->id);
    }
}

std::string Signalling::slots_for(const Resource& subscription) const {
    std::vector<base::ParticipantId> slots = subscription.slots;
    for (base::ParticipantId& slot : slots) {
        const Participant* shown = registry_.find(subscription.session, slot);
        if (!shown || shown->place == model::Place::Lobby) slot = {};
    }
    return slots_message(subscription.id, slots);
}

void Signalling::roster_changed(base::SessionId session) {
    stale_rosters_.insert(session);
    if (stale_rosters_.size() > 1) return;  // the timer runs
    roster_timer_.expires_after(kRosterDelay);
    roster_timer_.async_wait([this](boost::system::error_code ec) {
        if (!ec) send_rosters();
    });
}

void Signalling::send_rosters() {
    for (const base::SessionId id : std::exchange(stale_rosters_, {})) {
        const Session* session = registry_.find(id);
        if (!session) continue;
        std::vector<RosterEntry> roster;
        const auto is_admitted = [](const Participant& p) {
            return p.place == model::Place::Admitted;
        };
        for (const Participant& p : session->participants) {
            if (!is_admitted(p)) continue;
            // Whoever receives or sends media is there, with a control socket or without.
            const bool present = presence_.present(p.id) || resources_.connected(p.id);
            roster.push_back({p.id, p.name, p.role, p.organisation, present,
                              resources_.publishing(p.id), p.audio, p.video});
        }
        const std::string message = roster_message(roster);
        for (const Participant& p : session->participants) {
            if (is_admitted(p)) tell(p.id, message);
        }
    }
}

void Signalling::left(base::SessionId session, base::ParticipantId participant,
                      model::LeaveReason reason) {
    spdlog::info("participant_left session={} participant={} reason={}", session.brief(),
                 participant.brief(), model::name_of(reason));
    if (const auto quality = quality_.of(participant)) {
        tell_kiosk(session, quality_message(*quality));
    }
    tell_kiosk(session, left_message(session, participant, now_ms(), reason));
    // Nobody watches who is not shown as present: media ends with the last control socket.
    cut_media(session, participant);
    roster_changed(session);
}

void Signalling::remove(base::SessionId session, base::ParticipantId participant) {
    if (presence_.removed(participant)) {
        left(session, participant, model::LeaveReason::Removed);
    } else {
        cut_media(session, participant);
        roster_changed(session);
    }
    letters_.forget(participant);
    told_.erase(participant);
    const auto seats = seats_.find(participant);
    if (seats == seats_.end()) return;
    for (const SocketPtr& socket : seats->second) {
        socket->send(ended_message("removed"));
        socket->close(CloseCode::Forbidden, "removed from the session");
    }
    seats_.erase(seats);
}

void Signalling::end(base::SessionId id, const char* reason, Reopening reopening) {
    const Session* session = registry_.find(id);
    if (!session) return;
    spdlog::info("session_ended session={} reason=\"{}\"", id.brief(), reason);
    for (const Participant& participant : session->participants) {
        if (presence_.removed(participant.id)) left(id, participant.id, model::LeaveReason::Ended);
        quality_.forget(participant.id);
        credentials_.forget(participant.id);
        letters_.forget(participant.id);
        told_.erase(participant.id);
        // How it ended is the business of those who took part.
        const bool inside = participant.place == model::Place::Admitted;
        const auto seats = seats_.find(participant.id);
        if (seats == seats_.end()) continue;
        for (const SocketPtr& socket : seats->second) {
            socket->send(ended_message(inside ? reason : "closed"));
            socket->close(CloseCode::SessionGone, "the session is over");
        }
        seats_.erase(seats);
    }
    leases_.forget(id);
    registry_.drop(id, reopening);
    resources_.erase_session(id);
    tasks_.start("close_session",
                 [](io::Worker& worker, base::SessionId gone) -> asio::awaitable<void> {
                     auto ask = [gone](sfu::Sfu& sfu, base::Instant now, wire::PacketBatch& out) {
                         sfu.close_session(gone, now, out);
                     };
                     co_await worker.call(ask);
                 }(media_->worker_of(id), id));
}

void Signalling::moved(base::SessionId id, std::string_view origin) {
    const Session* session = registry_.find(id);
    if (!session) return;
    const auto send_away = [&](const SocketPtr& socket) {
        socket->send(elsewhere_message(origin));
        socket->close(CloseCode::Elsewhere, origin);
    };
    for (const Participant& participant : session->participants) {
        const auto seats = seats_.find(participant.id);
        if (seats == seats_.end()) continue;
        for (const SocketPtr& socket : seats->second) send_away(socket);
    }
    if (const auto kiosk = kiosks_.find(session->kiosk); kiosk != kiosks_.end()) {
        send_away(kiosk->second);
    }
    // What it says beyond, sockets that are closing do not send.
    end(id, "moved", Reopening::Possible);
}

void Signalling::cut_media(base::SessionId session, base::ParticipantId participant) {
    resources_.erase_participant(participant);
    tasks_.start("close_participant",
                 [](io::Worker& worker, base::SessionId in,
                    base::ParticipantId who) -> asio::awaitable<void> {
                     auto ask = [in, who](sfu::Sfu& sfu, base::Instant now,
                                          wire::PacketBatch& out) {
                         sfu.close_participant(in, who, now, out);
                     };
                     co_await worker.call(ask);
                 }(media_->worker_of(session), session, participant));
}

}  // namespace sightline::hub
