// Interviews as people and other programs read them: a table, a page of text, a JSON document. What
// is kept of each is said first: with the metadata everything is listed line by line, without it
// the bare fact and the answers to the questions of consent. Times are RFC 3339 in UTC. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string>

#include "storage/interview_repository.h"

namespace sightline::kiosk {

boost::json::object session_json(const storage::SessionRecord& record);
std::string session_text(const storage::SessionRecord& record);

std::string session_table(std::span<const storage::SessionLine> lines);
boost::json::object session_line_json(const storage::SessionLine& line);

}  // namespace sightline::kiosk
