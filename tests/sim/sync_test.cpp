// Sync in the simulator: many seeded histories of two and three sites and a hub over a bad network,
// with crashes, clones and disks set back. The full number: SIGHTLINE_SYNC_HISTORIES=100000; one
// history again, with all that happened in it: SIGHTLINE_SYNC_SEED=n.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <iostream>

#include "tests/sim/sync/world.h"

namespace sightline::sim {
namespace {

std::uint64_t number_in(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Totals {
    std::uint64_t histories = 0;
    Outcome sum;
};

// Seeds from 1; two and three sites in turns. Stops at the first history that fails.
Totals run_all(Trouble trouble, std::uint64_t histories) {
    Totals totals;
    const std::uint64_t only = number_in("SIGHTLINE_SYNC_SEED", 0);
    for (std::uint64_t seed = only > 0 ? only : 1; seed <= (only > 0 ? only : histories); ++seed) {
        const Plan plan{seed, 2 + seed % 2, 60 + seed % 100, trouble};
        const Outcome outcome = run(plan);
        if (!outcome.faults.empty()) {
            ADD_FAILURE() << report(plan);
            break;
        }
        if (only > 0) std::cout << report(plan);
        ++totals.histories;
        Outcome& sum = totals.sum;
        sum.ops += outcome.ops;
        sum.duplicates += outcome.duplicates;
        sum.gaps += outcome.gaps;
        sum.waited += outcome.waited;
        sum.restarts += outcome.restarts;
        sum.lost += outcome.lost;
        sum.conflicts += outcome.conflicts;
        sum.withdrawals += outcome.withdrawals;
        sum.merges += outcome.merges;
        sum.alarms += outcome.alarms;
        sum.forks_at_hub += outcome.forks_at_hub;
    }
    const Outcome& sum = totals.sum;
    std::cout << totals.histories << " histories: " << sum.ops << " ops, " << sum.merges
              << " of them merges, " << sum.duplicates << " duplicates, " << sum.gaps << " gaps, "
              << sum.waited << " waited, " << sum.lost << " messages lost, " << sum.restarts
              << " restarts; " << sum.conflicts << " conflicts shown, " << sum.withdrawals
              << " disputed withdrawals in force, " << sum.alarms << " sites stopped, "
              << sum.forks_at_hub << " sites closed at the hub\n";
    return totals;
}

std::uint64_t wanted() { return number_in("SIGHTLINE_SYNC_HISTORIES", 600); }
bool is_whole_run() { return std::getenv("SIGHTLINE_SYNC_SEED") == nullptr; }

TEST(Sync, LosesNoEditAndAppliesNoneTwice) {
    const Totals totals = run_all(Trouble::None, wanted());
    if (!is_whole_run()) return;
    // What it is to survive has happened.
    for (const std::size_t often :
         {totals.sum.duplicates, totals.sum.gaps, totals.sum.waited, totals.sum.restarts,
          totals.sum.lost, totals.sum.conflicts, totals.sum.withdrawals, totals.sum.merges}) {
        EXPECT_GT(often, 0u);
    }
    EXPECT_EQ(totals.sum.alarms, 0u);
}

TEST(Sync, StopsAClonedSite) {
    const Totals totals = run_all(Trouble::Clone, wanted() / 4);
    EXPECT_GE(totals.sum.alarms, totals.histories);
    EXPECT_TRUE(!is_whole_run() || totals.sum.forks_at_hub > totals.histories / 2);
}

TEST(Sync, StopsASiteThatWasSetBackAndDoesNotKnow) {
    const Totals totals = run_all(Trouble::Rollback, wanted() / 4);
    EXPECT_TRUE(!is_whole_run() || (totals.sum.alarms > 0 && totals.sum.forks_at_hub > 0));
}

TEST(Sync, GivesASiteThatBeginsAnewAllOfItsOwnBack) {
    const Totals totals = run_all(Trouble::Restore, wanted() / 4);
    EXPECT_EQ(totals.sum.alarms, 0u);
}

TEST(Sync, PlaysTheSameHistoryAgain) {
    const Plan plan{77, 3, 60, Trouble::None};
    const Outcome once = run(plan, Keep::History);
    EXPECT_EQ(once.history, run(plan, Keep::History).history);
    EXPECT_GT(once.history.size(), 10u);
}

// The checks can fail: each fault that somebody might build in is found.
class SyncChecks : public testing::TestWithParam<std::pair<Sabotage, Trouble>> {};

TEST_P(SyncChecks, FindTheFault) {
    const auto [sabotage, trouble] = GetParam();
    std::size_t found = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const Plan plan{seed, 2 + seed % 2, 60 + seed % 100, trouble, sabotage};
        if (run(plan).faults.empty()) continue;
        ++found;
        if (found > 1) continue;
        EXPECT_NE(report(plan).find("FAULT"), std::string::npos);
    }
    EXPECT_GT(found, 5u);
    std::cout << found << " of 200 histories show it\n";
}

std::string name_of(const testing::TestParamInfo<SyncChecks::ParamType>& tried) {
    constexpr std::array<const char*, 8> kNames{"None",
                                                "LastWriterWins",
                                                "GrantWins",
                                                "AppliesDuplicates",
                                                "ForgetsWaiting",
                                                "SendsBeforeStoring",
                                                "ReceiptBeforeStoring",
                                                "TakesForks"};
    return kNames[static_cast<std::size_t>(tried.param.first)];
}

INSTANTIATE_TEST_SUITE_P(All, SyncChecks,
                         testing::Values(std::pair(Sabotage::LastWriterWins, Trouble::None),
                                         std::pair(Sabotage::GrantWins, Trouble::None),
                                         std::pair(Sabotage::AppliesDuplicates, Trouble::None),
                                         std::pair(Sabotage::ForgetsWaiting, Trouble::None),
                                         std::pair(Sabotage::SendsBeforeStoring, Trouble::None),
                                         std::pair(Sabotage::ReceiptBeforeStoring, Trouble::None),
                                         std::pair(Sabotage::TakesForks, Trouble::Clone)),
                         name_of);

}  // namespace
}  // namespace sightline::sim
