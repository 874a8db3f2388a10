// What the command line may ask of the kiosk's store: the verbs, and what comes before anybody can
// sign in. Every look into a dossier and every change leaves its trace in the audit log. Throws
// StorageError. No sockets. One thread.
#pragma once

#include <boost/json/object.hpp>

#include "appliance/kiosk/requests.h"

namespace sightline::kiosk {

// The member "dossier".
base::Result<base::DossierId> dossier_of(const boost::json::object& request);

// Member: "pin". The accounts of the staff lie in the store, so whoever may use the socket may try.
Reply unlock(const boost::json::object& request, const StoreDesk& desk, Now now);

// For the status: {"open", "new", "epoch", "guaranteed", "restored", "dossiers"}.
boost::json::object store_status(const StoreDesk& desk);

}  // namespace sightline::kiosk
