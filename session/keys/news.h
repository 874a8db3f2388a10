// What the kiosk tells the pages of an interview beside the keys: the break timer, whose turn it
// is, which view is shown, who undertook what. Plain data. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "appliance/base/ids.h"
#include "session/model/interview.h"
#include "session/model/live_time.h"
#include "session/model/view.h"

namespace sightline::keys {

struct LanguagesLine {
    base::ParticipantId id;
    std::string language;
    std::string dialect;
    bool heard = false;  // and understood, both ways
    bool operator==(const LanguagesLine&) const = default;
};
struct News {
    std::optional<model::RecordTime> pause_until{};
    base::ParticipantId turn{};  // none: nobody's
    model::View view = model::View::Face;
    std::optional<model::View> asked_view{};
    std::optional<bool> understood{};  // the applicant understands the interpreter
    std::vector<base::ParticipantId> undertaken{};
    std::vector<LanguagesLine> languages{};
    model::LiveTime live{};
    bool training = false;
    bool operator==(const News&) const = default;
};

}  // namespace sightline::keys
