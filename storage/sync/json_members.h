// Members that name an op's place, read within bounds, and values in their one spelling. For this
// layer's own sources.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/json_members.h"
#include "storage/sync/names.h"

namespace sightline::storage::sync {

using base::is_line;
using base::number_in;
using base::object_of;
using base::text_in;

std::optional<OpHash> hash_in(const boost::json::object& object, std::string_view name);
// Site and incarnation; both are there and neither is zero.
std::optional<ChainId> chain_in(const boost::json::object& object);
std::optional<Pseudonym> dossier_in(const boost::json::object& object);

// Members sorted by name, no white space: equal values have equal texts.
std::string canonical(const boost::json::value& value);

}  // namespace sightline::storage::sync
