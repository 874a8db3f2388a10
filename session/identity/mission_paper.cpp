#include "session/identity/mission_paper.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "appliance/base/check.h"
#include "session/identity/json_members.h"

namespace sightline::identity {

namespace json = boost::json;
using base::Errc;
using base::Error;

base::Result<MissionPaper> MissionPaper::verify(std::string_view jws,
                                                const signature::PublicKey& root) {
    const auto payload = root.verify(jws, kMissionPurpose);
    if (!payload) {
        return Error{payload.error().code,
                     "read a mission: the delegation's root has not signed it (" +
                         payload.error().text + "); ask its administrator for the mission"};
    }
    const Error malformed{Errc::Malformed,
                          "read a mission: it has not the members of one; issue it anew with "
                          "`sightline delegation mission`"};
    const auto object = object_of(*payload, kMaxDepth);
    if (!object) return malformed;
    auto kiosk = key_in(*object, "kiosk");
    const auto from = time_in(*object, "from");
    const auto until = time_in(*object, "until");
    if (!kiosk || !from || !until) return malformed;
    MissionPaper paper{text_or_empty(*object, "delegation", 43),
                       text_or_empty(*object, "mission", kMaxMissionBytes), std::move(*kiosk),
                       *from, *until};
    if (paper.delegation != root.thumbprint() || !paper.check()) return malformed;
    return paper;
}

base::Result<void> MissionPaper::check() const {
    if (!is_line(mission, kMaxMissionBytes) || from >= until) {
        return Error{Errc::Malformed,
                     "issue a mission: its title has 1 to 120 bytes on one line, and it ends after "
                     "it begins"};
    }
    return {};
}

std::string MissionPaper::issue(const signature::DeviceKey& root) const {
    CHECK(delegation == root.public_key().thumbprint() && check());
    const json::object payload{{"delegation", delegation},
                               {"mission", mission},
                               {"kiosk", json::parse(kiosk.jwk())},
                               {"from", count_of(from)},
                               {"until", count_of(until)}};
    return root.sign(json::serialize(payload), kMissionPurpose);
}

}  // namespace sightline::identity
