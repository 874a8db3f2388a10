// Reading a text member of a JSON object that came over one of the engine's sockets. Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

namespace sightline::engine {

// Empty when the member is missing or no string. Valid as long as the object.
inline std::string_view text_of(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

}  // namespace sightline::engine
