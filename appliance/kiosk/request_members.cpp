#include "appliance/kiosk/request_members.h"

namespace sightline::kiosk {

using base::Errc;
using base::Error;

base::Result<std::string> text_of(const boost::json::object& request, const char* key) {
    const auto* value = request.if_contains(key);
    if (value == nullptr || !value->is_string()) {
        return Error{Errc::Malformed, std::string("the request needs \"") + key + "\" as a string"};
    }
    return std::string(value->as_string());
}

base::Result<std::string> text_or_empty(const boost::json::object& request, const char* key) {
    const auto* value = request.if_contains(key);
    if (value == nullptr || value->is_null()) return std::string();
    return text_of(request, key);
}

base::Result<bool> yes_or_no_of(const boost::json::object& request, const char* key) {
    const auto* value = request.if_contains(key);
    if (value == nullptr || !value->is_bool()) {
        return Error{Errc::Malformed,
                     std::string("the request needs \"") + key + "\": true or false"};
    }
    return value->as_bool();
}

base::Result<bool> flag_of(const boost::json::object& request, const char* key, bool otherwise) {
    const auto* value = request.if_contains(key);
    if (value == nullptr) return otherwise;
    if (!value->is_bool()) {
        return Error{Errc::Malformed, std::string("\"") + key + "\" must be true or false"};
    }
    return value->as_bool();
}

}  // namespace sightline::kiosk
