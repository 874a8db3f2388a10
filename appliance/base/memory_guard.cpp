#include "appliance/base/memory_guard.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <string>

namespace sightline::base {
namespace {

bool forbid_core_dumps() {
    // Asked first: where the supervisor has set it, a system call filter may forbid to set it.
    rlimit core{};
    if (::getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0) {
        return true;
    }
    core = {.rlim_cur = 0, .rlim_max = 0};
    return ::setrlimit(RLIMIT_CORE, &core) == 0;
}

}  // namespace

Result<void> guard_memory() {
    const int hidden = ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : errno;
    const int coreless = forbid_core_dumps() ? 0 : errno;
    // On fault: all of it would take room for stacks and libraries that are never touched.
    const int locked = ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0 ? 0 : errno;
    if (locked != 0) {
        return Error(Errc::Unavailable, std::string("lock this program's memory: ") +
                                            ::strerror(locked) +
                                            "; set LimitMEMLOCK=infinity in its unit, or "
                                            "`ulimit -l unlimited` before it");
    }
    if (hidden != 0 || coreless != 0) {
        return Error(Errc::Unavailable, std::string("forbid core dumps of this program: ") +
                                            ::strerror(hidden != 0 ? hidden : coreless) +
                                            "; set LimitCORE=0 in its unit");
    }
    return {};
}

}  // namespace sightline::base
