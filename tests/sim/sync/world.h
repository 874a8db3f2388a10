// Two or three sites and a hub that sync over a bad network and fall over: a whole history from one
// number, the same whenever it is run again. At its end everything is mended, and `run` says what
// is not as it must be. Nothing here waits or reads a clock.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sightline::sim {

enum class Trouble : std::uint8_t {
    None,      // but loss, duplicates, reordering, cuts, crashes of sites and hub
    Clone,     // a site's disk is copied, and both go on
    Rollback,  // a site's disk is set back, and it does not know
    Restore,   // a site's disk is set back, and it begins a new incarnation
};

// Faults that somebody might build in. Each must be found by the checks at the end, or those are
// worth nothing.
enum class Sabotage : std::uint8_t {
    None,
    LastWriterWins,        // of two values the one with the later wall clock is shown
    GrantWins,             // of concurrent answers the friendliest is shown
    AppliesDuplicates,     // what comes again takes effect again
    ForgetsWaiting,        // what came before its parents takes no effect later
    SendsBeforeStoring,    // a site's op goes out before it is on the disk
    ReceiptBeforeStoring,  // the hub promises before it has stored
    TakesForks,            // the hub gives a receipt for a second past
};

struct Plan {
    std::uint64_t seed = 1;
    std::size_t sites = 2;
    std::size_t steps = 60;
    Trouble trouble = Trouble::None;
    Sabotage sabotage = Sabotage::None;
};

struct Outcome {
    std::vector<std::string> faults;   // empty: all is well
    std::vector<std::string> history;  // one line for each thing that happened; if it was asked for
    // What there was to go wrong.
    std::size_t ops = 0, duplicates = 0, gaps = 0, waited = 0, restarts = 0, lost = 0,
                conflicts = 0, withdrawals = 0, merges = 0, alarms = 0, forks_at_hub = 0;
};

enum class Keep : std::uint8_t { Nothing, History };
Outcome run(const Plan& plan, Keep keep = Keep::Nothing);

// For people: seed, faults, and the history of the fewest steps that still fails.
std::string report(const Plan& plan);

}  // namespace sightline::sim
