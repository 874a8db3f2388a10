// How good somebody's links were, as people and other programs read it. Pure.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "storage/record_types.h"

namespace sightline::kiosk {

// Added up over the stays.
model::QualitySummary total_of(const std::vector<storage::Stay>& stays);

boost::json::object quality_json(const model::QualitySummary& quality);
// What the link was, in a word for each direction, and from when on.
boost::json::array timeline_json(const std::vector<model::GradeChange>& timeline);
std::string timeline_text(const std::vector<model::GradeChange>& timeline);  // a line for each
std::string quality_text(const model::QualitySummary& quality);  // a line for each direction

}  // namespace sightline::kiosk
