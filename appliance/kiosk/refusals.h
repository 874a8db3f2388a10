// Sentences that several requests are refused with, and the kiosk's own name in the audit log. Any
// thread.
#pragma once

#include <string>

#include "appliance/base/result.h"

namespace sightline::kiosk {

// What the kiosk does by itself stands in the log under its own name.
inline constexpr const char* kKioskActor = "kiosk";

inline base::Error none_runs(const std::string& doing) {
    return {base::Errc::Conflict,
            doing + ": there is no interview; schedule one with `sightline sessions schedule`"};
}
inline base::Error store_is_locked(const std::string& doing) {
    return {base::Errc::Unavailable,
            doing + ": the store is locked; open it with `sightline unlock`"};
}

}  // namespace sightline::kiosk
