// The dossiers that a request is about, if the store is open. One thread.
#pragma once

#include <string>

#include "appliance/kiosk/dossier_desk.h"
#include "appliance/kiosk/requests.h"

namespace sightline::kiosk {

// `target`, one of the desk's. Unavailable: it is none, or the store is locked, so `what`.
template <class Target>
base::Result<Target*> when_open(const Desk& desk, Target* target,
                                const char* what = "the dossiers are not open yet") {
    const bool open = desk.dossiers != nullptr && desk.dossiers->is_loaded();
    if (open && target != nullptr) return target;
    return base::Error{base::Errc::Unavailable,
                       std::string(what) + "; open the store with `sightline unlock`"};
}

}  // namespace sightline::kiosk
