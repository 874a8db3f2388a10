// sightline-supervisor as a process, with real programs under it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

extern "C" char** environ;  // NOLINT(readability-redundant-declaration): POSIX gives it no header

namespace {

using namespace std::chrono_literals;
using testing::Contains;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

std::string text_of(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool lives(int pid) { return ::kill(pid, 0) == 0; }

class Supervision : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = "/tmp/sightline-supervision-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        run_ = name;
    }
    void TearDown() override {
        if (pid_ > 0) end(SIGTERM);
        fs::remove_all(run_);
    }

    void start(const std::string& config) {
        std::ofstream(run_ / "units.toml") << config;
        const std::string file = run_ / "units.toml";
        const char* argv[] = {SUPERVISOR, "--config", file.c_str(), "--run", run_.c_str(), nullptr};
        ASSERT_EQ(
            ::posix_spawn(&pid_, SUPERVISOR, nullptr, nullptr, const_cast<char**>(argv), environ),
            0);
    }

    int end(int signal) {
        ::kill(pid_, signal);
        int status = 0;
        if (!within(15s, [&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; })) {
            ADD_FAILURE() << "the supervisor did not end";
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, &status, 0);
        }
        pid_ = 0;
        return status;
    }

    boost::json::value unit(const std::string& name) const {
        boost::system::error_code error;
        const auto state = boost::json::parse(text_of(run_ / "supervisor.json"), error);
        if (error) return nullptr;
        const auto* found = state.as_object().at("units").as_object().if_contains(name);
        return found == nullptr ? boost::json::value(nullptr) : *found;
    }
    std::string state_of(const std::string& name) const {
        const auto value = unit(name);
        return value.is_null() ? "" : std::string(value.as_object().at("state").as_string());
    }
    int number(const std::string& name, const char* key) const {
        const auto value = unit(name);
        return value.is_null() ? -1 : static_cast<int>(value.as_object().at(key).as_int64());
    }
    static bool within(std::chrono::milliseconds limit, const std::function<bool()>& condition) {
        const auto until = Clock::now() + limit;
        while (Clock::now() < until) {
            if (condition()) return true;
            std::this_thread::sleep_for(10ms);
        }
        return condition();
    }

    fs::path run_;
    pid_t pid_ = 0;
};

std::string a_unit(const std::string& name, const std::string& mode, const std::string& more = "") {
    return "[[unit]]\nname = \"" + name + "\"\ncommand = [\"" UNIT "\", \"" + mode + "\"]\n" +
           more + "\n";
}

// The arguments as they stand in the TOML list after the program.
std::string a_keeper(const std::string& arguments, int fd_store) {
    return "[[unit]]\nname = \"keeper\"\ncommand = [\"" UNIT "\", " + arguments +
           "]\nrestart_ms = 10\n" +
           (fd_store > 0 ? "fd_store = " + std::to_string(fd_store) + "\n" : "");
}

TEST_F(Supervision, BringsADeadUnitBackWithinASecond) {
    start(a_unit("hub", "beat"));
    ASSERT_TRUE(within(5s, [&] { return state_of("hub") == "running"; }));
    const int first = number("hub", "pid");
    ::kill(first, SIGKILL);
    EXPECT_TRUE(
        within(1s, [&] { return state_of("hub") == "running" && number("hub", "pid") != first; }));
    EXPECT_EQ(number("hub", "restarts"), 1);
}

TEST_F(Supervision, NoticesAHungUnitWithinTwoSecondsAndHasItBackWithinOneMore) {
    start(a_unit("engine", "beat", "watchdog_ms = 1500\nrestart_ms = 100"));
    ASSERT_TRUE(within(5s, [&] { return state_of("engine") == "running"; }));
    const int first = number("engine", "pid");
    ::kill(first, SIGSTOP);
    EXPECT_TRUE(within(2s, [&] { return number("engine", "silences") == 1; }));
    EXPECT_TRUE(within(
        1s, [&] { return state_of("engine") == "running" && number("engine", "pid") != first; }));
    EXPECT_FALSE(lives(first));
}

TEST_F(Supervision, KillsAUnitThatIgnoresTheAbort) {
    start(a_unit("engine", "hang", "watchdog_ms = 400"));
    EXPECT_TRUE(within(5s, [&] { return number("engine", "restarts") >= 2; }));
    EXPECT_GE(number("engine", "silences"), 2);
}

TEST_F(Supervision, StartsAUnitOnlyAfterTheOnesItNeeds) {
    start(a_unit("hub", "beat") + a_unit("kiosk", "beat", "after = [\"hub\"]"));
    ASSERT_TRUE(within(5s, [&] { return state_of("kiosk") == "running"; }));
    EXPECT_LT(number("hub", "pid"), number("kiosk", "pid"));
}

TEST_F(Supervision, StopsEverythingAndLeavesNothingBehind) {
    start(a_unit("hub", "beat") + a_unit("kiosk", "with-child", "after = [\"hub\"]"));
    ASSERT_TRUE(within(5s, [&] { return state_of("kiosk") == "running"; }));
    const int hub = number("hub", "pid");
    const int kiosk = number("kiosk", "pid");
    int child = 0;
    ASSERT_TRUE(within(2s, [&] {
        return std::sscanf(text_of(run_ / "kiosk.log").c_str(), "child %d", &child) == 1;
    }));
    ASSERT_TRUE(lives(child));
    EXPECT_EQ(end(SIGTERM), 0);
    EXPECT_FALSE(lives(hub));
    EXPECT_FALSE(lives(kiosk));
    // The child is now the init process's, which may take a moment to reap it.
    EXPECT_TRUE(
        within(2s, [&] { return text_of("/proc/" + std::to_string(child) + "/cmdline").empty(); }));
    EXPECT_FALSE(fs::exists(run_ / "supervisor.json"));
    EXPECT_FALSE(fs::exists(run_ / "notify-hub.sock"));
}

TEST_F(Supervision, TakesItsUnitsWithItWhenItIsKilled) {
    start(a_unit("hub", "stubborn"));
    ASSERT_TRUE(within(5s, [&] { return state_of("hub") == "running"; }));
    const int hub = number("hub", "pid");
    end(SIGKILL);
    EXPECT_TRUE(
        within(2s, [&] { return text_of("/proc/" + std::to_string(hub) + "/cmdline").empty(); }));
}

TEST_F(Supervision, KeepsRunningWhenAProgramIsMissing) {
    start(a_unit("hub", "beat") +
          "[[unit]]\nname = \"gone\"\ncommand = [\"/nonexistent/program\"]\n");
    EXPECT_TRUE(within(5s, [&] { return number("gone", "restarts") >= 2; }));
    EXPECT_EQ(state_of("hub"), "running");
    EXPECT_THAT(text_of(run_ / "gone.log"), testing::HasSubstr("/nonexistent/program"));
}

TEST_F(Supervision, RefusesASecondSupervisorInTheSameDirectory) {
    start(a_unit("hub", "beat"));
    ASSERT_TRUE(within(5s, [&] { return state_of("hub") == "running"; }));
    const pid_t first = pid_;
    start(a_unit("hub", "beat"));
    int status = 0;
    ::waitpid(pid_, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 1);
    pid_ = first;
    EXPECT_EQ(state_of("hub"), "running");
}

TEST_F(Supervision, SaysWhatIsWrongWithItsConfiguration) {
    start("[[unit]]\nname = \"hub\"\n");
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    EXPECT_EQ(WEXITSTATUS(status), 2);
}

class DescriptorsOverACrash : public Supervision {
  protected:
    // Waits until life number `n` (1 is the first) has said what it found, and gives its lines.
    std::vector<std::string> life(std::size_t n) {
        std::vector<std::vector<std::string>> lives;
        const bool came = within(5s, [&] {
            lives.assign(1, {});
            std::istringstream log(text_of(run_ / "keeper.log"));
            for (std::string line; std::getline(log, line);) {
                lives.back().push_back(line);
                if (line.starts_with("done ")) lives.emplace_back();
            }
            return lives.size() > n;
        });
        if (!came) return {"no life number " + std::to_string(n)};
        return lives[n - 1];
    }
    // "done PID" of that life.
    int pid_of(std::size_t n) { return std::stoi(life(n).back().substr(5)); }
    std::size_t open_descriptors() const {
        const fs::path all = "/proc/" + std::to_string(pid_) + "/fd";
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(all), fs::directory_iterator()));
    }
    // The supervisor has read all that the unit sent: it took READY=1, which came last.
    void until_ready() {
        ASSERT_TRUE(within(5s, [&] { return state_of("keeper") == "running"; }));
    }
};

std::string found(const std::string& name, int pid) {
    return "found " + name + " " + std::to_string(pid);
}

TEST_F(DescriptorsOverACrash, AUnitFindsWhatItsLastProcessHadKept) {
    start(a_keeper("\"keep\", \"key\"", 2));
    EXPECT_THAT(life(1), Contains("found key nothing"));
    ::kill(pid_of(1), SIGKILL);
    EXPECT_THAT(life(2), Contains(found("key", pid_of(1))));
    ::kill(pid_of(2), SIGKILL);
    EXPECT_THAT(life(3), Contains(found("key", pid_of(2)))) << "the newest, and only once";
    EXPECT_THAT(life(3), Contains("environment clean"));
}

TEST_F(DescriptorsOverACrash, HandsOverEachUnderItsNameAndNothingElse) {
    start(a_keeper("\"keep\", \"a\", \"b\", \"c\", \"d\", \"e\"", 5));
    EXPECT_THAT(life(1), Contains("memories 0"));
    ::kill(pid_of(1), SIGKILL);
    for (const char* name : {"a", "b", "c", "d", "e"}) {
        EXPECT_THAT(life(2), Contains(found(name, pid_of(1))));
    }
    EXPECT_THAT(life(2), Contains("memories 5"));
}

TEST_F(DescriptorsOverACrash, AUnitWithoutAStoreLosesThem) {
    start(a_keeper("\"keep\", \"key\"", 0));
    ::kill(pid_of(1), SIGKILL);
    EXPECT_THAT(life(2), Contains("found key nothing"));
    EXPECT_THAT(life(2), Contains("memories 0"));
}

TEST_F(DescriptorsOverACrash, AFullStoreKeepsTheFirstOnes) {
    start(a_keeper("\"keep\", \"first\", \"second\"", 1));
    ::kill(pid_of(1), SIGKILL);
    EXPECT_THAT(life(2), Contains(found("first", pid_of(1))));
    EXPECT_THAT(life(2), Contains("found second nothing"));
}

TEST_F(DescriptorsOverACrash, WhatAUnitForgetsIsGone) {
    start(a_keeper("\"keep-once\", \"key\"", 2));
    ::kill(pid_of(1), SIGKILL);
    EXPECT_THAT(life(2), Contains(found("key", pid_of(1))));
    ::kill(pid_of(2), SIGKILL);
    EXPECT_THAT(life(3), Contains("found key nothing"));
}

TEST_F(DescriptorsOverACrash, StoppingTheSupervisorLosesThem) {
    start(a_keeper("\"keep\", \"key\"", 2));
    ASSERT_THAT(life(1), Contains("found key nothing"));
    EXPECT_EQ(end(SIGTERM), 0);
    start(a_keeper("\"keep\", \"key\"", 2));
    EXPECT_THAT(life(2), Contains("found key nothing"));
}

TEST_F(DescriptorsOverACrash, WhatArrivesUnaskedIsClosed) {
    start(a_keeper("\"spill\"", 16));
    ASSERT_GT(pid_of(1), 0);
    until_ready();
    const std::size_t without = open_descriptors();
    EXPECT_EQ(end(SIGTERM), 0);
    fs::remove(run_ / "keeper.log");
    start(a_keeper("\"keep\", \"a\", \"b\"", 16));
    ASSERT_GT(pid_of(1), 0);
    until_ready();
    EXPECT_EQ(open_descriptors(), without + 2) << "the spilt ones would have filled the store";
}

}  // namespace
