#include "tests/support/crash_vfs.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <utility>

#include "appliance/base/check.h"

namespace sightline::tests {
namespace {

struct Handle {
    CrashVfs& vfs;
    FileId id = 0;
    std::string path;  // empty: a temporary file, which `scratch` holds
    base::Bytes scratch;
    bool sync_directory = false;
    bool delete_on_close = false;
    int lock = SQLITE_LOCK_NONE;
};
struct OpenFile {
    sqlite3_file base;
    Handle* handle;
};
Handle& handle_of(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file)->handle; }

std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

// No file grows beyond: damage that names a page far out must not fill the machine's memory.
constexpr std::uint64_t kDiskBytes = 64 << 20;

// Whether this call is the nth.
bool due(std::optional<std::size_t>& nth) {
    if (!nth || --*nth > 0) return false;
    nth.reset();
    return true;
}

}  // namespace

// The C functions that SQLite calls; what a method has to do is in sqlite3.h at sqlite3_vfs and
// sqlite3_io_methods.
struct VfsCalls {
    static CrashVfs& self(sqlite3_vfs* vfs) { return *static_cast<CrashVfs*>(vfs->pAppData); }

    static int open(sqlite3_vfs* base, const char* name, sqlite3_file* file, int flags, int* out) {
        CrashVfs& vfs = self(base);
        file->pMethods = nullptr;
        auto handle = std::make_unique<Handle>(Handle{vfs, 0, name == nullptr ? "" : name, {}});
        handle->delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
        if (name != nullptr && !find_or_create(vfs, *handle, flags)) return SQLITE_CANTOPEN;
        ++vfs.open_files_;
        reinterpret_cast<OpenFile*>(file)->handle = handle.release();
        file->pMethods = &kMethods;
        if (out != nullptr) *out = flags;
        return SQLITE_OK;
    }

    static bool find_or_create(CrashVfs& vfs, Handle& handle, int flags) {
        const bool create = (flags & SQLITE_OPEN_CREATE) != 0;
        constexpr int kNamedJournals =
            SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
        handle.sync_directory = create && (flags & kNamedJournals) != 0;
        if (!vfs.disk_->find(handle.path)) {
            const bool made_before =
                (flags & SQLITE_OPEN_MAIN_DB) != 0 && std::filesystem::exists(handle.path);
            if (!create && !made_before) return false;
            if (!vfs.perform({.kind = Event::Kind::Create, .path = handle.path})) return false;
        }
        handle.id = vfs.disk_->find(handle.path).value();
        return true;
    }

    static int close(sqlite3_file* file) {
        Handle* handle = &handle_of(file);
        unlock(file, SQLITE_LOCK_NONE);
        if (handle->delete_on_close && !handle->path.empty()) {
            handle->vfs.perform({.kind = Event::Kind::Unlink, .path = handle->path});
        }
        --handle->vfs.open_files_;
        delete handle;
        return SQLITE_OK;
    }

    static int read(sqlite3_file* file, void* to, int amount, sqlite3_int64 offset) {
        Handle& handle = handle_of(file);
        CrashVfs& vfs = handle.vfs;
        bool short_read = false;
        if (!handle.path.empty()) {
            if (!vfs.power_) return SQLITE_IOERR_READ;
            ++vfs.calls_.reads;
            if (due(vfs.faults_.read_fails)) return SQLITE_IOERR_READ;
            short_read = due(vfs.faults_.read_is_short);
        }
        const base::Bytes& bytes =
            handle.path.empty() ? handle.scratch : vfs.disk_->contents(handle.id);
        const auto from = std::min<std::size_t>(static_cast<std::size_t>(offset), bytes.size());
        const auto wanted = static_cast<std::size_t>(amount);
        std::size_t there = std::min(wanted, bytes.size() - from);
        if (short_read) there /= 2;
        if (there > 0) std::memcpy(to, bytes.data() + from, there);
        if (there == wanted) return SQLITE_OK;
        std::memset(static_cast<char*>(to) + there, 0, wanted - there);
        return SQLITE_IOERR_SHORT_READ;
    }

    static int write(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
        Handle& handle = handle_of(file);
        const auto* first = static_cast<const std::uint8_t*>(from);
        const auto at = static_cast<std::uint64_t>(offset);
        if (handle.path.empty()) {
            const std::size_t end = at + static_cast<std::size_t>(amount);
            if (handle.scratch.size() < end) handle.scratch.resize(end);
            std::memcpy(handle.scratch.data() + at, first, static_cast<std::size_t>(amount));
            return SQLITE_OK;
        }
        ++handle.vfs.calls_.writes;
        if (at + static_cast<std::uint64_t>(amount) > kDiskBytes) return SQLITE_FULL;
        if (due(handle.vfs.faults_.write_is_full)) return SQLITE_FULL;
        const bool done = handle.vfs.perform({.kind = Event::Kind::Write,
                                              .file = handle.id,
                                              .offset = at,
                                              .bytes = {first, first + amount}});
        return done ? SQLITE_OK : SQLITE_IOERR_WRITE;
    }

    static int truncate(sqlite3_file* file, sqlite3_int64 size) {
        Handle& handle = handle_of(file);
        if (static_cast<std::uint64_t>(size) > kDiskBytes) return SQLITE_FULL;
        if (handle.path.empty()) {
            handle.scratch.resize(static_cast<std::size_t>(size));
            return SQLITE_OK;
        }
        const bool done = handle.vfs.perform({.kind = Event::Kind::Resize,
                                              .file = handle.id,
                                              .offset = static_cast<std::uint64_t>(size)});
        return done ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
    }

    static int sync(sqlite3_file* file, int) {
        Handle& handle = handle_of(file);
        if (handle.path.empty()) return SQLITE_OK;
        ++handle.vfs.calls_.syncs;
        const bool fails = due(handle.vfs.faults_.sync_fails);
        if (!handle.vfs.perform(
                {.kind = Event::Kind::SyncFile, .file = handle.id, .fails = fails}) ||
            fails) {
            return SQLITE_IOERR_FSYNC;
        }
        if (!handle.sync_directory) return SQLITE_OK;
        handle.sync_directory = false;
        return sync_directory(handle.vfs, handle.path);
    }

    static int sync_directory(CrashVfs& vfs, const std::string& path) {
        const bool done =
            vfs.perform({.kind = Event::Kind::SyncDirectory, .path = directory_of(path)});
        return done ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;
    }

    static int size(sqlite3_file* file, sqlite3_int64* out) {
        Handle& handle = handle_of(file);
        *out = static_cast<sqlite3_int64>(handle.path.empty()
                                              ? handle.scratch.size()
                                              : handle.vfs.disk_->contents(handle.id).size());
        return SQLITE_OK;
    }

    // The five levels of sqlite.org/lockingv3.html.
    static int lock(sqlite3_file* file, int wanted) {
        Handle& handle = handle_of(file);
        if (handle.lock >= wanted || handle.path.empty()) return SQLITE_OK;
        auto& locks = handle.vfs.locks_of(handle.id);
        if (wanted == SQLITE_LOCK_SHARED) {
            if (locks.pending || locks.exclusive) return SQLITE_BUSY;
            ++locks.shared;
        } else if (wanted == SQLITE_LOCK_RESERVED) {
            if (locks.reserved || locks.pending || locks.exclusive) return SQLITE_BUSY;
            locks.reserved = true;
        } else {
            // A hot journal is rolled back from SHARED to EXCLUSIVE without RESERVED between.
            const bool mine = handle.lock >= SQLITE_LOCK_RESERVED;
            if (!mine && locks.reserved) return SQLITE_BUSY;
            if (handle.lock < SQLITE_LOCK_PENDING) {
                if (locks.pending || locks.exclusive) return SQLITE_BUSY;
                locks.pending = true;
                if (mine) locks.reserved = false;
                handle.lock = SQLITE_LOCK_PENDING;
            }
            if (locks.shared > 1) return SQLITE_BUSY;  // one is ours
            locks.exclusive = true;
        }
        handle.lock = wanted;
        return SQLITE_OK;
    }

    static int unlock(sqlite3_file* file, int wanted) {
        Handle& handle = handle_of(file);
        if (handle.lock <= wanted || handle.path.empty()) return SQLITE_OK;
        auto& locks = handle.vfs.locks_of(handle.id);
        if (handle.lock == SQLITE_LOCK_RESERVED) locks.reserved = false;
        if (handle.lock >= SQLITE_LOCK_PENDING) locks.pending = locks.exclusive = false;
        if (wanted == SQLITE_LOCK_NONE) --locks.shared;
        handle.lock = wanted;
        return SQLITE_OK;
    }

    static int check_reserved(sqlite3_file* file, int* out) {
        const auto& locks = handle_of(file).vfs.locks_of(handle_of(file).id);
        *out = locks.reserved || locks.pending || locks.exclusive ? 1 : 0;
        return SQLITE_OK;
    }

    static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }

    static int sector_size(sqlite3_file* file) {
        return static_cast<int>(handle_of(file).vfs.disk_->settings().sector_bytes);
    }

    static int characteristics(sqlite3_file* file) {
        return handle_of(file).vfs.disk_->settings().overwrite == Overwrite::PowerSafe
                   ? SQLITE_IOCAP_POWERSAFE_OVERWRITE
                   : 0;
    }

    static int remove(sqlite3_vfs* base, const char* name, int sync_it) {
        CrashVfs& vfs = self(base);
        if (!vfs.disk_->find(name)) return SQLITE_IOERR_DELETE_NOENT;
        if (!vfs.perform({.kind = Event::Kind::Unlink, .path = name})) return SQLITE_IOERR_DELETE;
        return (sync_it & 1) != 0 ? sync_directory(vfs, name) : SQLITE_OK;
    }

    static int access(sqlite3_vfs* base, const char* name, int flags, int* out) {
        CrashVfs& vfs = self(base);
        const auto file = vfs.disk_->find(name);
        *out = file && (flags != SQLITE_ACCESS_EXISTS || !vfs.disk_->contents(*file).empty());
        return SQLITE_OK;
    }

    static int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
        const std::string path = std::filesystem::absolute(name).lexically_normal();
        if (path.size() >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
        std::memcpy(out, path.c_str(), path.size() + 1);
        return SQLITE_OK;
    }

    static int randomness(sqlite3_vfs* base, int size, char* out) {
        for (int i = 0; i < size; ++i) out[i] = static_cast<char>(self(base).dice_.next());
        return size;
    }
    static int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
    static int last_error(sqlite3_vfs*, int, char*) { return 0; }
    static int time_ms(sqlite3_vfs*, sqlite3_int64* out) {
        *out = 212'639'126'400'000;  // 2026-03-01T12:00Z as a Julian day, in milliseconds
        return SQLITE_OK;
    }
    static int time_days(sqlite3_vfs* base, double* out) {
        sqlite3_int64 ms = 0;
        time_ms(base, &ms);
        *out = static_cast<double>(ms) / 86'400'000.0;
        return SQLITE_OK;
    }

    static const sqlite3_io_methods kMethods;
};

const sqlite3_io_methods VfsCalls::kMethods = [] {
    sqlite3_io_methods m{};
    m.iVersion = 1;
    m.xClose = close;
    m.xRead = read;
    m.xWrite = write;
    m.xTruncate = truncate;
    m.xSync = sync;
    m.xFileSize = size;
    m.xLock = lock;
    m.xUnlock = unlock;
    m.xCheckReservedLock = check_reserved;
    m.xFileControl = control;
    m.xSectorSize = sector_size;
    m.xDeviceCharacteristics = characteristics;
    return m;
}();

CrashVfs::CrashVfs(std::string name) : name_(std::move(name)) {
    vfs_.iVersion = 2;
    vfs_.szOsFile = sizeof(OpenFile);
    vfs_.mxPathname = 512;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.xOpen = VfsCalls::open;
    vfs_.xDelete = VfsCalls::remove;
    vfs_.xAccess = VfsCalls::access;
    vfs_.xFullPathname = VfsCalls::full_path;
    vfs_.xRandomness = VfsCalls::randomness;
    vfs_.xSleep = VfsCalls::sleep;
    vfs_.xCurrentTime = VfsCalls::time_days;
    vfs_.xGetLastError = VfsCalls::last_error;
    vfs_.xCurrentTimeInt64 = VfsCalls::time_ms;
    CHECK(sqlite3_vfs_register(&vfs_, 1) == SQLITE_OK);
    boot({});
}

CrashVfs::~CrashVfs() {
    CHECK(open_files_ == 0);
    sqlite3_vfs_unregister(&vfs_);
}

void CrashVfs::boot(DiskSettings settings, const Image& image, std::uint64_t seed) {
    CHECK(open_files_ == 0);
    disk_ = std::make_unique<Disk>(settings, image);
    trace_.clear();
    locks_.clear();
    hook_ = nullptr;
    power_ = true;
    faults_ = {};
    calls_ = {};
    dice_ = Dice(seed);
    sqlite3_randomness(0, nullptr);  // seeds itself from xRandomness at its next use
}

void CrashVfs::inject(const Faults& faults) {
    faults_ = faults;
    calls_ = {};
}

bool CrashVfs::perform(Event event) {
    if (power_ && hook_) power_ = hook_(event) == Power::On;
    if (!power_) return false;
    disk_->apply(event);
    trace_.push_back(std::move(event));
    return true;
}

void CrashVfs::flip_bit(const std::string& path, std::uint64_t bit) {
    disk_->flip_bit(disk_->find(path).value(), bit);
}

}  // namespace sightline::tests
