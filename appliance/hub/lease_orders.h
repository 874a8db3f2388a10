// Carries out what the lease desk decides: grants and nonces go to the media workers, news to the
// kiosk, in the order in which they were decided. Main thread.
#pragma once

#include <functional>
#include <string>

#include "appliance/hub/lease_desk.h"
#include "appliance/hub/media_plane.h"
#include "appliance/hub/task_group.h"

namespace sightline::hub {

// Whatever the desk has now. The media plane must outlive the tasks.
void carry_out(LeaseDesk& desk, MediaPlane& media, TaskGroup& tasks,
               const std::function<void(base::SessionId, std::string)>& tell_kiosk);

}  // namespace sightline::hub
