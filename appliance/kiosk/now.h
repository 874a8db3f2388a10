// The two clocks that the kiosk is told of, both from outside. Plain values.
#pragma once

#include "appliance/base/time.h"
#include "session/model/interview.h"

namespace sightline::kiosk {

struct Now {
    base::Instant instant;   // for deadlines: never jumps
    model::RecordTime wall;  // for the record: may be set by somebody, forwards and backwards
};

}  // namespace sightline::kiosk
