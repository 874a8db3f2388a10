#include "storage/database.h"

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "storage/schema/steps.h"

namespace sightline::storage {
namespace {

constexpr int kBusyTimeoutMs = 5000;

constexpr const char* kReadOnlyDisk =
    "; the disk is read-only, mostly after an error of its own, which the system log names: repair "
    "or replace it, then restart";

// Whatever SQLite makes of it: a write to such a disk is an input or output error to it, an opening
// a want of permission. Tried, because a file system that gave up need not say so in its flags.
bool on_read_only_disk(const std::filesystem::path& file) {
    const int probe = ::open(file.parent_path().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    const int why = errno;
    if (probe >= 0) ::close(probe);
    return probe < 0 && why == EROFS;
}

int open_private(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        const int why = errno;
        throw StorageError("open " + file.string() + ": " + std::strerror(why) +
                           (why == ENOENT  ? "; create the directory or correct --state"
                            : why == EROFS ? kReadOnlyDisk
                            : why == ENOSPC
                                ? "; free space on that disk"
                                : "; give this program's user write access or correct --state"));
    }
    struct stat status {};
    if (::fstat(descriptor, &status) == 0 && (status.st_mode & 077) != 0) {
        ::fchmod(descriptor, 0600);
    }
    return descriptor;
}

const char* remedy(int code) {
    switch (code & 0xff) {
        case SQLITE_CANTOPEN:
            return "; check that --state names the kiosk's directory";
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return "; give this program's user write access to the file";
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            return "; it is damaged: put it aside and restore the last backup with `sightline "
                   "restore`";
        case SQLITE_FULL:
            return "; free space on that disk";
        case SQLITE_IOERR:
            return "; check the disk and the system log";
        case SQLITE_BUSY:
            return "; another program holds it: stop that one and try again";
        default:
            return "";
    }
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& file) : descriptor_(open_private(file)) {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
    ::close(descriptor_);
    throw StorageError("lock " + file.string() +
                       ": another sightline-kiosk is using this state directory; stop it or give "
                       "--state another");
}
FileLock::~FileLock() { ::close(descriptor_); }

Database::Database(const std::filesystem::path& file, Access access)
    : file_(file), access_(access) {
    if (access == Access::ReadWrite) {
        lock_ = std::make_unique<FileLock>(file.string() + ".lock");
        ::close(open_private(file));  // before SQLite has locks on it
    }
    connect();
}

void Database::reconnect() {
    sqlite_.reset();
    connect();
}

void Database::connect() {
    try {
        sqlite_ = std::make_unique<SQLite::Database>(
            file_.string(),
            access_ == Access::ReadWrite ? SQLite::OPEN_READWRITE : SQLite::OPEN_READONLY,
            kBusyTimeoutMs);
        set_and_assert_pragmas();
        const int version = schema_version();
        if (version < 0) {
            throw StorageError("open " + file_.string() + ": schema " + std::to_string(version) +
                               " is none" + remedy(SQLITE_CORRUPT));
        }
        if (version > newest_schema_version()) {
            throw StorageError("open " + file_.string() + ": a newer Sightline wrote it (schema " +
                               std::to_string(version) + ", this one knows " +
                               std::to_string(newest_schema_version()) + "); update this program");
        }
        if (access_ == Access::ReadWrite) {
            migrate();
        } else if (version < newest_schema_version()) {
            throw StorageError(
                "open " + file_.string() +
                ": an older Sightline wrote it; start sightline-kiosk once to bring it "
                "up to date");
        }
    } catch (const SQLite::Exception& e) {
        throw error("open", e);
    }
}

Database::~Database() = default;

int Database::newest_schema_version() { return static_cast<int>(schema::kSteps.size()); }

int Database::schema_version() const { return sqlite_->execAndGet("PRAGMA user_version").getInt(); }

StorageError Database::error(std::string_view doing, const SQLite::Exception& why) const {
    return StorageError(std::string(doing) + " " + file_.string() + ": " + why.what() +
                        (on_read_only_disk(file_) ? kReadOnlyDisk : remedy(why.getErrorCode())));
}

void Database::set_and_assert_pragmas() {
    const auto assert_is = [&](const char* pragma, const std::string& wanted) {
        const std::string is = sqlite_->execAndGet("PRAGMA " + std::string(pragma)).getString();
        if (is != wanted) {
            throw StorageError(
                "open " + file_.string() + ": SQLite left " + pragma + " at " + is + " where " +
                wanted +
                " is needed to keep every write; check the file system and the SQLite "
                "library");
        }
    };
    sqlite_->exec("PRAGMA foreign_keys=ON");
    assert_is("foreign_keys", "1");
    sqlite_->exec("PRAGMA trusted_schema=OFF");
    sqlite_->exec("PRAGMA cell_size_check=ON");
    if (access_ == Access::ReadOnly) return;
    // The pragma answers with the mode it could set; asking again is the assertion.
    sqlite_->execAndGet("PRAGMA journal_mode=TRUNCATE");
    sqlite_->exec("PRAGMA synchronous=FULL");
    assert_is("journal_mode", "truncate");
    assert_is("synchronous", "2");
}

void Database::migrate() { migrate_to(*sqlite_, newest_schema_version()); }

void migrate_to(SQLite::Database& sqlite, int version) {
    for (int next = sqlite.execAndGet("PRAGMA user_version").getInt() + 1; next <= version;
         ++next) {
        SQLite::Transaction transaction(sqlite, SQLite::TransactionBehavior::IMMEDIATE);
        sqlite.exec(schema::kSteps.at(static_cast<std::size_t>(next - 1)));
        sqlite.exec("PRAGMA user_version=" + std::to_string(next));
        transaction.commit();
    }
}

}  // namespace sightline::storage
