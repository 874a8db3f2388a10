// Lets the disk fail under a workload: for each operation its nth write, sync or read, for n = 1,
// 2, ... until the operation has no more of them.
//
// An operation that then throws was not acknowledged. What the open connection says must be what it
// said before, or what the operation would have made it, never something between. After a power cut
// at that moment the same holds for the file. Tried again on the same connection, it must succeed,
// and survive a power cut. An operation that succeeds in spite of the fault must survive one too.
//
// Operations have to roll back before they throw. SQLite keeps a transaction open after a disk that
// was full if the statement could be undone alone, and may then write a page back unchanged that
// its journal does not have: a power cut that garbles that sector has damaged the file.
//
// A write that finds the disk full, a read or a sync fails once; a disk that stays broken is
// tests/crash/kill_sweep.cpp's matter. One thread.
#pragma once

#include <string>
#include <vector>

#include "tests/crash/workload.h"
#include "tests/support/crash_vfs.h"

namespace sightline::tests {

enum class Fault { WriteIsFull, SyncFails, ReadFails, ReadIsShort };

struct FaultReport {
    std::size_t runs = 0;
    std::size_t refused = 0;   // the operation threw
    std::size_t happened = 0;  // of them: it was there all the same
    std::size_t states = 0;    // power cuts looked at
    std::vector<std::string> violations;
};

// Both must be closed, and outlive the call.
FaultReport explore_faults(CrashVfs& vfs, Workload& workload, const DiskSettings& disk,
                           std::uint64_t seed, Fault fault);

}  // namespace sightline::tests
