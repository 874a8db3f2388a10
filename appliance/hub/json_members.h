// Reading members of JSON objects within bounds, with sentences that say what is wrong with which.
// Any thread.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "appliance/base/bytes.h"
#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "session/model/interview.h"

namespace sightline::hub {

base::Error malformed(std::string text);

// At most eight levels deep; the deepest text of ours, a file of sessions, has seven.
base::Result<boost::json::value> parse_bounded(std::string_view text);
base::Result<boost::json::object> parse_object(std::string_view text);

// A string of at most `most` bytes without control characters.
base::Result<std::string> text_of(const boost::json::object& object, std::string_view key,
                                  std::size_t most);
base::Result<std::int64_t> number_of(const boost::json::object& object, std::string_view key);
// Milliseconds since the epoch, within the years 1970 to 2500.
base::Result<model::RecordTime> time_of(const boost::json::object& object, std::string_view key);
// `most` bounds the text, not the bytes.
base::Result<base::Bytes> base64url_of(const boost::json::object& object, std::string_view key,
                                       std::size_t most);

template <class Id>
base::Result<Id> id_of(const boost::json::object& object, std::string_view key) {
    const boost::json::value* value = object.if_contains(key);
    if (value && value->is_string()) {
        const auto id = Id::parse(value->get_string());
        if (id && *id) return *id;
    }
    return malformed("\"" + std::string(key) + "\" must be 16 hexadecimal digits, not all zero");
}

}  // namespace sightline::hub
