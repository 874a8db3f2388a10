// Reading what a kiosk, or a file of sessions, says of an interview and of those who belong to it:
// into plain values, within bounds, with sentences that say what is wrong with which. Any thread.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "appliance/hub/json_members.h"
#include "appliance/hub/session_registry.h"

namespace sightline::hub {

inline constexpr std::size_t kMaxText = 200;
inline constexpr std::size_t kMaxToken = 128;

enum class ClearToken { Refused, Allowed };

base::Result<ParticipantSpec> participant_of(const boost::json::value& value, ClearToken clear);
// Title, participants and, where it is said, the state.
base::Result<SessionSpec> session_of(const boost::json::object& object, ClearToken clear);
// "place"
base::Result<model::Place> place_of(const boost::json::object& object);
// "state", "pause" and, for an end, "end_reason"
base::Result<model::Standing> standing_of(const boost::json::object& object);

// A member that names a reason and may be missing or null.
template <class Reason>
base::Result<std::optional<Reason>> reason_of(
    const boost::json::object& object, std::string_view key,
    std::optional<Reason> (*from_name)(std::string_view)) {
    const boost::json::value* value = object.if_contains(key);
    if (!value || value->is_null()) return std::optional<Reason>();
    auto name = text_of(object, key, 32);
    if (!name) return name.error();
    const auto reason = from_name(*name);
    if (!reason) return malformed("\"" + std::string(key) + "\" is no reason that the hub knows");
    return reason;
}

}  // namespace sightline::hub
