#include "appliance/kiosk/session_authority.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

#include "appliance/base/log.h"

namespace sightline::kiosk {
namespace {

using base::Errc;
using base::Error;

constexpr const char* kApplicantName = "Applicant";
constexpr std::size_t kMaxClosesUnsent = 16;

// A hub with a wrong clock must not falsify the record.
model::RecordTime believable(model::RecordTime at_hub, Now now) {
    constexpr std::chrono::seconds kTolerance{60};
    const bool close = at_hub > now.wall - kTolerance && at_hub < now.wall + kTolerance;
    return close ? at_hub : now.wall;
}

const char* page_of(model::Role role) {
    return role == model::Role::Observer ? "/observer/#" : "/console/#";
}

Error none_runs(const char* doing) {
    return {Errc::Conflict, std::string(doing) + ": no interview is running; open one first"};
}

}  // namespace

SessionAuthority::SessionAuthority(storage::InterviewRepository& repository, Site site)
    : repository_(repository), record_(repository), site_(std::move(site)) {}

void SessionAuthority::resume(Now now) {
    for (const auto& record : repository_.running()) {
        const bool recent = now.wall - record.alive <= kResumeWindow;
        if (recent && !running_) {
            take_up(record);
        } else {
            repository_.close(record.interview.id, model::EndReason::Interrupted, record.alive);
            spdlog::warn("session.interrupted session={}", record.interview.id.brief());
        }
    }
}

void SessionAuthority::take_up(const storage::SessionRecord& record) {
    Running running;
    running.interview = record.interview;
    running.applicant = AccessToken::random();
    for (const auto& stored : record.participants) {
        if (stored.removed) continue;
        Person person{stored.participant, false, std::nullopt};
        if (person.participant.role == model::Role::Applicant) {
            // Only its hash was kept, and the engine needs the token itself.
            repository_.renew_token(person.participant.id, running.applicant.sha256);
            person.participant.token_sha256 = running.applicant.sha256;
        }
        if (!stored.stays.empty()) {
            const auto& latest = stored.stays.back();
            record_.continue_quality(person.participant.id, latest.quality);
            person.present = !latest.presence.left.has_value();
            if (person.present) person.unconfirmed_since = record.alive;
        }
        running.people.push_back(std::move(person));
    }
    running_ = std::move(running);
    spdlog::info("session.resumed session={} participants={}", record.interview.id.brief(),
                 running_->people.size());
}

base::Result<base::SessionId> SessionAuthority::open(std::string title, Now now) {
    if (running_) {
        return Error{Errc::Conflict, "open an interview: interview " +
                                         running_->interview.id.text() +
                                         " is running; close it first"};
    }
    auto interview = model::open_interview(base::SessionId::random(), std::move(title), now.wall);
    if (!interview) return interview.error();
    Running running;
    running.interview = *interview;
    running.applicant = AccessToken::random();
    const auto applicant =
        model::make_participant(base::ParticipantId::random(), interview->id, kApplicantName,
                                model::Role::Applicant, running.applicant.sha256)
            .value();
    try {
        repository_.open(*interview, std::span(&applicant, 1));
    } catch (const storage::StorageError& e) {
        return Error{Errc::Unavailable, e.what()};
    }
    running.people.push_back({applicant, false, std::nullopt});
    running.next_alive = now.instant + kAliveInterval;
    running_ = std::move(running);
    spdlog::info("session.opened session={}", interview->id.brief());
    tell_hub(open_message());
    return interview->id;
}

base::Result<void> SessionAuthority::close(Now now) {
    if (!running_) return none_runs("close the interview");
    const auto id = running_->interview.id;
    end_unconfirmed();
    record_.closed(id, model::EndReason::Complete, now.wall);
    if (hub_here_) {
        tell_hub(session_close(id));
    } else {
        closes_unsent_.push_back(id);
        if (closes_unsent_.size() > kMaxClosesUnsent) closes_unsent_.erase(closes_unsent_.begin());
    }
    running_.reset();
    spdlog::info("session.closed session={}", id.brief());
    return {};
}

base::Result<Invitation> SessionAuthority::invite(model::Role role, std::string name, Now now) {
    if (!running_) return none_runs("invite");
    if (!model::comes_by_invitation(role)) {
        return Error{Errc::Forbidden, std::string("invite: nobody comes by a link in the role ") +
                                          model::name_of(role) +
                                          "; invite an interviewer, interpreter or observer"};
    }
    if (running_->people.size() >= model::kMaxParticipants) {
        return Error{Errc::Exhausted, "invite: the interview has its " +
                                          std::to_string(model::kMaxParticipants) +
                                          " participants; remove one first"};
    }
    const auto token = AccessToken::random();
    auto participant = model::make_participant(
        base::ParticipantId::random(), running_->interview.id, std::move(name), role, token.sha256);
    if (!participant) return participant.error();
    try {
        repository_.add(*participant, now.wall);  // before the link exists: it must survive a crash
    } catch (const storage::StorageError& e) {
        return Error{Errc::Unavailable, e.what()};
    }
    running_->people.push_back({*participant, false, std::nullopt});
    spdlog::info("participant.invited session={} participant={} role={}",
                 running_->interview.id.brief(), participant->id.brief(), model::name_of(role));
    tell_hub(participant_add(*participant));
    return Invitation{participant->id, site_.public_url + page_of(role) + token.text};
}

base::Result<void> SessionAuthority::remove(base::ParticipantId participant, Now now) {
    if (!running_) return none_runs("remove a participant");
    auto* person = find(running_->interview.id, participant);
    if (person == nullptr || person->participant.role == model::Role::Applicant) {
        return Error{Errc::NotFound,
                     "remove a participant: " + participant.text() +
                         " is nobody who was invited; `sightline status` lists who is there"};
    }
    if (person->present) {
        record_.left(participant, model::LeaveReason::Removed, now.wall);
    }
    record_.removed(participant, now.wall);
    std::erase_if(running_->people,
                  [&](const Person& p) { return p.participant.id == participant; });
    spdlog::info("participant.removed participant={}", participant.brief());
    tell_hub(participant_remove(running_->interview.id, participant));
    return {};
}

void SessionAuthority::hub_connected() {
    hub_here_ = true;
    to_hub_.clear();
    for (const auto session : std::exchange(closes_unsent_, {})) tell_hub(session_close(session));
    if (running_) tell_hub(open_message());
}

void SessionAuthority::hub_lost(Now now) {
    hub_here_ = false;
    to_hub_.clear();
    if (!running_) return;
    running_->confirm_until = base::kNever;
    for (auto& person : running_->people) {
        if (person.present && !person.unconfirmed_since) person.unconfirmed_since = now.wall;
    }
}

void SessionAuthority::on_hub(const HubMessage& message, Now now) {
    if (const auto* opened = std::get_if<Opened>(&message)) {
        if (!running_ || opened->session != running_->interview.id) return;
        running_->known_to_hub = true;
        running_->confirm_until = now.instant + kConfirmWindow;
        spdlog::info("session.known_to_hub session={}", opened->session.brief());
    } else if (const auto* joined = std::get_if<Joined>(&message)) {
        auto* person = find(joined->session, joined->participant);
        if (person == nullptr) return;
        person->unconfirmed_since.reset();
        if (std::exchange(person->present, true)) return;
        record_.joined(joined->participant, believable(joined->at, now));
        spdlog::info("participant.joined participant={}", joined->participant.brief());
    } else if (const auto* left = std::get_if<Left>(&message)) {
        auto* person = find(left->session, left->participant);
        if (person == nullptr || !std::exchange(person->present, false)) return;
        person->unconfirmed_since.reset();
        record_.left(left->participant, left->reason, believable(left->at, now));
        spdlog::info("participant.left participant={} reason={}", left->participant.brief(),
                     model::name_of(left->reason));
    } else if (const auto* report = std::get_if<QualityReport>(&message)) {
        if (find(report->session, report->participant) == nullptr) return;
        record_.quality(report->participant, report->quality);
    } else if (const auto* complaint = std::get_if<HubComplaint>(&message)) {
        spdlog::error("hub.refused detail=\"{}\"", complaint->detail);
    }
}

std::vector<std::string> SessionAuthority::take_hub_messages() {
    return std::exchange(to_hub_, {});
}

void SessionAuthority::on_engine(EngineEvent event, Now now) {
    spdlog::log(event == EngineEvent::Recovered ? spdlog::level::info : spdlog::level::warn, "{}",
                name_of(event));
    std::optional<base::SessionId> session;
    if (running_) session = running_->interview.id;
    record_.incident(session, name_of(event), now.wall);
}

std::optional<EngineJoin> SessionAuthority::engine_join() const {
    if (!running_ || !running_->known_to_hub) return std::nullopt;
    return EngineJoin{site_.hub_url, site_.hub_fingerprint, running_->applicant.text,
                      running_->interview.id};
}

void SessionAuthority::tick(Now now) {
    record_.retry();
    if (!running_) return;
    if (now.instant >= running_->confirm_until) {
        running_->confirm_until = base::kNever;
        end_unconfirmed();
    }
    if (now.instant >= running_->next_alive) {
        running_->next_alive = now.instant + kAliveInterval;
        record_.alive(running_->interview.id, now.wall);
    }
}

boost::json::object SessionAuthority::status() const {
    boost::json::object out;
    out["record"] = {{"ok", record_.waiting() == 0 && record_.dropped() == 0},
                     {"waiting", record_.waiting()},
                     {"dropped", record_.dropped()},
                     {"trouble", record_.trouble()}};
    if (!running_) {
        out["session"] = nullptr;
        return out;
    }
    boost::json::array people;
    for (const auto& person : running_->people) {
        people.push_back({{"id", person.participant.id.text()},
                          {"name", person.participant.name},
                          {"role", model::name_of(person.participant.role)},
                          {"present", person.present}});
    }
    out["session"] = {{"id", running_->interview.id.text()},
                      {"title", running_->interview.title},
                      {"opened", model::to_rfc3339(running_->interview.opened)},
                      {"known_to_hub", running_->known_to_hub},
                      {"participants", std::move(people)}};
    return out;
}

void SessionAuthority::tell_hub(std::string message) {
    if (hub_here_) to_hub_.push_back(std::move(message));
}

SessionAuthority::Person* SessionAuthority::find(base::SessionId session,
                                                 base::ParticipantId participant) {
    if (!running_ || running_->interview.id != session) return nullptr;
    for (auto& person : running_->people) {
        if (person.participant.id == participant) return &person;
    }
    return nullptr;
}

void SessionAuthority::end_unconfirmed() {
    for (auto& person : running_->people) {
        if (!person.unconfirmed_since) continue;
        record_.left(person.participant.id, model::LeaveReason::Lost, *person.unconfirmed_since);
        person.present = false;
        person.unconfirmed_since.reset();
    }
}

std::string SessionAuthority::open_message() const {
    std::vector<model::Participant> people;
    for (const auto& person : running_->people) people.push_back(person.participant);
    return session_open(running_->interview, people);
}

}  // namespace sightline::kiosk
