// How an interview comes to be the one at hand: scheduled, chosen among those that wait, or found
// in the store after a restart. A part of SessionAuthority.
#include <algorithm>
#include <utility>

#include "appliance/base/log.h"
#include "appliance/kiosk/random_secret.h"
#include "appliance/kiosk/refusals.h"
#include "appliance/kiosk/session_authority.h"

namespace sightline::kiosk {
namespace {

using base::Errc;
using base::Error;
using model::State;
using storage::audit::Action;

constexpr const char* kApplicantName = "Applicant";
constexpr std::size_t kMaxPartingsUnsent = 16;

bool is_state_code(const std::string& text) {
    return text.size() == 3 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

model::Attendee applicant_of(base::SessionId session, const AccessToken& token) {
    return {{base::ParticipantId::random(), session, kApplicantName, model::Role::Applicant,
             token.sha256},
            "",
            model::Place::Admitted,
            std::nullopt,
            {},
            {}};
}

bool waits(const storage::SessionRecord& record) {
    return record.running && record.running->standing.state == State::Scheduled;
}

// The one that the kiosk had at hand when it stopped. One that had begun goes before any that
// waits; of those that wait it is the one that was alive last.
const storage::SessionRecord* at_hand(const std::vector<storage::SessionRecord>& records,
                                      model::RecordTime now) {
    const storage::SessionRecord* found = nullptr;
    for (const auto& record : records) {
        // A clock that was set back makes the last sign of life lie ahead, which is recent too.
        const bool recent = record.running && now - record.row.alive <= kResumeWindow;
        if (!waits(record)) {
            if (recent) return &record;
        } else if (found == nullptr || record.row.alive > found->row.alive) {
            found = &record;
        }
    }
    return found;
}

}  // namespace

void SessionAuthority::resume(Identity identity, Now now) {
    identity_.emplace(std::move(identity));
    wall_ = now.wall;
    hub_gone_since_ = now.instant;
    const auto records = repository_.running();
    const auto* const goes_on = at_hand(records, now.wall);
    for (const auto& record : records) {
        if (&record == goes_on) {
            take_up(record, now);
            continue;
        }
        if (waits(record)) continue;
        storage::RunningRow left;
        left.session = record.row.interview.id;
        auto kept = record.row.kept;
        if (record.running) {
            left = *record.running;
            // The consent may have ceased to be in force without having been withdrawn.
            if (running_from(record).keeping() != Keeping::Metadata) kept = storage::Kept::Fact;
        }
        repository_.close(left, kept, model::EndReason::Interrupted,
                          {kKioskActor, record.row.alive});
        spdlog::warn("session.interrupted session={}", left.session.brief());
    }
}

void SessionAuthority::take_up(const storage::SessionRecord& record, Now now) {
    auto interview = running_from(record);
    // Only its hash was kept, and the engine needs the token itself.
    auto token = AccessToken::random();
    interview.row.roster.front().participant.token_sha256 = token.sha256;
    if (interview.row.salt.empty()) interview.row.salt = random_secret();
    if (const auto dossier = repository_.dossier_of(interview.id())) {
        interview.know(repository_.persons(*dossier));
    }
    repository_.save(interview.row, {}, {kKioskActor, now.wall});

    live_.emplace(live_with(std::move(interview), std::move(token), now));
    live_->keys.bridge(now.instant + kBridge);
    record_.forget();
    record_.set_keeping(live_->now.keeping());
    for (const auto& stored : record.participants) {
        const auto id = stored.participant.id;
        if (stored.stays.empty() || live_->now.find(id) == nullptr) continue;
        const auto& latest = stored.stays.back();
        record_.continue_quality(id, latest);
        if (latest.presence.left) continue;
        live_->presence[id] = {true, record.row.alive};
    }
    for (const auto& pause : record.breaks) {
        if (!pause.until) live_->pause = pause;
    }
    // The first lease of this start: before it, nothing flows.
    settle_keys(false);
    spdlog::info("session.resumed session={} state=\"{}\" participants={}", live_->now.id().brief(),
                 model::text_of(live_->now.standing()), live_->now.row.roster.size());
}

base::Result<base::SessionId> SessionAuthority::schedule(Plan plan, const Said& said, Now now) {
    if (auto free = may_set_aside("schedule an interview"); !free) return free.error();
    if (!identity_) return store_is_locked("schedule an interview");
    if (!is_state_code(plan.delegation.state)) {
        return Error{Errc::Malformed,
                     "schedule an interview: give the delegation's state by its three letters of "
                     "ISO 3166-1, such as NLD"};
    }
    std::vector<model::Person> persons;
    if (plan.dossier) {
        persons = repository_.persons(*plan.dossier);
        if (persons.empty()) {
            return Error{Errc::NotFound, "schedule an interview: dossier " + plan.dossier->text() +
                                             " does not exist or has nobody in it; leave it away, "
                                             "and the interview gets one of its own"};
        }
    }
    auto found = find_subjects(plan, persons);
    if (!found) return found.error();
    auto interview =
        model::open_interview(base::SessionId::random(), std::move(plan.title), said.at);
    if (!interview) return interview.error();

    auto token = AccessToken::random();
    RunningInterview next;
    next.interview = *interview;
    next.training = plan.training;
    next.know(persons);
    next.know(found->newcomers);
    next.row = {base::RecordId::random(),
                interview->id,
                {},
                said.at,
                found->subjects,
                plan.delegation,
                plan.at,
                {applicant_of(interview->id, token)},
                {},
                random_secret()};
    next.ledger.set_subjects(subjects_of(next.row));
    storage::InterviewRow row{*interview, said.at, storage::Kept::Fact, {}, {}, plan.training};
    for (const auto& subject : found->subjects) row.subjects.push_back(subject.person);
    const auto written = record_.write_now([&](auto& repository) {
        repository.schedule(row, next.row, found->newcomers, plan.dossier, said);
    });
    if (!written) return written.error();

    wall_ = now.wall;
    set_aside();
    live_.emplace(live_with(std::move(next), std::move(token), now));
    settle_keys(false);
    spdlog::info("session.scheduled session={}", interview->id.brief());
    tell_hub_everything();
    return interview->id;
}

base::Result<void> SessionAuthority::choose(base::SessionId scheduled, const Said& said, Now now) {
    if (live_ && live_->now.id() == scheduled) return {};
    if (auto free = may_set_aside("choose an interview"); !free) return free.error();
    if (!identity_) return store_is_locked("choose an interview");
    const auto record = repository_.find(scheduled);
    if (!record || !waits(*record)) {
        return Error{Errc::NotFound, "choose an interview: " + scheduled.text() +
                                         " does not wait to be held; `sightline sessions` lists "
                                         "those that are scheduled"};
    }
    // Written first: a kiosk that stops right after this goes on with the chosen one.
    const auto written = record_.write_now([&](auto& repository) {
        repository.alive(scheduled, said.at);
        repository.save(*record->running,
                        {{{Action::InterviewStepped, model::text_of(record->running->standing)}}},
                        said);
    });
    if (!written) return written.error();
    set_aside();
    take_up(*record, now);
    tell_hub_everything();
    return {};
}

base::Result<void> SessionAuthority::may_set_aside(const char* what) const {
    if (!live_ || live_->now.standing().state == State::Scheduled) return {};
    return Error{Errc::Conflict, std::string(what) + ": interview " + live_->now.id().text() +
                                     " is " + model::name_of(live_->now.standing().state) +
                                     "; end it first"};
}

// Nothing flows in an interview that is only scheduled, and all of it is written: it waits in the
// store until it is chosen.
void SessionAuthority::set_aside() {
    if (!live_) return;
    const auto id = live_->now.id();
    part(session_set_aside(id));
    live_.reset();
    record_.forget();
    spdlog::info("session.set_aside session={}", id.brief());
}

void SessionAuthority::part(std::string message) {
    if (hub_here_) return tell_hub(std::move(message));
    partings_unsent_.push_back(std::move(message));
    if (partings_unsent_.size() > kMaxPartingsUnsent) {
        partings_unsent_.erase(partings_unsent_.begin());
    }
}

}  // namespace sightline::kiosk
