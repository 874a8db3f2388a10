// Members of a JSON object from a peer, read with bounds. Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "session/model/interview.h"

namespace sightline::kiosk {

// Malformed: not one object, or nested too deeply.
base::Result<boost::json::object> parse_object(std::string_view text);

// Empty: not there, or no string. Cut at what any member of ours may have.
std::string text_in(const boost::json::object& object, std::string_view key);
std::optional<std::int64_t> integer_in(const boost::json::object& object, std::string_view key);
// Milliseconds since the epoch, up to the year 9999.
std::optional<model::RecordTime> time_in(const boost::json::object& object, std::string_view key);

template <class Id>
std::optional<Id> id_in(const boost::json::object& object, std::string_view key) {
    return Id::parse(text_in(object, key));
}

}  // namespace sightline::kiosk
