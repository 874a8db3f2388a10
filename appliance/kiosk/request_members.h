// Members of a request on the control socket, read with a sentence when they are not there or not
// what they should be. Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "appliance/base/result.h"

namespace sightline::kiosk {

base::Result<std::string> text_of(const boost::json::object& request, const char* key);
// Empty if it is not there.
base::Result<std::string> text_or_empty(const boost::json::object& request, const char* key);
// What must be answered.
base::Result<bool> yes_or_no_of(const boost::json::object& request, const char* key);
// `otherwise` if it is not there.
base::Result<bool> flag_of(const boost::json::object& request, const char* key, bool otherwise);

inline base::Error unknown_name(const char* what, const std::string& name, const char* known) {
    return {base::Errc::Malformed, std::string("no ") + what + " is called \"" +
                                       name.substr(0, 40) + "\"; there are " + known};
}

template <class Id>
base::Result<Id> id_of(const boost::json::object& request, const char* key) {
    const auto text = text_of(request, key);
    if (!text) return text.error();
    const auto id = Id::parse(*text);
    if (!id) {
        return base::Error{base::Errc::Malformed,
                           std::string("\"") + key + "\" is an id: 16 hexadecimal digits"};
    }
    return *id;
}

// none if it is not there.
template <class Id>
base::Result<std::optional<Id>> optional_id_of(const boost::json::object& request,
                                               const char* key) {
    const auto* value = request.if_contains(key);
    if (value == nullptr || value->is_null()) return std::optional<Id>{};
    auto id = id_of<Id>(request, key);
    if (!id) return id.error();
    return std::optional<Id>{*id};
}

}  // namespace sightline::kiosk
