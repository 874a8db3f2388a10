// What the kiosk hands out of its store as files: backups, the audit log, a person's record. They
// go into the kiosk's own directory of exports, because it may write nowhere else; the operator
// takes them from there. Throws StorageError. No sockets. One thread.
#pragma once

#include <boost/json/object.hpp>

#include "appliance/kiosk/store_requests.h"

namespace sightline::kiosk {

// Each replies with {"file": ...} and what there is to know about it.
base::Result<boost::json::object> make_backup_file(const boost::json::object& request,
                                                   const StoreDesk& desk, Now now);
// Members: "dossier" (else the whole log), "earlier": a checkpoint note from before.
base::Result<boost::json::object> export_audit_file(const boost::json::object& request,
                                                    const StoreDesk& desk, Now now);
// Members: "dossier", "person".
base::Result<boost::json::object> export_person_files(const boost::json::object& request,
                                                      const StoreDesk& desk, Now now);

}  // namespace sightline::kiosk
