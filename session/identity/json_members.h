// Members of a JSON object that somebody else wrote, read with bounds. For this layer's own
// sources.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "session/identity/unix_time.h"
#include "session/signature/device_key.h"

namespace sightline::identity {

// nullopt: not one object, or nested too deeply.
std::optional<boost::json::object> object_of(std::string_view text);
// Empty: no such member, no text, or a longer one.
std::string text_in(const boost::json::object& object, std::string_view name, std::size_t most);
// One line of 1 to `most` bytes, which may be shown anywhere.
bool is_line(std::string_view text, std::size_t most);
// nullopt: no such member, or no whole number from 0 up to 2^53.
std::optional<std::uint64_t> number_in(const boost::json::object& object, std::string_view name);
std::optional<UnixTime> time_in(const boost::json::object& object, std::string_view name);
// A public P-256 key.
std::optional<signature::PublicKey> key_in(const boost::json::object& object,
                                           std::string_view name);

}  // namespace sightline::identity
