// Turns single bits of a sealed store at rest, of one whose power was cut in the middle of a
// commit, and of the journals of those; see flip_explorer.h. A process of its own does it, so that
// one that dies or does not answer is a finding, named by its number, and the next goes on after
// it.
//
//   flip_sweep --flips 10000 --seed 1      everything
//   flip_sweep --only 4711 --seed 1        one flip, told, in this process
//
// Exit 0: every flip was noticed or did no harm (with --control, a bare SQLite database: some were
// neither); 1: otherwise.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <functional>
#include <iostream>
#include <optional>

#include "appliance/base/descriptor.h"
#include "tests/crash/flip_explorer.h"
#include "tests/crash/raw_workload.h"
#include "tests/support/temporary_directory.h"

namespace {

using namespace sightline::tests;

constexpr int kPatienceMs = 60'000;  // for one flip
constexpr long kMaxKib = 512 << 10;  // of a process that does thousands of them
#ifdef __SANITIZE_ADDRESS__
constexpr bool kMemoryIsOurs = false;  // the sanitizer keeps what was freed
#else
constexpr bool kMemoryIsOurs = true;
#endif

// What one flip came to, small enough to pass a pipe whole.
struct Word {
    std::uint64_t number;
    FlipVerdict verdict;
    std::array<char, 480> what;
};
static_assert(sizeof(Word) <= 512, "POSIX: writes of up to PIPE_BUF >= 512 bytes are not torn");

using OneFlip = std::function<Flip(std::uint64_t)>;

// A database that seals nothing: the control.
class BareFlips {
  public:
    explicit BareFlips(CrashVfs& vfs, std::uint64_t seed) : vfs_(vfs), seed_(seed) {
        vfs_.boot({});
        const Opened opened(workload_);
        for (const auto& operation : workload_.operations()) operation.run();
        right_ = workload_.digest();
        image_ = vfs_.disk().running();
    }
    Flip one(std::uint64_t number) {
        Dice dice(seed_ ^ number);
        Image image = image_;
        auto& bytes = image.begin()->second;
        const std::size_t at = dice.below(bytes.size());
        bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1u << dice.below(8)));
        vfs_.boot({}, image);
        try {
            const Opened opened(workload_);
            return {workload_.digest() == right_ ? FlipVerdict::Harmless : FlipVerdict::Wrong,
                    "byte " + std::to_string(at)};
        } catch (const std::exception& e) {
            return {FlipVerdict::Noticed, e.what()};
        }
    }

  private:
    CrashVfs& vfs_;
    RawWorkload workload_{{"TRUNCATE", "FULL", 4096}};
    std::uint64_t seed_;
    std::string right_;
    Image image_;
};

class FlipSweep {
  public:
    FlipSweep(OneFlip one, std::uint64_t flips) : one_(std::move(one)), flips_(flips) {}

    void run() {
        while (next_ < flips_) {
            const std::string end = listen();
            if (next_ >= flips_) break;
            finding(next_, end);
            ++next_;
        }
    }
    std::size_t count(FlipVerdict verdict) const {
        return counts_[static_cast<std::size_t>(verdict)];
    }
    long peak_kib() const { return peak_kib_; }

  private:
    // Runs a process from the next flip on, and says how it ended.
    std::string listen() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
        const pid_t child = ::fork();
        if (child < 0) throw std::runtime_error("fork failed");
        if (child == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            speak(ends[1]);
        }
        const sightline::base::Descriptor from(ends[0]);
        ::close(ends[1]);
        std::string end;
        for (Word word{}; end.empty();) {
            pollfd ready{from.get(), POLLIN, 0};
            if (::poll(&ready, 1, kPatienceMs) == 0) {
                ::kill(child, SIGKILL);
                end = "it did not answer";
            } else if (::read(from.get(), &word, sizeof word) != sizeof word) {
                end = "the process died";
            } else {
                heard(word);
            }
        }
        int status = 0;
        rusage usage{};
        ::wait4(child, &status, 0, &usage);
        peak_kib_ = std::max(peak_kib_, usage.ru_maxrss);
        return WIFSIGNALED(status) ? end + " (signal " + std::to_string(WTERMSIG(status)) + ")"
                                   : end;
    }
    [[noreturn]] void speak(int to) {
        for (; next_ < flips_; ++next_) {
            const Flip flip = one_(next_);
            Word word{next_, flip.verdict, {}};
            std::strncpy(word.what.data(), flip.what.c_str(), word.what.size() - 1);
            if (::write(to, &word, sizeof word) != sizeof word) break;
        }
        ::_exit(0);
    }
    void heard(const Word& word) {
        ++counts_[static_cast<std::size_t>(word.verdict)];
        if (word.verdict == FlipVerdict::Wrong) tell(word.number, word.what.data());
        next_ = word.number + 1;
    }
    void finding(std::uint64_t number, const std::string& what) {
        ++counts_[static_cast<std::size_t>(FlipVerdict::Wrong)];
        tell(number, what);
    }
    void tell(std::uint64_t number, const std::string& what) {
        if (++told_ <= 20) std::cout << "WRONG flip " << number << ": " << what << std::endl;
    }

    OneFlip one_;
    std::uint64_t flips_;
    std::uint64_t next_ = 0;
    std::array<std::size_t, 5> counts_{};
    std::size_t told_ = 0;
    long peak_kib_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Turns single bits of a sealed store's files, and looks at what it then says.");
    std::uint64_t flips = 10'000, seed = 1;
    std::optional<std::uint64_t> only;
    bool control = false;
    app.add_option("--flips", flips);
    app.add_option("--seed", seed);
    app.add_option("--only", only, "this flip alone");
    app.add_flag("--control", control, "a bare SQLite database: expect wrong data");
    CLI11_PARSE(app, argc, argv);

    const auto begin = std::chrono::steady_clock::now();
    const TemporaryDirectory directory;
    CrashVfs vfs("flip");
    std::optional<FlipExplorer> explorer;
    std::optional<BareFlips> bare;
    OneFlip one;
    if (control) {
        bare.emplace(vfs, seed);
        one = [&](std::uint64_t number) { return bare->one(number); };
    } else {
        explorer.emplace(vfs, directory.path(), seed);
        one = [&](std::uint64_t number) { return explorer->one(number); };
        std::cout << "a database of " << explorer->database_bytes() << " bytes, and "
                  << explorer->hot() << " with hot journals" << std::endl;
    }
    if (only) {
        const Flip flip = one(*only);
        std::cout << kFlipVerdicts[static_cast<std::size_t>(flip.verdict)] << ": " << flip.what
                  << "\n";
        return 0;
    }
    FlipSweep sweep(one, flips);
    sweep.run();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf("flip_sweep seed=%llu flips=%llu", static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(flips));
    for (std::size_t i = 0; i < std::size(kFlipVerdicts); ++i) {
        std::printf(" %s=%zu", kFlipVerdicts[i], sweep.count(static_cast<FlipVerdict>(i)));
    }
    std::printf(" peak_mib=%ld seconds=%.1f\n", sweep.peak_kib() >> 10, took.count());
    if (kMemoryIsOurs && sweep.peak_kib() > kMaxKib) {
        std::cout << "a flip took more memory than it may\n";
        return 1;
    }
    return (sweep.count(FlipVerdict::Wrong) > 0) == control ? 0 : 1;
}
