// Members of JSON objects: those from a peer, read with bounds, and those that may be missing. Any
// thread.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "session/model/interview.h"

namespace sightline::kiosk {

// What a reader answers that found something else than it wants.
inline base::Error malformed(const char* what) { return {base::Errc::Malformed, what}; }

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

template <class Id>
boost::json::value id_or_null(const std::optional<Id>& id) {
    return id ? boost::json::value(id->text()) : boost::json::value();
}
inline boost::json::value milliseconds_or_null(const std::optional<model::RecordTime>& time) {
    return time ? boost::json::value(time->time_since_epoch().count()) : boost::json::value();
}

}  // namespace sightline::kiosk
