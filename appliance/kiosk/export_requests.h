// What the kiosk hands out of its store as files: backups, the audit log, a person's record. They
// go into the kiosk's own directory of exports, because it may write nowhere else; the operator
// takes them from there. Throws StorageError. No sockets. One thread.
#pragma once

#include "appliance/kiosk/requests.h"

namespace sightline::kiosk {

// Each replies with {"file": ...} and what there is to know about it.
Reply make_backup_file(const Request& request, const Desk& desk);
// Members: "dossier" (else the whole log), "earlier": a checkpoint note from before.
Reply export_audit_file(const Request& request, const Desk& desk);
// Members: "dossier", "person".
Reply export_person_files(const Request& request, const Desk& desk);

}  // namespace sightline::kiosk
