#include "storage/interview_repository.h"

#include <algorithm>
#include <utility>

#include "storage/transaction.h"

namespace sightline::storage {
namespace {

using audit::Action;
using model::RecordTime;

// What a dossier with interviews in it is found by, beside each interview's own identifier.
constexpr const char* kHas = "has";
constexpr const char* kInterviews = "interviews";

// An interview and a participant are stored under their own identifiers.
template <class Tag>
base::RecordId record_id(base::Id<Tag> id) {
    return base::RecordId::from_value(id.value());
}

// What the kiosk does by itself stands in the log under its own name.
constexpr const char* kKiosk = "kiosk";

// Why a participant's record changes, for those changes that the audit log wants to know.
struct Why {
    RecordTime at;
    Action action;
};

template <class T>
T decoded(const Record& record) {
    auto value = decode<T>(record.body);
    if (!value) throw StorageError(value.error().text);
    return std::move(*value);
}

template <class T>
void put(Transaction& transaction, base::DossierId dossier, base::RecordId id, const T& value) {
    transaction.put(dossier, id, KindOf<T>::kKind, encode(value));
}

const Record* find_record(const Dossier& dossier, base::RecordId id, RecordKind kind) {
    for (const auto& record : dossier.records) {
        if (record.id == id && record.kind == kind) return &record;
    }
    return nullptr;
}

Stay* open_stay(ParticipantRecord& participant) {
    if (participant.stays.empty() || participant.stays.back().presence.left) return nullptr;
    return &participant.stays.back();
}

// Records come by their random identifiers; people and incidents have an order of their own.
std::optional<SessionRecord> record_in(const Dossier& dossier, base::SessionId session) {
    const auto* row = find_record(dossier, record_id(session), RecordKind::Interview);
    if (row == nullptr) return std::nullopt;
    auto interview = decoded<InterviewRow>(*row);
    SessionRecord out{std::move(interview.interview), interview.alive, {}, {}};
    for (const auto& record : dossier.records) {
        if (record.kind == RecordKind::Participant) {
            auto person = decoded<ParticipantRecord>(record);
            if (person.participant.session == session) {
                out.participants.push_back(std::move(person));
            }
        } else if (record.kind == RecordKind::Incident) {
            auto incident = decoded<IncidentRow>(record);
            if (incident.session == session) out.incidents.push_back(std::move(incident.incident));
        }
    }
    std::stable_sort(out.participants.begin(), out.participants.end(),
                     [](const auto& a, const auto& b) { return a.order < b.order; });
    std::stable_sort(out.incidents.begin(), out.incidents.end(),
                     [](const Incident& a, const Incident& b) { return a.at < b.at; });
    return out;
}

}  // namespace

DossierTerms InterviewRepository::own_terms(const model::Interview& interview) const {
    DossierTerms terms{interview.opened, std::nullopt, false};
    if (retention_) terms.retain_until = interview.opened + *retention_;
    return terms;
}

void InterviewRepository::open(const model::Interview& interview,
                               std::span<const model::Participant> participants,
                               std::optional<base::DossierId> dossier) {
    const auto own = store_.token("interview", interview.id.text());
    const auto has = store_.token(kHas, kInterviews);
    store_.write([&](Transaction& transaction) {
        const auto place = dossier ? *dossier : transaction.create(own_terms(interview));
        auto tokens = transaction.tokens(place);
        tokens.push_back(own);
        if (std::find(tokens.begin(), tokens.end(), has) == tokens.end()) tokens.push_back(has);
        transaction.set_tokens(place, std::move(tokens));
        put(transaction, place, record_id(interview.id), InterviewRow{interview, interview.opened});
        std::uint32_t order = 0;
        for (const auto& participant : participants) {
            put(transaction, place, record_id(participant.id),
                ParticipantRecord{participant, order++, false, {}});
            places_.insert_or_assign(participant.id, place);
        }
        transaction.audit(interview.opened, kKiosk, Action::InterviewOpened, place,
                          interview.id.text());
    });
}

void InterviewRepository::add(const model::Participant& participant, RecordTime at) {
    const auto dossier = dossier_of(participant.session);
    const auto before = find(participant.session);
    if (!dossier || !before) return;
    const auto order = static_cast<std::uint32_t>(before->participants.size());
    store_.write([&](Transaction& transaction) {
        put(transaction, *dossier, record_id(participant.id),
            ParticipantRecord{participant, order, false, {}});
        transaction.audit(at, kKiosk, Action::ParticipantInvited, *dossier,
                          participant.id.text() + " " + model::name_of(participant.role));
    });
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
    std::optional<Why> why;
    if (!change(value, why)) return;
    store_.write([&](Transaction& transaction) {
        put(transaction, *place, record->id, value);
        if (why) {
            transaction.audit(why->at, kKiosk, why->action, *place, participant.text());
        }
    });
}

void InterviewRepository::renew_token(base::ParticipantId participant,
                                      const std::string& token_sha256) {
    change(participant, [&](ParticipantRecord& record, auto&) {
        if (record.removed) return false;
        record.participant.token_sha256 = token_sha256;
        return true;
    });
}

void InterviewRepository::remove(base::ParticipantId participant, RecordTime at) {
    change(participant, [&](ParticipantRecord& record, std::optional<Why>& why) {
        record.removed = true;
        record.participant.token_sha256.clear();
        why = Why{at, Action::ParticipantRemoved};
        return true;
    });
}

void InterviewRepository::joined(base::ParticipantId participant, RecordTime at) {
    change(participant, [&](ParticipantRecord& record, std::optional<Why>& why) {
        if (open_stay(record) != nullptr) return false;
        record.stays.push_back({{at, std::nullopt, std::nullopt}, {}});
        why = Why{at, Action::ParticipantAdmitted};
        return true;
    });
}

void InterviewRepository::left(base::ParticipantId participant, model::LeaveReason reason,
                               RecordTime at) {
    change(participant, [&](ParticipantRecord& record, auto&) {
        Stay* const stay = open_stay(record);
        if (stay == nullptr) return false;
        stay->presence = model::end_presence(stay->presence, reason, at);
        return true;
    });
}

void InterviewRepository::put_quality(base::ParticipantId participant,
                                      const model::QualitySummary& quality) {
    change(participant, [&](ParticipantRecord& record, auto&) {
        if (record.stays.empty()) return false;
        record.stays.back().quality = quality;
        return true;
    });
}

void InterviewRepository::note(std::optional<base::SessionId> session, const Incident& incident) {
    const auto dossier = session ? dossier_of(*session) : std::nullopt;
    store_.write([&](Transaction& transaction) {
        put(transaction, dossier.value_or(kSiteDossier), base::RecordId::random(),
            IncidentRow{session, incident});
    });
}

void InterviewRepository::alive(base::SessionId session, RecordTime now) {
    const auto place = dossier_of(session);
    const auto record = find(session);
    if (!place || !record || !record->interview.running()) return;
    store_.write([&](Transaction& transaction) {
        put(transaction, *place, record_id(session), InterviewRow{record->interview, now});
    });
}

void InterviewRepository::close(base::SessionId session, model::EndReason reason, RecordTime at) {
    const auto place = dossier_of(session);
    auto record = find(session);
    if (!place || !record || !record->interview.running()) return;
    const auto leave = reason == model::EndReason::Interrupted ? model::LeaveReason::Interrupted
                                                               : model::LeaveReason::Ended;
    store_.write([&](Transaction& transaction) {
        put(transaction, *place, record_id(session),
            InterviewRow{model::end_interview(record->interview, reason, at).value(),
                         record->alive});
        for (auto& participant : record->participants) {
            if (Stay* const stay = open_stay(participant)) {
                stay->presence = model::end_presence(stay->presence, leave, at);
            }
            participant.participant.token_sha256.clear();
            put(transaction, *place, record_id(participant.participant.id), participant);
        }
        transaction.audit(at, kKiosk, Action::InterviewEnded, *place,
                          session.text() + " " + model::name_of(reason));
    });
}

std::vector<SessionLine> InterviewRepository::list(std::size_t limit) {
    std::vector<SessionLine> lines;
    for (auto& record : all()) {
        if (lines.size() == limit) break;
        lines.push_back({std::move(record.interview), record.participants.size()});
    }
    return lines;
}

std::optional<SessionRecord> InterviewRepository::find(base::SessionId session) {
    const auto place = dossier_of(session);
    if (!place) return std::nullopt;
    const auto dossier = store_.read(*place);
    if (!dossier) return std::nullopt;
    return record_in(*dossier, session);
}

std::vector<SessionRecord> InterviewRepository::running() {
    auto records = all();
    std::erase_if(records, [](const auto& record) { return !record.interview.running(); });
    return records;
}

std::vector<SessionRecord> InterviewRepository::all() {
    std::vector<SessionRecord> records;
    for (const auto id : store_.find(store_.token(kHas, kInterviews))) {
        const auto dossier = store_.read(id);
        if (!dossier) continue;
        for (const auto& record : dossier->records) {
            if (record.kind != RecordKind::Interview) continue;
            auto found = record_in(*dossier, base::SessionId::from_value(record.id.value()));
            if (!found) continue;
            for (const auto& person : found->participants) {
                places_.insert_or_assign(person.participant.id, id);
            }
            records.push_back(std::move(*found));
        }
    }
    std::stable_sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
        return a.interview.opened > b.interview.opened;
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
