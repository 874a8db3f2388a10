// Members of a JSON object that somebody else wrote, read with bounds, and values in their one
// spelling. For this layer's own sources.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/sync/names.h"

namespace sightline::storage::sync {

// nullopt: not one object, or nested deeper than `max_depth`.
std::optional<boost::json::object> object_of(std::string_view text, std::size_t max_depth);
// nullopt: no such member, no text, or a longer one.
std::optional<std::string> text_in(const boost::json::object& object, std::string_view name,
                                   std::size_t most);
// nullopt: no such member, or no whole number from 0 up to 2^53.
std::optional<std::uint64_t> number_in(const boost::json::object& object, std::string_view name);
std::optional<OpHash> hash_in(const boost::json::object& object, std::string_view name);
// Site and incarnation; both are there and neither is zero.
std::optional<ChainId> chain_in(const boost::json::object& object);
std::optional<Pseudonym> dossier_in(const boost::json::object& object);
// One line of 1 to `most` bytes, which may be shown anywhere.
bool is_line(std::string_view text, std::size_t most);

// Members sorted by name, no white space: equal values have equal texts.
std::string canonical(const boost::json::value& value);

}  // namespace sightline::storage::sync
