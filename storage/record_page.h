// A record as a page to read and to print: HTML without a script or anything from elsewhere, every
// text escaped and laid out in its own direction. Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace sightline::storage {

std::string record_page(std::string_view title, const boost::json::object& record);

// For text and attribute values. What HTML may not contain becomes U+FFFD.
std::string html_escaped(std::string_view text);

}  // namespace sightline::storage
