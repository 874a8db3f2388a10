// How good somebody's links were, as people and other programs read it. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "storage/record_types.h"

namespace sightline::kiosk {

// Added up over the stays.
model::QualitySummary total_of(const std::vector<storage::Stay>& stays);

boost::json::object quality_json(const model::QualitySummary& quality);
std::string quality_text(const model::QualitySummary& quality);  // a line for each direction

}  // namespace sightline::kiosk
