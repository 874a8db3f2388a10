// How an interview goes on and ends, and how a change comes in force. How it comes, people,
// consents and the hub's messages are in files of their own beside this one.
#include "appliance/kiosk/session_authority.h"

#include <algorithm>
#include <utility>

#include "appliance/base/log.h"
#include "appliance/kiosk/refusals.h"

namespace sightline::kiosk {
namespace {

using model::State;
using storage::audit::Action;

}  // namespace

SessionAuthority::SessionAuthority(storage::InterviewRepository& repository,
                                   const consent::TextLibrary& texts, Site site,
                                   const DeviceTrust& trust, std::function<void()> announce)
    : repository_(repository),
      texts_(texts),
      site_(std::move(site)),
      trust_(trust),
      announce_(std::move(announce)),
      record_(repository) {}

base::Result<void> SessionAuthority::step(const model::StepOrder& order, const Said& said,
                                          Now now) {
    if (!live_) return none_runs(model::name_of(order.step));
    wall_ = now.wall;
    const auto before = live_->now.standing();
    const auto standing = model::next(before, order);
    if (!standing) return standing.error();
    auto next = live_->now;
    next.row.standing = *standing;
    next.row.pause_until.reset();
    if (order.pause_for) next.row.pause_until = said.at + *order.pause_for;
    if (*standing != before) {
        next.row.live_before = live_->now.live_time().at(said.at);
        next.row.since = said.at;
    }
    if (standing->state == State::Ended) return end(std::move(next), said);
    const bool begins = order.step == model::Step::Start;
    const auto done = save(
        std::move(next),
        {{begins ? Action::InterviewOpened : Action::InterviewStepped, model::text_of(*standing)}},
        said, order.step == model::Step::Pause ? Effect::AtOnce : Effect::OnceWritten);
    if (live_->now.standing() == *standing) {
        spdlog::info("session.stepped session={} state=\"{}\"", live_->now.id().brief(),
                     model::text_of(*standing));
        track_break(before, said.at);
    }
    return done;
}

base::Result<void> SessionAuthority::end(RunningInterview next, const Said& said) {
    const auto id = next.id();
    const auto reason = *next.standing().end_reason;
    end_unconfirmed();
    put_in_force(std::move(next));
    part(session_close(id));
    const auto row = live_->now.row;
    const auto kept =
        record_.keeping() == Keeping::Metadata ? storage::Kept::Metadata : storage::Kept::Fact;
    live_.reset();
    record_.forget();
    // Before the disk: the engine leaves and the hub drops everybody at once.
    announce();
    spdlog::info("session.ended session={} reason={}", id.brief(), model::name_of(reason));
    return record_.write_or_owe(
        [=](auto& repository) { repository.close(row, kept, reason, said); });
}

void SessionAuthority::track_break(const model::Standing& before, model::RecordTime at) {
    const auto& after = live_->now.standing();
    if (live_->pause && before.pause != after.pause) {
        live_->pause->until = std::max(at, live_->pause->from);
        record_.pause(*live_->pause);
        live_->pause.reset();
    }
    if (after.pause && !live_->pause) {
        live_->pause = storage::Break{base::RecordId::random(), live_->now.id(), *after.pause, at,
                                      std::nullopt};
        record_.pause(*live_->pause);
    }
}

base::Result<void> SessionAuthority::change(RunningInterview next, InterviewRecord::Write write,
                                            Effect effect) {
    const auto flows = next.flows();
    const auto& present = live_->lease.flows();
    if (flows != present) {
        effect = is_within(flows, present) ? Effect::AtOnce : Effect::OnceWritten;
    }
    if (effect == Effect::OnceWritten) {
        if (auto written = record_.write_now(write); !written) return written.error();
        put_in_force(std::move(next));
        return {};
    }
    put_in_force(std::move(next));
    announce();
    return record_.write_or_owe(std::move(write));
}

base::Result<void> SessionAuthority::save(RunningInterview next, std::vector<storage::Leaf> leaves,
                                          const Said& said, Effect effect) {
    auto write = [row = next.row, leaves = std::move(leaves), said](auto& repository) {
        repository.save(row, leaves, said);
    };
    return change(std::move(next), std::move(write), effect);
}

SessionAuthority::Live SessionAuthority::live_with(RunningInterview now, AccessToken applicant,
                                                   Now at) const {
    const auto id = now.id();
    KeyRelease keys(id, identity_->incarnation, identity_->key, trust_);
    keys.engine_started(engine_run_);
    return {std::move(now),
            LeaseIssuer(id, identity_->incarnation, identity_->key),
            std::move(keys),
            std::move(applicant),
            {},
            {},
            false,
            false,
            base::kNever,
            at.instant + kAliveInterval,
            {}};
}

void SessionAuthority::put_in_force(RunningInterview next) {
    const auto before = std::exchange(live_->now, std::move(next));
    live_->floor.follow(before.standing(), live_->now.standing());
    const auto* turn = live_->now.find(live_->floor.turn());
    if (turn == nullptr || turn->place != model::Place::Admitted) {
        live_->floor.left(live_->floor.turn());
    }
    const auto flows = live_->now.flows();
    const bool narrows = is_within(flows, live_->lease.flows());
    const bool signed_anew = settle_keys(narrows && flows != live_->lease.flows());
    // A lease that takes something away goes before the news of why, so that nothing is sent on in
    // between; one that gives goes after, when the hub knows whom it names. Letters come last: the
    // hub carries them to people it knows.
    if (narrows && signed_anew) tell_lease();
    for (auto& message : differences(before)) tell_hub(std::move(message));
    if (!narrows && signed_anew) tell_lease();
    tell_letters();
}

std::vector<std::string> SessionAuthority::differences(const RunningInterview& before) const {
    std::vector<std::string> messages;
    const auto& now = live_->now;
    if (now.standing() != before.standing()) {
        messages.push_back(session_state(now.id(), now.standing()));
    }
    for (const auto& attendee : before.row.roster) {
        if (now.find(attendee.participant.id) == nullptr) {
            messages.push_back(participant_remove(now.id(), attendee.participant.id));
        }
    }
    for (const auto& attendee : now.row.roster) {
        const auto* known = before.find(attendee.participant.id);
        if (known == nullptr) {
            messages.push_back(participant_add(attendee));
        } else if (known->place != attendee.place) {
            messages.push_back(participant_place(attendee));
        }
    }
    return messages;
}

void SessionAuthority::announce() {
    if (announce_) announce_();
}

void SessionAuthority::on_engine(EngineEvent event, Now now) {
    spdlog::log(event == EngineEvent::Recovered ? spdlog::level::info : spdlog::level::warn, "{}",
                name_of(event));
    storage::Incident incident{now.wall, name_of(event), "", ""};
    if (live_) {
        record_.incident(live_->now.id(), std::move(incident));
    } else if (identity_) {
        record_.site_incident(std::move(incident));
    }
}

std::optional<EngineJoin> SessionAuthority::engine_join() const {
    if (!live_ || !live_->known_to_hub || live_->now.standing().state == State::Scheduled) {
        return std::nullopt;
    }
    return EngineJoin{site_.hub_url, site_.hub_fingerprint, live_->applicant.text, live_->now.id()};
}

SendOrder SessionAuthority::send_order() const {
    if (!live_) return {};
    return live_->lease.order_for(live_->now.applicant().participant.id);
}

model::View SessionAuthority::view() const {
    return live_ ? live_->floor.view() : model::View::Face;
}

std::optional<lease::HeartbeatBytes> SessionAuthority::answer(lease::Nonce nonce) {
    if (!live_) return std::nullopt;
    return live_->lease.answer(nonce);
}

void SessionAuthority::tick(Now now) {
    wall_ = now.wall;
    record_.retry();
    if (!live_) return;
    if (now.instant >= live_->confirm_until) {
        live_->confirm_until = base::kNever;
        end_unconfirmed();
    }
    pause_without_link(now);
    // A paper of the delegation's ends by the clock, and nobody says so.
    if (settle_keys(false)) tell_lease();
    tell_letters();
    if (now.instant >= live_->next_alive) {
        live_->next_alive = now.instant + kAliveInterval;
        record_.alive(live_->now.id(), now.wall);
    }
}

void SessionAuthority::pause_without_link(Now now) {
    if (hub_here_ || live_->now.standing().state != State::Live) return;
    if (now.instant - hub_gone_since_ < kLinkPatience) return;
    const auto paused =
        step({model::Step::Pause, model::PauseReason::LinkLost, {}}, {kKioskActor, now.wall}, now);
    if (!paused) spdlog::error("session.pause_unwritten why=\"{}\"", paused.error().text);
}

std::optional<State> SessionAuthority::state() const {
    if (!live_) return std::nullopt;
    return live_->now.standing().state;
}

}  // namespace sightline::kiosk
