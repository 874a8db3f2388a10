// Whose turn it is while an interpreter interprets, and which view of the kiosk's camera the others
// see or wish to see: signals between people, which stop nobody's sound. Nothing of it is kept;
// after a restart nobody has the turn and the face is shown. Plain data. Any thread.
#pragma once

#include <optional>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "session/model/roster.h"
#include "session/model/state.h"
#include "session/model/view.h"

namespace sightline::kiosk {

struct FloorSignal {
    enum class Kind : std::uint8_t { TakeTurn, GiveTurn, AskView };
    Kind kind = Kind::TakeTurn;
    model::View view = model::View::Face;  // that is asked for
};

class Floor {
  public:
    // Forbidden: only an interpreter takes the turn. Conflict: it is another interpreter's, who
    // alone gives it back, unless an interviewer does.
    base::Result<void> signal(const model::Attendee& from, const FloorSignal& signal);
    // By staff: what was asked for is answered by it.
    void show(model::View view);
    // A pause, and whoever is not there, admitted, any more: their turn falls silent.
    void follow(const model::Standing& before, const model::Standing& now);
    void left(base::ParticipantId participant);

    // Nobody's: an id that is none.
    base::ParticipantId turn() const { return turn_; }
    model::View view() const { return view_; }
    std::optional<model::View> asked_view() const { return asked_view_; }
    const char* asked_view_name() const { return asked_view_ ? name_of(*asked_view_) : ""; }

  private:
    base::ParticipantId turn_;
    model::View view_ = model::View::Face;
    std::optional<model::View> asked_view_;
};

}  // namespace sightline::kiosk
