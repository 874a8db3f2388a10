#include "storage/interview_records.h"

#include <algorithm>
#include <utility>

namespace sightline::storage {
namespace {

model::RecordTime day_of(model::RecordTime time) {
    return std::chrono::floor<std::chrono::days>(time);
}

template <class T>
std::optional<T> decoded_if(const Record& record) {
    if (record.kind != KindOf<T>::kKind) return std::nullopt;
    return decoded<T>(record);
}

bool contains(const std::vector<base::RecordId>& ids, base::RecordId id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

const Record* find_record(const Dossier& dossier, base::RecordId id, RecordKind kind) {
    for (const auto& record : dossier.records) {
        if (record.id == id && record.kind == kind) return &record;
    }
    return nullptr;
}

std::optional<SessionRecord> session_in(const Dossier& dossier, base::SessionId session) {
    const auto* row = find_record(dossier, record_id(session), RecordKind::Interview);
    if (row == nullptr) return std::nullopt;
    SessionRecord out;
    out.row = decoded<InterviewRow>(*row);
    for (const auto* written : in_order_of_writing(dossier)) {
        const auto& record = *written;
        if (auto running = decoded_if<RunningRow>(record); running && running->session == session) {
            out.running = std::move(running);
        } else if (auto person = decoded_if<ParticipantRecord>(record);
                   person && person->participant.session == session) {
            out.participants.push_back(std::move(*person));
        } else if (auto pause = decoded_if<Break>(record); pause && pause->session == session) {
            out.breaks.push_back(std::move(*pause));
        } else if (auto incident = decoded_if<IncidentRow>(record);
                   incident && incident->session == session) {
            out.incidents.push_back(std::move(incident->incident));
        } else if (auto note = decoded_if<model::Note>(record);
                   note && note->interview == session) {
            out.notes.push_back(std::move(*note));
        } else if (record.kind == RecordKind::Person && contains(out.row.subjects, record.id)) {
            out.subjects.push_back(decoded<model::Person>(record));
        } else if (record.kind == RecordKind::Consent && contains(out.row.consents, record.id)) {
            out.consents.push_back(decoded<model::Consent>(record));
        }
    }
    const auto place_in = [](const std::vector<base::RecordId>& order, base::RecordId id) {
        return std::find(order.begin(), order.end(), id);
    };
    std::sort(out.subjects.begin(), out.subjects.end(), [&](const auto& a, const auto& b) {
        return place_in(out.row.subjects, a.id) < place_in(out.row.subjects, b.id);
    });
    // In the order in which they were given, which no clock decides.
    std::sort(out.consents.begin(), out.consents.end(), [&](const auto& a, const auto& b) {
        return place_in(out.row.consents, a.id) < place_in(out.row.consents, b.id);
    });
    std::stable_sort(out.participants.begin(), out.participants.end(),
                     [](const auto& a, const auto& b) { return a.order < b.order; });
    const auto by_time = [](const auto& a, const auto& b) { return a.at < b.at; };
    std::stable_sort(out.incidents.begin(), out.incidents.end(), by_time);
    std::stable_sort(out.notes.begin(), out.notes.end(), by_time);
    std::stable_sort(out.breaks.begin(), out.breaks.end(),
                     [](const auto& a, const auto& b) { return a.from < b.from; });
    return out;
}

std::vector<base::RecordId> metadata_of(const Dossier& dossier, base::SessionId session) {
    std::vector<base::RecordId> ids;
    for (const auto& record : dossier.records) {
        const auto person = decoded_if<ParticipantRecord>(record);
        const auto pause = decoded_if<Break>(record);
        const auto incident = decoded_if<IncidentRow>(record);
        const auto note = decoded_if<model::Note>(record);
        const bool of_session = (person && person->participant.session == session) ||
                                (pause && pause->session == session) ||
                                (incident && incident->session == session) ||
                                (note && note->interview == session);
        if (of_session) ids.push_back(record.id);
    }
    return ids;
}

InterviewRow bare_fact(InterviewRow row) {
    row.interview.title.clear();
    row.interview.opened = day_of(row.interview.opened);
    if (row.interview.ended) row.interview.ended = day_of(*row.interview.ended);
    row.alive = day_of(row.alive);
    row.kept = Kept::Fact;
    return row;
}

}  // namespace sightline::storage
