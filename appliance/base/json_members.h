// Members of a JSON object that somebody else wrote, read within bounds. Pure; any thread.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sightline::base {

// nullopt: not one object, or nested deeper than `max_depth`.
std::optional<boost::json::object> object_of(std::string_view text, std::size_t max_depth);
// nullopt: no such member, no text, or one of more than `most` bytes.
std::optional<std::string> text_in(const boost::json::object& object, std::string_view name,
                                   std::size_t most);
// The same, where an empty text means that there is none.
std::string text_or_empty(const boost::json::object& object, std::string_view name,
                          std::size_t most);
// nullopt: no such member, or no whole number from 0 up to 2^53.
std::optional<std::uint64_t> number_in(const boost::json::object& object, std::string_view name);
// One line of 1 to `most` bytes, which may be shown anywhere.
bool is_line(std::string_view text, std::size_t most);

}  // namespace sightline::base
