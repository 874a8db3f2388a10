// A SQLite VFS on the modelled disk of crash_disk.h. Registered as the default, so that unchanged
// production code runs on it. It does to the disk what SQLite 3.40.1's unix VFS does to a
// directory (src/os_unix.c; the order of calls can be watched with
// `strace -e trace=openat,unlink,fdatasync sqlite3 ...`):
//
// - unixOpen notes (UNIXFILE_DIRSYNC) that the directory of a new journal or WAL is to be synced,
//   and the first unixSync of that file does it, after the file and before it returns. Nothing else
//   syncs the directory after a file was created; the database's own name gets there with it.
// - unixDelete unlinks, and syncs the directory only if asked to. The pager asks with
//   synchronous=EXTRA: with FULL the unlinked journal may be back after a power cut.
// - unixAccess(EXISTS) does not see an empty file.
// - Syncs are fdatasync(2), which writes the size too if the data cannot be read without it, as
//   after a truncation (fdatasync(2), Notes).
//
// xDeviceCharacteristics is 0, with Overwrite::PowerSafe SQLITE_IOCAP_POWERSAFE_OVERWRITE, which is
// what the unix VFS says (SQLITE_POWERSAFE_OVERWRITE=1). There is no shared memory, so WAL works
// with locking_mode=EXCLUSIVE only. Temporary files never reach the disk. Locks hold between the
// connections of this process. Time and randomness are fixed, so that a run can be repeated.
//
// A main database that is opened without SQLITE_OPEN_CREATE and is missing here, but there in the
// real file system, was made by open(2) before: it is created here too, with nothing in it.
//
// A file larger than 64 MiB does not fit: SQLITE_FULL.
//
// One thread; outlives every connection opened on it.
#pragma once

#include <sqlite3.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/crash_disk.h"

namespace sightline::tests {

// The nth call from now on, counted from 1, fails once. Calls on temporary files do not count.
struct Faults {
    std::optional<std::size_t> write_is_full = {};  // SQLITE_FULL; nothing is written
    std::optional<std::size_t> sync_fails = {};     // SQLITE_IOERR_FSYNC; see Disk::apply
    std::optional<std::size_t> read_fails = {};     // SQLITE_IOERR_READ
    std::optional<std::size_t> read_is_short = {};  // SQLITE_IOERR_SHORT_READ: half, the rest zeros
};
struct Calls {
    std::size_t reads = 0;
    std::size_t writes = 0;
    std::size_t syncs = 0;
};

enum class Power { On, Cut };

class CrashVfs {
  public:
    explicit CrashVfs(std::string name);
    ~CrashVfs();
    CrashVfs(const CrashVfs&) = delete;
    CrashVfs& operator=(const CrashVfs&) = delete;

    // A fresh machine with these files, all durable, and neither faults nor a hook. No connection
    // may be open. `seed` is for what SQLite draws: two machines must not make the same journals.
    void boot(DiskSettings settings, const Image& image = {}, std::uint64_t seed = 0);

    const Disk& disk() const { return *disk_; }
    // What happened since boot(), in order.
    const std::vector<Event>& trace() const { return trace_; }

    // Asked before each event. After Power::Cut every call fails and nothing changes any more.
    void before_each(std::function<Power(const Event&)> hook) { hook_ = std::move(hook); }
    // Counts start anew.
    void inject(const Faults& faults);
    const Calls& calls() const { return calls_; }

    // Turns one bit of what the disk holds, as rot does: no event. A connection may go on with what
    // it has cached.
    void flip_bit(const std::string& path, std::uint64_t bit);

  private:
    friend struct VfsCalls;
    struct Locks {
        int shared = 0;
        bool reserved = false;
        bool pending = false;
        bool exclusive = false;
    };
    bool perform(Event event);  // false: the power is off
    Locks& locks_of(FileId file) { return locks_[file]; }

    std::string name_;
    sqlite3_vfs vfs_{};
    std::unique_ptr<Disk> disk_;
    std::vector<Event> trace_;
    std::function<Power(const Event&)> hook_;
    bool power_ = true;
    Faults faults_;
    Calls calls_;
    std::map<FileId, Locks> locks_;
    std::size_t open_files_ = 0;
    Dice dice_{0};
};

}  // namespace sightline::tests
