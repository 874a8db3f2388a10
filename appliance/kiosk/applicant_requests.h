// What the applicant asks for at the kiosk's touch screen, where they stand and nobody else does:
// to see how their interview stands, a pause, its end, and to say whether they understand the
// interpreter. They sign in nowhere; the access table says when they may.
#pragma once

#include "appliance/kiosk/requests.h"

namespace sightline::kiosk {

// One of theirs, and no member of the staff asks for it.
bool is_applicants(const boost::json::object& members);
Reply answer_applicant(const boost::json::object& members, const Desk& desk, Now now);

}  // namespace sightline::kiosk
