#include "appliance/base/memory_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <string>

namespace sightline::base {
namespace {

// In a process of its own, because what is asserted cannot be taken back. "" is a success.
std::string in_a_child(const std::function<std::string()>& body) {
    int ends[2];
    if (::pipe(ends) != 0) return "no pipe";
    const pid_t child = ::fork();
    if (child == 0) {
        const std::string said = body();
        [[maybe_unused]] const ssize_t written = ::write(ends[1], said.data(), said.size());
        ::_exit(0);
    }
    ::close(ends[1]);
    std::string said;
    char buffer[512];
    for (ssize_t size; (size = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
        said.append(buffer, static_cast<std::size_t>(size));
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? said : "the child died";
}

long locked_kilobytes() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmLck:")) return std::stol(line.substr(6));
    }
    return -1;
}

// The sanitizers turn mlockall(2) into nothing, and say that it was done.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLocksForReal = false;
#else
constexpr bool kLocksForReal = true;
#endif

// Asked of the system, not of the code under test.
bool may_lock_all() {
    return in_a_child([]() -> std::string {
               return ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0 ? "yes" : "no";
           }) == "yes";
}

TEST(MemoryGuard, ForbidsCoreDumpsAndDebuggers) {
    EXPECT_EQ(in_a_child([]() -> std::string {
                  if (::prctl(PR_GET_DUMPABLE) != 1) return "it was not dumpable before";
                  [[maybe_unused]] const auto guarded = guard_memory();
                  if (::prctl(PR_GET_DUMPABLE) != 0) return "it is dumpable";
                  rlimit core{};
                  ::getrlimit(RLIMIT_CORE, &core);
                  return core.rlim_cur == 0 && core.rlim_max == 0 ? "" : "it may leave a core";
              }),
              "");
}

TEST(MemoryGuard, LocksWhatThereIsAndWhatComes) {
    if (!kLocksForReal) GTEST_SKIP() << "NOT TESTED: a sanitizer stands in for mlockall";
    if (!may_lock_all()) GTEST_SKIP() << "this user may not lock that much memory";
    EXPECT_EQ(in_a_child([]() -> std::string {
                  if (locked_kilobytes() != 0) return "something was locked before";
                  const auto guarded = guard_memory();
                  if (!guarded) return guarded.error().text;
                  const long before = locked_kilobytes();
                  if (before <= 0) return "nothing is locked";
                  constexpr std::size_t kBytes = 4 << 20;
                  void* more = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                  if (more == MAP_FAILED) return "no more memory";
                  return locked_kilobytes() >= before + 4096 ? "" : "new memory is not locked";
              }),
              "");
}

TEST(MemoryGuard, NamesTheLimitWhenLockingIsRefused) {
    if (!kLocksForReal) GTEST_SKIP() << "NOT TESTED: a sanitizer stands in for mlockall";
    const std::string said = in_a_child([]() -> std::string {
        const rlimit none{.rlim_cur = 0, .rlim_max = 0};
        ::setrlimit(RLIMIT_MEMLOCK, &none);
        // Root may lock all the same.
        if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) return "still root";
        const auto guarded = guard_memory();
        if (guarded) return "locked without leave";
        return ::prctl(PR_GET_DUMPABLE) == 0 ? guarded.error().text : "it is dumpable";
    });
    EXPECT_THAT(said, testing::HasSubstr("LimitMEMLOCK=infinity"));
}

}  // namespace
}  // namespace sightline::base
