// Members of a request on the control socket, read with a sentence when they are not there. Any
// thread.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "appliance/base/result.h"

namespace sightline::kiosk {

inline base::Result<std::string> text_of(const boost::json::object& request, const char* key) {
    const auto* value = request.if_contains(key);
    if (value == nullptr || !value->is_string()) {
        return base::Error{base::Errc::Malformed,
                           std::string("the request needs \"") + key + "\" as a string"};
    }
    return std::string(value->as_string());
}

}  // namespace sightline::kiosk
