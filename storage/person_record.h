// What a dossier says of one person and of their case as a whole, and nothing of the others in it:
// records about another member are left out, as are the entries of the log that point at one, and
// in free text the others' names give way to "[another person]". A rule cannot read, so whoever
// hands it out reads free text and documents of the whole case first. Pure. Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "session/model/case_file.h"
#include "storage/audit_log.h"
#include "storage/dossier.h"

namespace sightline::storage {

struct PersonDocument {
    model::Document document;
    std::string file;  // a safe name for it, unique in the export
};
struct PersonRecord {
    boost::json::object json;
    std::vector<PersonDocument> documents;
    std::size_t left_out = 0;  // records and log entries
    std::size_t redacted = 0;  // names
};

// NotFound: the dossier has no such person. Malformed, Unsupported: as decode.
base::Result<PersonRecord> person_record(const Dossier& dossier,
                                         const std::vector<AuditLog::Opening>& log,
                                         base::RecordId person);

}  // namespace sightline::storage
