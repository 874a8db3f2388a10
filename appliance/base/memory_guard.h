// Keeps what a process has in its memory out of the disk and of other processes: no core dumps, no
// debugger or /proc reader of the same user, nothing swapped out. For programs that hold keys. It
// ends with the program image: what the process executes or forks must call it again (a fork keeps
// the first two).
// Thread: any; once, in main, before the first key.
#pragma once

#include "appliance/base/result.h"

namespace sightline::base {

// Unavailable when the system refuses, in a sentence that names the limit to raise. What could be
// done has been done even then: a caller that holds nothing real may go on.
Result<void> guard_memory();

}  // namespace sightline::base
