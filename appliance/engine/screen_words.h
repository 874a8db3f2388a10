// What the applicant's screen says of where the interview stands: whether anybody is shown at all,
// what stands in the place of pictures, and who watches without being seen. The hub sends nothing
// in a pause; the screen does not wait for that. Pure. Any thread.
#pragma once

#include <string>
#include <vector>

#include "appliance/engine/room_link.h"
#include "media/engine/playout.h"
#include "session/model/state.h"

namespace sightline::engine {

// True: no picture and no voice is given to the applicant, whatever still comes.
bool nobody_to_see(const model::Standing& standing);

// The footer names every observer who is there while the interview goes on.
ScreenWords screen_words(const model::Standing& standing, const std::vector<Person>& people);

}  // namespace sightline::engine
