// One interview's records among all those of its dossier, decoded, and the rule of what the bare
// fact leaves of them. Pure. Any thread.
#pragma once

#include <optional>
#include <vector>

#include "storage/dossier.h"
#include "storage/interview_repository.h"

namespace sightline::storage {

// An interview and a participant are stored under their own identifiers.
template <class Tag>
base::RecordId record_id(base::Id<Tag> id) {
    return base::RecordId::from_value(id.value());
}

template <class T>
T decoded(const Record& record) {
    auto value = decode<T>(record.body);
    if (!value) throw StorageError(value.error().text);
    return std::move(*value);
}

const Record* find_record(const Dossier& dossier, base::RecordId id, RecordKind kind);

// Everything of it; people and incidents in their own order. none: not in this dossier.
std::optional<SessionRecord> session_in(const Dossier& dossier, base::SessionId session);

// The records of this interview that only the metadata has.
std::vector<base::RecordId> metadata_of(const Dossier& dossier, base::SessionId session);

// That it took place, for whom, on which day, how it ended.
InterviewRow bare_fact(InterviewRow row);

}  // namespace sightline::storage
