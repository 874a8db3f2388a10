// A selection mission: which state interviews at which site, and when. Plain data. Any thread.
#pragma once

#include <optional>
#include <string>

#include "appliance/base/ids.h"
#include "session/model/interview.h"

namespace sightline::model {

struct Mission {
    base::RecordId id;
    std::string title;
    std::string state;  // ISO 3166-1 alpha-3 of the delegation, such as "NLD"
    std::string site;
    RecordTime begins;
    RecordTime ends;
    std::optional<std::uint32_t> quota;  // persons this year
};

}  // namespace sightline::model
