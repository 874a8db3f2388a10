// The explorer over workloads whose answers are known, and over the kiosk's record. The controls
// come first: an instrument that finds no loss in DELETE/FULL proves nothing about anything else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "tests/crash/crash_explorer.h"
#include "tests/crash/fault_explorer.h"
#include "tests/crash/raw_workload.h"
#include "tests/crash/store_workload.h"
#include "tests/support/temporary_directory.h"

namespace sightline::tests {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

DiskSettings disk(std::size_t sector_bytes, Overwrite overwrite) {
    return {sector_bytes, overwrite, Tearing::OneSectorPerFile};
}

class CrashTest : public testing::Test {
  protected:
    Report sweep(Workload& workload, std::size_t states, const DiskSettings& settings = {}) {
        Report report = CrashExplorer(vfs_, workload, {1, states, settings, 4}).run();
        std::cout << report.table();
        return report;
    }
    CrashVfs vfs_{"crash"};
};

TEST_F(CrashTest, DeletedJournalsComeBackAndUndoAcknowledgedCommits) {
    RawWorkload workload({"DELETE", "FULL", 4096});
    const Report report = sweep(workload, 2000);
    EXPECT_GT(report.total.lost, 0u);
    // The file shrinks after the unlink: a journal that comes back then undoes half of a VACUUM.
    EXPECT_GT(report.total.corrupt, 0u);
}

TEST_F(CrashTest, SyncingTheDirectoryAfterTheUnlinkKeepsThem) {
    RawWorkload workload({"DELETE", "EXTRA", 4096});
    const Report report = sweep(workload, 2000);
    EXPECT_EQ(report.total.lost + report.total.corrupt, 0u);
}

TEST_F(CrashTest, WithoutSyncsMuchIsLostAndDamaged) {
    RawWorkload workload({"TRUNCATE", "OFF", 4096});
    const Report report = sweep(workload, 2000);
    EXPECT_GT(report.total.lost, 0u);
    EXPECT_GT(report.total.corrupt, 0u);
}

TEST_F(CrashTest, AWriteAheadLogAtNormalLosesAcknowledgedCommits) {
    RawWorkload workload({"WAL", "NORMAL", 4096});
    const Report report = sweep(workload, 2000);
    EXPECT_GT(report.total.lost, 0u);
    EXPECT_EQ(report.total.corrupt, 0u);
}

struct DiskCase {
    std::size_t sector_bytes;
    Overwrite overwrite;
    int page_bytes;
};
class TruncateFullTest : public CrashTest, public testing::WithParamInterface<DiskCase> {};

TEST_P(TruncateFullTest, LosesNothing) {
    RawWorkload workload({"TRUNCATE", "FULL", GetParam().page_bytes});
    const Report report =
        sweep(workload, 2000, disk(GetParam().sector_bytes, GetParam().overwrite));
    EXPECT_EQ(report.total.states, 2000u);
    EXPECT_GT(report.total.second_cuts, 0u);
    EXPECT_EQ(report.total.lost, 0u);
    EXPECT_EQ(report.total.corrupt, 0u);
}
INSTANTIATE_TEST_SUITE_P(Disks, TruncateFullTest,
                         testing::Values(DiskCase{4096, Overwrite::Unsafe, 4096},
                                         DiskCase{512, Overwrite::Unsafe, 4096},
                                         DiskCase{4096, Overwrite::Unsafe, 1024},
                                         DiskCase{4096, Overwrite::PowerSafe, 4096},
                                         DiskCase{512, Overwrite::PowerSafe, 4096}));

TEST_F(CrashTest, TheStoreLosesNothing) {
    const TemporaryDirectory directory;
    StoreWorkload workload(directory.path(), DeviceKind::Memory, 1, StoreWorkload::kOneOfEach);
    const Report report = sweep(workload, 2500);
    EXPECT_EQ(report.total.lost, 0u);
    EXPECT_EQ(report.total.corrupt, 0u);
}

TEST_F(CrashTest, AFailureIsFoundAgainFromItsSeedAndNumber) {
    RawWorkload workload({"DELETE", "FULL", 4096});
    const Sweep sweep{7, 1000, {}, 4};
    CrashExplorer explorer(vfs_, workload, sweep);
    const Report report = explorer.run();
    ASSERT_FALSE(report.failures.empty());
    const Failure& failure = report.failures.front();
    EXPECT_THAT(explorer.replay(failure.number), HasSubstr("LOST: " + failure.what));
    // By another explorer too, which records the workload anew.
    EXPECT_THAT(CrashExplorer(vfs_, workload, sweep).replay(failure.number),
                HasSubstr("LOST: " + failure.what));
}

class FaultTest : public CrashTest, public testing::WithParamInterface<Fault> {};

TEST_P(FaultTest, LeaveNothingHalfDoneAndLoseNothingAcknowledged) {
    RawWorkload raw({});
    const TemporaryDirectory directory;
    StoreWorkload store(directory.path(), DeviceKind::Memory, 1, StoreWorkload::kOneOfEach);
    for (Workload* workload : {static_cast<Workload*>(&raw), static_cast<Workload*>(&store)}) {
        const FaultReport report = explore_faults(vfs_, *workload, {}, 1, GetParam());
        std::cout << report.runs << " faults, " << report.refused << " refused (" << report.happened
                  << " there all the same), " << report.states << " states\n";
        EXPECT_THAT(report.violations, IsEmpty());
    }
}
INSTANTIATE_TEST_SUITE_P(Faults, FaultTest,
                         testing::Values(Fault::WriteIsFull, Fault::SyncFails, Fault::ReadFails));

// SQLite takes a short read for the end of the file and the rest for zeros, so it cannot notice.
// This is the control of the fault explorer, and the reason why a store wants to check its pages.
TEST_F(CrashTest, AShortReadIsNotNoticedAndDoesDamage) {
    RawWorkload workload({});
    EXPECT_THAT(explore_faults(vfs_, workload, {}, 1, Fault::ReadIsShort).violations,
                Not(IsEmpty()));
}

}  // namespace
}  // namespace sightline::tests
