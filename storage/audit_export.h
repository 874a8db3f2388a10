// The audit log as a bundle to take home (storage/AUDIT.md): a checkpoint signed by the site, the
// proof that the log has grown from an earlier one, and its leaves. Of the whole log every leaf,
// open where its dossier is still there and closed where it has been erased; of one dossier its own
// leaves alone, each with the proof of its place. That somebody took it stands in the log first.
//
// Errors: NotFound (no such dossier); Unauthorized, Malformed, Conflict (an earlier checkpoint that
// is not this log's); Unavailable (not all of it could be written). What was written up to then is
// no bundle. Throws StorageError. One thread.
#pragma once

#include <optional>
#include <ostream>
#include <string>

#include "storage/store.h"

namespace sightline::storage {

struct AuditExport {
    std::string checkpoint;  // the signed note, which the auditor keeps for the next time
    std::uint64_t leaves = 0;
    std::uint64_t opened = 0;
};

// In memory of sixteen bytes a leaf, and what one dossier has of them.
base::Result<AuditExport> export_audit(Store& store, std::ostream& out,
                                       const std::optional<std::string>& earlier_note,
                                       const Said& said);

base::Result<AuditExport> export_dossier_audit(Store& store, base::DossierId dossier,
                                               std::ostream& out,
                                               const std::optional<std::string>& earlier_note,
                                               const Said& said);

}  // namespace sightline::storage
