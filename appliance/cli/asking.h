// How most commands work: sign the request, ask the kiosk, print the reply. Blocks as ask_kiosk
// does. Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "appliance/base/result.h"
#include "appliance/cli/commands.h"

namespace sightline::cli {

// Adds who asks, and the state they saw if they said one.
base::Result<boost::json::object> ask_as_staff(const Places& places, boost::json::object request);

// Prints nothing but the trouble; with Json the reply.
int ask_and_say(const Places& places, boost::json::object request, Format format);

// A string member, or a dash.
std::string text_or_dash(const boost::json::object& object, const char* key);

}  // namespace sightline::cli
