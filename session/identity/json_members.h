// Members of papers that somebody else wrote, read within bounds. For this layer's own sources.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

#include "appliance/base/json_members.h"
#include "session/identity/unix_time.h"
#include "session/signature/device_key.h"

namespace sightline::identity {

using base::is_line;
using base::number_in;
using base::object_of;
using base::text_or_empty;

// Of the papers of this layer.
inline constexpr std::size_t kMaxDepth = 6;

// nullopt: no such member, or no second before the year 10000.
std::optional<UnixTime> time_in(const boost::json::object& object, std::string_view name);
// A public P-256 key.
std::optional<signature::PublicKey> key_in(const boost::json::object& object,
                                           std::string_view name);

}  // namespace sightline::identity
