// CHECK(condition): an invariant of our own code. When it fails, print where and abort; the
// supervisor starts the program again in a known state. Never for what a peer, a file or a user can
// cause.
#pragma once

namespace sightline::base {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}

#define CHECK(condition)          \
    (static_cast<bool>(condition) \
         ? void(0)                \
         : ::sightline::base::check_failed(#condition, __FILE__, __LINE__))
