// One person's record, to be handed to them: the answer to a request for access. A directory of its
// own, in clear, for the eyes of its owner; person_record.h says what goes in and what stays out.
//
//     record.json      everything, for programs
//     record.html      everything, for people
//     documents/NAME   the documents about the person and of the whole case
//     manifest.txt     a signed note: SHA-256, size and name of each of these files
//
// The manifest is written last: a directory without one is what a crash left, and no export.
// Throws StorageError. One thread.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "storage/audit/note_key.h"
#include "storage/store.h"

namespace sightline::storage {

struct ExportReport {
    std::filesystem::path directory;
    std::size_t files = 0;  // but for the manifest
    std::uint64_t bytes = 0;
    std::size_t left_out = 0;  // records and log entries about others
    std::size_t redacted = 0;  // names of others
    // To be read before they are handed out: they may name others.
    std::vector<std::string> documents_of_the_case;
};

// `directory` is new, and made for its own user alone; what was written goes again on an error.
// Errors: NotFound (the dossier, the person), Conflict (the directory exists), Malformed (`said`),
// Unavailable.
base::Result<ExportReport> export_person(Store& store, base::DossierId dossier,
                                         base::RecordId person,
                                         const std::filesystem::path& directory, const Said& said);

struct ExportCheck {
    std::string text;                   // of the manifest
    std::vector<std::string> findings;  // "record.json was changed", ...; none: all is as signed
};
// Errors: NotFound (no manifest), Unauthorized (signed by none of these keys), Malformed.
base::Result<ExportCheck> verify_export(const std::filesystem::path& directory,
                                        std::span<const audit::VerifierKey> known);

}  // namespace sightline::storage
