#include "hardware/watchdog.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <future>

#include "appliance/base/descriptor.h"
#include "tests/support/temporary_directory.h"

namespace sightline::hardware {
namespace {

// Whoever started the program, with a socket that this test reads or leaves full.
class Starter {
  public:
    Starter() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
        EXPECT_EQ(
            ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        ::setenv("NOTIFY_SOCKET", path_.c_str(), 1);
    }
    ~Starter() { ::unsetenv("NOTIFY_SOCKET"); }

    // Empty: there is none.
    std::string next() {
        char text[200];
        const auto size = ::recv(socket_.get(), text, sizeof text, 0);
        return size < 0 ? std::string() : std::string(text, static_cast<std::size_t>(size));
    }

  private:
    tests::TemporaryDirectory directory_;
    const std::string path_ = (directory_.path() / "notify").string();
    base::Descriptor socket_;
};

TEST(Watchdog, SaysWhatTheProtocolHasForIt) {
    Starter starter;
    Watchdog::ready();
    Watchdog::alive();
    Watchdog::status("two\nlines");
    Watchdog::stopping();
    EXPECT_EQ(starter.next(), "READY=1");
    EXPECT_EQ(starter.next(), "WATCHDOG=1");
    EXPECT_EQ(starter.next(), "STATUS=two lines");
    EXPECT_EQ(starter.next(), "STOPPING=1");
}

TEST(Watchdog, NeverWaitsForAStarterThatReadsNothing) {
    Starter starter;
    // More than any system's net.unix.max_dgram_qlen lets wait unread in practice.
    constexpr int kBeats = 100'000;
    auto beats = std::async(std::launch::async, [] {
        for (int i = 0; i < kBeats; ++i) Watchdog::alive();
        Watchdog::stopping();
    });
    if (beats.wait_for(std::chrono::seconds(60)) != std::future_status::ready) {
        ADD_FAILURE() << "it waits for a socket that is full";
        while (beats.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
            starter.next();
        }
    }
    int kept = 0;
    while (!starter.next().empty()) ++kept;
    EXPECT_GT(kept, 0);
    EXPECT_LT(kept, kBeats) << "the socket was never full, so this shows nothing";
    Watchdog::alive();
    EXPECT_EQ(starter.next(), "WATCHDOG=1") << "a starter that is back hears it again";
}

TEST(Watchdog, DoesNothingWhereNobodyListens) {
    ::unsetenv("NOTIFY_SOCKET");
    Watchdog::alive();
    for (const std::string& wrong : {std::string("relative"), std::string("/nowhere/notify"),
                                     "/" + std::string(300, 'a'), std::string()}) {
        ::setenv("NOTIFY_SOCKET", wrong.c_str(), 1);
        Watchdog::alive();
    }
    ::unsetenv("NOTIFY_SOCKET");
    EXPECT_EQ(Watchdog::interval(), std::nullopt);
}

}  // namespace
}  // namespace sightline::hardware
