#include "appliance/cli/asking.h"

#include <boost/json/serialize.hpp>
#include <iostream>

#include "appliance/cli/kiosk_client.h"
#include "appliance/cli/outcome.h"
#include "appliance/cli/sign_in.h"

namespace sightline::cli {

namespace json = boost::json;

base::Result<json::object> ask_as_staff(const Places& places, json::object request) {
    const auto token = token_of(places.run, places.as);
    if (!token) return token.error();
    request["as"] = *token;
    if (!places.if_state.empty()) request["if_state"] = places.if_state;
    return ask_kiosk(places.run, request);
}

int ask_and_say(const Places& places, json::object request, Format format) {
    const auto reply = ask_as_staff(places, std::move(request));
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) std::cout << json::serialize(*reply) << "\n";
    return kDone;
}

std::string text_or_dash(const json::object& object, const char* key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_string() || value->as_string().empty()) return "-";
    return std::string(value->as_string());
}

}  // namespace sightline::cli
