#include "appliance/hub/elsewhere.h"

#include <boost/json.hpp>

namespace sightline::hub {

Reply moved_to(std::string_view origin, const Request& request) {
    Reply reply =
        problem(307, "the interview is at " + std::string(origin) + "; send the request there");
    reply.set("Location", std::string(origin) + request.path);
    return reply;
}

Reply place_unsure() {
    return problem(
        503,
        "the hub cannot reach the database that it shares with others, so nobody new can "
        "be let in at the moment; try again in a minute");
}

std::string elsewhere_message(std::string_view origin) {
    return boost::json::serialize(
        boost::json::object{{"type", "elsewhere"}, {"origin", std::string(origin)}});
}

}  // namespace sightline::hub
