#include "storage/interview_repository.h"

#include <algorithm>
#include <utility>

#include "storage/interview_records.h"
#include "storage/transaction.h"

namespace sightline::storage {
namespace {

using audit::Action;
using model::RecordTime;

// What a dossier with interviews in it is found by, beside each interview's own identifier.
constexpr const char* kHas = "has";
constexpr const char* kInterviews = "interviews";

template <class T>
void put(Transaction& transaction, base::DossierId dossier, base::RecordId id, const T& value) {
    transaction.put(dossier, id, KindOf<T>::kKind, encode(value));
}

Stay* open_stay(ParticipantRecord& participant) {
    if (participant.stays.empty() || participant.stays.back().presence.left) return nullptr;
    return &participant.stays.back();
}

Action action_of(model::ConsentAnswer answer) {
    switch (answer) {
        case model::ConsentAnswer::Given:
            return Action::ConsentGiven;
        case model::ConsentAnswer::Refused:
            return Action::ConsentRefused;
        case model::ConsentAnswer::Withdrawn:
            return Action::ConsentWithdrawn;
    }
    return Action::ConsentRefused;
}

void prune(Transaction& transaction, const Dossier& dossier, base::SessionId session,
           const Said& said) {
    for (const auto id : metadata_of(dossier, session)) transaction.remove(dossier.id, id);
    transaction.audit(said.at, said.by, Action::MetadataPruned, dossier.id, session.text());
}

// What they undertook and speak. False: the record says so already.
bool take_over(ParticipantRecord& record, const model::Attendee& attendee) {
    const bool changes = record.undertaking != attendee.undertaking ||
                         record.language != attendee.language || record.dialect != attendee.dialect;
    record.undertaking = attendee.undertaking;
    record.language = attendee.language;
    record.dialect = attendee.dialect;
    return changes;
}

}  // namespace

DossierTerms InterviewRepository::own_terms(const model::Interview& interview) const {
    DossierTerms terms{interview.opened, std::nullopt, false};
    if (retention_) terms.retain_until = interview.opened + *retention_;
    return terms;
}

base::DossierId InterviewRepository::schedule(const InterviewRow& row, const RunningRow& running,
                                              std::span<const model::Person> newcomers,
                                              std::optional<base::DossierId> dossier,
                                              const Said& said) {
    const auto own = store_.token("interview", row.interview.id.text());
    const auto has = store_.token(kHas, kInterviews);
    base::DossierId place;
    store_.write([&](Transaction& transaction) {
        place = dossier ? *dossier : transaction.create(own_terms(row.interview));
        auto tokens = transaction.tokens(place);
        tokens.push_back(own);
        if (std::find(tokens.begin(), tokens.end(), has) == tokens.end()) tokens.push_back(has);
        transaction.set_tokens(place, std::move(tokens));
        put(transaction, place, record_id(row.interview.id), row);
        put(transaction, place, running.id, running);
        for (const auto& person : newcomers) put(transaction, place, person.id, person);
        transaction.audit(said.at, said.by, Action::InterviewScheduled, place,
                          row.interview.id.text());
    });
    return place;
}

void InterviewRepository::save(const RunningRow& running, std::span<const Leaf> leaves,
                               const Said& said) {
    const auto place = dossier_of(running.session);
    if (!place) return;
    const auto dossier = store_.read(*place);
    // After its end the row would bring the roster and its tokens back.
    if (!dossier || find_record(*dossier, running.id, RecordKind::Running) == nullptr) return;
    store_.write([&](Transaction& transaction) {
        put(transaction, *place, running.id, running);
        for (const auto& leaf : leaves) {
            transaction.audit(said.at, said.by, leaf.action, *place, leaf.detail);
        }
    });
}

void InterviewRepository::record_consent(base::SessionId session, const model::Consent& consent,
                                         Kept keep, const Said& said) {
    const auto place = dossier_of(session);
    if (!place) return;
    const auto dossier = store_.read(*place);
    if (!dossier) return;
    const auto* record = find_record(*dossier, record_id(session), RecordKind::Interview);
    if (record == nullptr) return;
    auto row = decoded<InterviewRow>(*record);
    // Written once, however often it is tried.
    if (std::find(row.consents.begin(), row.consents.end(), consent.id) != row.consents.end()) {
        return;
    }
    row.consents.push_back(consent.id);
    const bool shrinks = row.kept == Kept::Metadata && keep == Kept::Fact;
    row.kept = keep;
    if (shrinks && !row.interview.running()) row = bare_fact(std::move(row));
    store_.write([&](Transaction& transaction) {
        put(transaction, *place, consent.id, consent);
        put(transaction, *place, record->id, row);
        transaction.audit(said.at, said.by, action_of(consent.answer), *place,
                          std::string(model::name_of(consent.item)) + " " + consent.person.text());
        if (shrinks) prune(transaction, *dossier, session, said);
    });
}

void InterviewRepository::close(const RunningRow& running, Kept keep, model::EndReason reason,
                                const Said& said) {
    const auto place = dossier_of(running.session);
    if (!place) return;
    const auto dossier = store_.read(*place);
    if (!dossier) return;
    auto record = session_in(*dossier, running.session);
    if (!record || !record->row.interview.running()) return;
    auto row = std::move(record->row);
    row.interview = model::end_interview(std::move(row.interview), reason, said.at).value();
    row.kept = keep;
    const auto leave = reason == model::EndReason::Interrupted ? model::LeaveReason::Interrupted
                                                               : model::LeaveReason::Ended;
    store_.write([&](Transaction& transaction) {
        put(transaction, *place, record_id(running.session),
            keep == Kept::Fact ? bare_fact(std::move(row)) : row);
        transaction.remove(*place, record->running ? record->running->id : running.id);
        if (keep == Kept::Metadata) {
            for (auto& participant : record->participants) {
                Stay* const stay = open_stay(participant);
                if (stay == nullptr) continue;
                stay->presence = model::end_presence(stay->presence, leave, said.at);
                put(transaction, *place, record_id(participant.participant.id), participant);
            }
            for (auto& pause : record->breaks) {
                if (pause.until) continue;
                pause.until = std::max(said.at, pause.from);
                put(transaction, *place, pause.id, pause);
            }
        } else if (!metadata_of(*dossier, running.session).empty()) {
            // Kept until now by a consent that was no longer in force at the end.
            prune(transaction, *dossier, running.session, said);
        }
        transaction.audit(said.at, said.by, Action::InterviewEnded, *place,
                          running.session.text() + " " + model::name_of(reason));
    });
}

void InterviewRepository::alive(base::SessionId session, RecordTime now) {
    const auto place = dossier_of(session);
    const auto dossier = place ? store_.read(*place) : base::Errc::NotFound;
    if (!dossier) return;
    const auto* record = find_record(*dossier, record_id(session), RecordKind::Interview);
    if (record == nullptr) return;
    auto row = decoded<InterviewRow>(*record);
    if (!row.interview.running()) return;
    row.alive = now;
    store_.write([&](Transaction& transaction) { put(transaction, *place, record->id, row); });
}

template <class Change>
void InterviewRepository::change(base::ParticipantId participant, Change change) {
    const auto place = dossier_of(participant);
    if (!place) return;
    const auto dossier = store_.read(*place);
    if (!dossier) return;
    const auto* record = find_record(*dossier, record_id(participant), RecordKind::Participant);
    if (record == nullptr) return;
    auto value = decoded<ParticipantRecord>(*record);
    if (!change(value)) return;
    store_.write([&](Transaction& transaction) { put(transaction, *place, record->id, value); });
}

void InterviewRepository::joined(const model::Attendee& attendee, RecordTime at) {
    const auto session = attendee.participant.session;
    const auto place = dossier_of(session);
    const auto dossier = place ? store_.read(*place) : base::Errc::NotFound;
    const auto before = dossier ? session_in(*dossier, session) : std::nullopt;
    if (!before) return;
    ParticipantRecord person{attendee.participant,
                             static_cast<std::uint32_t>(before->participants.size()),
                             false,
                             {},
                             attendee.organisation};
    person.participant.token_sha256.clear();
    for (const auto& known : before->participants) {
        if (known.participant.id == person.participant.id) person = known;
    }
    if (open_stay(person) != nullptr) return;
    take_over(person, attendee);
    person.stays.push_back({{at, std::nullopt, std::nullopt}, {}});
    store_.write([&](Transaction& transaction) {
        put(transaction, *place, record_id(person.participant.id), person);
    });
    places_.insert_or_assign(person.participant.id, *place);
}

void InterviewRepository::left(base::ParticipantId participant, model::LeaveReason reason,
                               RecordTime at) {
    change(participant, [&](ParticipantRecord& record) {
        Stay* const stay = open_stay(record);
        if (stay == nullptr) return false;
        stay->presence = model::end_presence(stay->presence, reason, at);
        return true;
    });
}

void InterviewRepository::removed(base::ParticipantId participant) {
    change(participant,
           [&](ParticipantRecord& record) { return !std::exchange(record.removed, true); });
}

void InterviewRepository::put_undertaking(const model::Attendee& attendee) {
    change(attendee.participant.id,
           [&](ParticipantRecord& record) { return take_over(record, attendee); });
}

void InterviewRepository::put_quality(base::ParticipantId participant,
                                      const model::QualitySummary& quality,
                                      const std::vector<model::GradeChange>& timeline) {
    change(participant, [&](ParticipantRecord& record) {
        if (record.stays.empty()) return false;
        record.stays.back().quality = quality;
        record.stays.back().timeline = timeline;
        return true;
    });
}

void InterviewRepository::put_break(const Break& pause) {
    const auto place = dossier_of(pause.session);
    if (!place) return;
    store_.write([&](Transaction& transaction) { put(transaction, *place, pause.id, pause); });
}

void InterviewRepository::put_note(const model::Note& note, const Said& said) {
    const auto place = note.interview ? dossier_of(*note.interview) : std::nullopt;
    if (!place) return;
    store_.write([&](Transaction& transaction) {
        put(transaction, *place, note.id, note);
        transaction.audit(said.at, said.by, Action::DossierWritten, *place,
                          "note " + note.id.text());
    });
}

void InterviewRepository::put_incident(std::optional<base::SessionId> session,
                                       const Incident& incident) {
    const auto place = session ? dossier_of(*session) : std::nullopt;
    store_.write([&](Transaction& transaction) {
        put(transaction, place.value_or(kSiteDossier), base::RecordId::random(),
            IncidentRow{place ? session : std::nullopt, incident});
    });
}

void InterviewRepository::log_refusal(std::optional<base::SessionId> session,
                                      const std::string& detail, const Said& said) {
    const auto place = session ? dossier_of(*session) : std::nullopt;
    store_.write([&](Transaction& transaction) {
        transaction.audit(said.at, said.by, audit::Action::RequestRefused, place, detail);
    });
}

std::vector<SessionLine> InterviewRepository::list(std::size_t limit) {
    std::vector<SessionLine> lines;
    for (auto& record : all()) {
        if (lines.size() == limit) break;
        SessionLine line{std::move(record.row), std::nullopt, record.participants.size()};
        if (record.running) {
            line.state = record.running->standing.state;
            line.planned = record.running->planned;
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

std::optional<SessionRecord> InterviewRepository::find(base::SessionId session) {
    const auto place = dossier_of(session);
    if (!place) return std::nullopt;
    const auto dossier = store_.read(*place);
    if (!dossier) return std::nullopt;
    return session_in(*dossier, session);
}

std::vector<model::Person> InterviewRepository::persons(base::DossierId id) {
    std::vector<model::Person> out;
    const auto dossier = id == kSiteDossier ? base::Errc::NotFound : store_.read(id);
    if (!dossier) return out;
    for (const auto& record : dossier->records) {
        if (record.kind == RecordKind::Person) out.push_back(decoded<model::Person>(record));
    }
    return out;
}

std::vector<SessionRecord> InterviewRepository::running() {
    auto records = all();
    std::erase_if(records, [](const auto& record) { return !record.row.interview.running(); });
    return records;
}

std::vector<SessionRecord> InterviewRepository::all() {
    std::vector<SessionRecord> records;
    for (const auto id : store_.find(store_.token(kHas, kInterviews))) {
        const auto dossier = store_.read(id);
        if (!dossier) continue;
        for (const auto& record : dossier->records) {
            if (record.kind != RecordKind::Interview) continue;
            auto found = session_in(*dossier, base::SessionId::from_value(record.id.value()));
            if (!found) continue;
            for (const auto& person : found->participants) {
                places_.insert_or_assign(person.participant.id, id);
            }
            records.push_back(std::move(*found));
        }
    }
    std::stable_sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
        return a.row.interview.opened > b.row.interview.opened;
    });
    return records;
}

std::optional<base::DossierId> InterviewRepository::dossier_of(base::SessionId session) {
    const auto found = store_.find(store_.token("interview", session.text()));
    if (found.empty()) return std::nullopt;
    return found.front();
}

std::optional<base::DossierId> InterviewRepository::dossier_of(base::ParticipantId participant) {
    if (const auto at = places_.find(participant); at != places_.end()) {
        if (store_.exists(at->second)) return at->second;
        places_.erase(at);
    }
    all();  // remembers where everybody is
    const auto at = places_.find(participant);
    if (at == places_.end()) return std::nullopt;
    return at->second;
}

}  // namespace sightline::storage
