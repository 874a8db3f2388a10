// Consents, what is kept because of them, and what is noted: a part of SessionAuthority.
#include <algorithm>
#include <utility>

#include "appliance/base/log.h"
#include "appliance/kiosk/consent_signature.h"
#include "appliance/kiosk/refusals.h"
#include "appliance/kiosk/session_authority.h"

namespace sightline::kiosk {
namespace {

using base::Errc;
using base::Error;
using model::ConsentAnswer;
using storage::audit::Action;

constexpr std::size_t kMaxNoteBytes = 32 * 1024;
constexpr std::size_t kMaxKindBytes = 64;
constexpr std::size_t kMaxDetailBytes = 1000;

const model::Consent* latest_of(std::span<const model::Consent> all, const Withdrawal& wanted) {
    const model::Consent* latest = nullptr;
    for (const auto& consent : all) {
        if (consent.person == wanted.person && consent.on_behalf == wanted.on_behalf &&
            consent.item == wanted.item && consent.scope == wanted.scope) {
            latest = &consent;
        }
    }
    return latest;
}

Error nothing_to_withdraw(const Withdrawal& wanted) {
    return {Errc::Conflict, std::string("withdraw consent: ") + wanted.person.text() +
                                " has not given any to " + model::name_of(wanted.item) +
                                "; `sightline status` shows what was answered"};
}

// The same text and language as the consent that it ends; a withdrawal needs no form.
model::Consent withdrawal_of(const model::Consent& given, const storage::Said& said) {
    auto consent = given;
    consent.id = {};
    consent.answer = ConsentAnswer::Withdrawn;
    consent.mode = model::ConsentMode::Spoken;
    consent.interpreter.clear();
    consent.mark.clear();
    consent.witness = said.by;
    return consent;
}

storage::Kept kept_with(Keeping keeping) {
    return keeping == Keeping::Metadata ? storage::Kept::Metadata : storage::Kept::Fact;
}

}  // namespace

base::Result<model::Consent> SessionAuthority::record_consent(model::Consent consent,
                                                              const Said& said) {
    if (consent.answer == ConsentAnswer::Withdrawn) {
        return Error{Errc::Malformed,
                     "record consent: it is given or refused; withdraw it with `consent.withdraw`"};
    }
    return take_consent(std::move(consent), said, Effect::OnceWritten);
}

base::Result<model::Consent> SessionAuthority::withdraw(const Withdrawal& withdrawal,
                                                        const Said& said) {
    const bool runs = live_ && (!withdrawal.session || *withdrawal.session == live_->now.id());
    if (!runs) return withdraw_from_ended(withdrawal, said);
    const auto* given = latest_of(live_->now.ledger.all(), withdrawal);
    if (given == nullptr || given->answer != ConsentAnswer::Given) {
        return nothing_to_withdraw(withdrawal);
    }
    return take_consent(withdrawal_of(*given, said), said, Effect::AtOnce);
}

base::Result<model::Consent> SessionAuthority::take_consent(model::Consent consent,
                                                            const Said& said, Effect effect) {
    if (!live_) return none_runs("record consent");
    if (!consent.mark.empty() && !model::is_mark(consent.mark)) {
        return Error{
            Errc::Malformed,
            "record consent: the mark must be strokes as SVG path data, M and L with plain "
            "numbers, of at most 6 KiB; leave it out if nothing was drawn"};
    }
    consent.id = base::RecordId::random();
    consent.at = said.at;
    consent.basis = live_->now.row.delegation.basis;
    if (auto fits = live_->now.ledger.check(consent, texts_, live_->now.training); !fits) {
        return fits.error();
    }
    consent.signature = sign_consent(consent, live_->now.id(), identity_->key);
    auto next = live_->now;
    next.ledger.add(consent);
    const auto kept = kept_with(next.keeping());
    const auto done = change(
        std::move(next),
        [id = live_->now.id(), consent, kept, said](auto& repository) {
            repository.record_consent(id, consent, kept, said);
        },
        effect);
    const auto all = live_->now.ledger.all();
    const bool in_force = !all.empty() && all.back().id == consent.id;
    if (in_force) {
        spdlog::info("consent.{} session={} item={}", model::name_of(consent.answer),
                     live_->now.id().brief(), model::name_of(consent.item));
        keep_as_consented(said.at);
    }
    if (!done) return done.error();
    return consent;
}

void SessionAuthority::keep_as_consented(model::RecordTime at) {
    const auto before = record_.keeping();
    const auto keeping = live_->now.keeping();
    if (keeping == before) return;
    record_.set_keeping(keeping);
    if (keeping != Keeping::Metadata || before != Keeping::Fact) return;
    // Who changed their mind is recorded from here on, not from before.
    for (const auto& attendee : live_->now.row.roster) {
        if (attendee.place == model::Place::Admitted && is_here(attendee.participant.id)) {
            record_.joined(attendee, at);
        }
    }
    if (live_->pause) record_.pause(*live_->pause);
}

base::Result<model::Consent> SessionAuthority::withdraw_from_ended(const Withdrawal& withdrawal,
                                                                   const Said& said) {
    if (!identity_) return store_is_locked("withdraw consent");
    if (!withdrawal.session) {
        return Error{Errc::Malformed,
                     "withdraw consent: no interview runs; name the one it was given for with "
                     "\"session\""};
    }
    std::optional<storage::SessionRecord> record;
    const auto read =
        record_.write_now([&](auto& repository) { record = repository.find(*withdrawal.session); });
    if (!read) return read.error();
    const auto* given = record ? latest_of(record->consents, withdrawal) : nullptr;
    if (given == nullptr || given->answer != ConsentAnswer::Given) {
        return nothing_to_withdraw(withdrawal);
    }
    auto consent = withdrawal_of(*given, said);
    consent.id = base::RecordId::random();
    consent.at = said.at;
    consent.signature = sign_consent(consent, *withdrawal.session, identity_->key);
    const auto kept =
        consent.item == model::ConsentItem::Metadata ? storage::Kept::Fact : record->row.kept;
    const auto done = record_.write_now([&](auto& repository) {
        repository.record_consent(*withdrawal.session, consent, kept, said);
    });
    if (!done) return done.error();
    return consent;
}

base::Result<void> SessionAuthority::judge_subject(base::RecordId person, bool suitable,
                                                   const Said& said) {
    if (!live_) return none_runs("judge a subject");
    auto next = live_->now;
    const auto subject =
        std::find_if(next.row.subjects.begin(), next.row.subjects.end(),
                     [&](const auto& candidate) { return candidate.person == person; });
    if (subject == next.row.subjects.end()) {
        return Error{Errc::NotFound, "judge a subject: " + person.text() +
                                         " is nobody who is interviewed; `sightline status` lists "
                                         "who is"};
    }
    subject->suitable = suitable;
    next.ledger.set_subjects(subjects_of(next.row));
    const auto done =
        save(std::move(next),
             {{Action::SubjectJudged, person.text() + (suitable ? " suitable" : " not suitable")}},
             said, suitable ? Effect::OnceWritten : Effect::AtOnce);
    keep_as_consented(said.at);
    return done;
}

base::Result<Keeping> SessionAuthority::write_note(model::Note note, const Said& said) {
    if (!live_) return none_runs("write a note");
    if (note.question.size() + note.answer.size() + note.demeanour.size() > kMaxNoteBytes) {
        return Error{Errc::TooLarge, "write a note: it has more than 32 KiB; write several"};
    }
    if (!note.bookmark && note.question.empty() && note.answer.empty() && note.demeanour.empty()) {
        return Error{Errc::Malformed,
                     "write a note: it is empty; write something, or set a bookmark"};
    }
    if (record_.keeping() == Keeping::Fact) {
        return Error{Errc::Forbidden,
                     "write a note: the applicant has not agreed that more is kept than the bare "
                     "fact of the interview"};
    }
    note.id = base::RecordId::random();
    note.interview = live_->now.id();
    note.at = said.at;
    note.author = said.by;
    note.degraded_link = record_.degraded(live_->now.applicant().participant.id);
    if (record_.keeping() == Keeping::Undecided) {
        record_.note(note, said);
        return Keeping::Undecided;
    }
    const auto done = record_.write_now([&](auto& repository) { repository.put_note(note, said); });
    if (!done) return done.error();
    return Keeping::Metadata;
}

base::Result<Keeping> SessionAuthority::report_incident(std::string kind, std::string detail,
                                                        const Said& said) {
    if (!live_) return none_runs("report an incident");
    if (!model::is_plain_name(kind, kMaxKindBytes) || detail.size() > kMaxDetailBytes) {
        return Error{Errc::Malformed,
                     "report an incident: name its kind in at most 64 bytes, such as medical, and "
                     "what happened in at most 1000"};
    }
    record_.incident(live_->now.id(), {said.at, std::move(kind), std::move(detail), said.by});
    return record_.keeping();
}

}  // namespace sightline::kiosk
