// What pages are told of the running interview beside their keys. Pure. Any thread.
#pragma once

#include "appliance/kiosk/floor.h"
#include "appliance/kiosk/running_interview.h"
#include "session/keys/news.h"

namespace sightline::kiosk {

// Of people only what concerns those who have been admitted.
keys::News news_of(const RunningInterview& now, const Floor& floor);

}  // namespace sightline::kiosk
