#include "storage/relay/sqlite_connection.h"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "appliance/base/random.h"
#include "storage/relay/sqlite_schema.h"

namespace sightline::storage::relay {
namespace {

constexpr int kBusyTimeoutMs = 5000;

const char* sqlite_remedy(int code) {
    switch (code & 0xff) {
        case SQLITE_CANTOPEN:
            return "; check that --store names a folder that is there";
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return "; give the hub's user write access to the file that --store names";
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            return "; it is damaged: put it aside and restore its backup, or give --store another "
                   "file";
        case SQLITE_FULL:
            return "; free space on the disk that --store names";
        case SQLITE_IOERR:
            return "; check the disk that --store names, and the system log";
        case SQLITE_BUSY:
            return "; another program holds it: stop that one";
        default:
            return "; check the disk that --store names";
    }
}

base::Descriptor open_for_the_hub_alone(const std::filesystem::path& file) {
    base::Descriptor open(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!open) {
        const int why = errno;
        throw sync::StoreFailure(
            "open " + file.string() + ": " + std::strerror(why) +
            (why == ENOENT   ? "; make the folder, or correct --store"
             : why == ENOSPC ? "; free space on the disk that --store names"
                             : "; give the hub's user write access to it, or correct --store"));
    }
    struct stat status {};
    if (::fstat(open.get(), &status) == 0 && (status.st_mode & 077) != 0) {
        ::fchmod(open.get(), 0600);
    }
    return open;
}

void assert_pragma(SQLite::Database& sqlite, const std::string& file, const std::string& pragma,
                   const std::string& wanted) {
    const std::string is = sqlite.execAndGet("PRAGMA " + pragma).getString();
    if (is == wanted) return;
    throw sync::StoreFailure("open " + file + ": SQLite left " + pragma + " at " + is + " where " +
                             wanted +
                             " is needed to keep every op; check the file system that "
                             "--store names, and the SQLite library");
}

void migrate_sqlite(SQLite::Database& sqlite, const std::string& file) {
    const auto newest = static_cast<int>(kSqliteSteps.size());
    const int version = sqlite.execAndGet("PRAGMA user_version").getInt();
    if (version < 0 || version > newest) {
        throw sync::StoreFailure("open " + file + ": a newer Sightline wrote it (schema " +
                                 std::to_string(version) + ", this one knows " +
                                 std::to_string(newest) +
                                 "); update this program, or give --store another file");
    }
    for (int next = version + 1; next <= newest; ++next) {
        SQLite::Transaction transaction(sqlite, SQLite::TransactionBehavior::IMMEDIATE);
        sqlite.exec(kSqliteSteps.at(static_cast<std::size_t>(next - 1)));
        sqlite.exec("PRAGMA user_version=" + std::to_string(next));
        transaction.commit();
    }
}

SQLite::Database open_database(const std::filesystem::path& file) {
    open_for_the_hub_alone(file);  // before SQLite has locks on it, which closing it would drop
    try {
        SQLite::Database sqlite(file.string(), SQLite::OPEN_READWRITE, kBusyTimeoutMs);
        sqlite.exec("PRAGMA trusted_schema=OFF");
        sqlite.exec("PRAGMA cell_size_check=ON");
        sqlite.exec("PRAGMA cache_size=-16384");  // KiB; the inner pages of all trees, for long
        // The pragma answers with the mode it could set; asking again is the assertion.
        sqlite.execAndGet("PRAGMA journal_mode=TRUNCATE");
        sqlite.exec("PRAGMA synchronous=FULL");
        assert_pragma(sqlite, file.string(), "journal_mode", "truncate");
        assert_pragma(sqlite, file.string(), "synchronous", "2");
        migrate_sqlite(sqlite, file.string());
        return sqlite;
    } catch (const SQLite::Exception& e) {
        throw failure("open", file, e);
    }
}

}  // namespace

Use& Use::number(std::uint64_t value) {
    statement_.bind(++bound_, static_cast<std::int64_t>(value));
    return *this;
}

Use& Use::bytes(std::string_view value) {
    statement_.bindNoCopy(++bound_, value.data(), static_cast<int>(value.size()));
    return *this;
}

Use& Use::hash(const sync::OpHash& value) { return bytes(base::as_text(value)); }

std::uint64_t Use::number_at(int column) {
    return static_cast<std::uint64_t>(statement_.getColumn(column).getInt64());
}

std::string_view Use::bytes_at(int column) {
    const SQLite::Column value = statement_.getColumn(column);
    const void* data = value.getBlob();
    if (data == nullptr) return {};
    return {static_cast<const char*>(data), static_cast<std::size_t>(value.getBytes())};
}

sync::OpHash Use::hash_at(int column) {
    sync::OpHash hash{};
    const std::string_view bytes = bytes_at(column);
    std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
    return hash;
}

sync::StoreFailure failure(const char* doing, const std::filesystem::path& file,
                           const SQLite::Exception& why) {
    const std::string what = std::string(doing) + " " + file.string() + ": " + why.what();
    sync::StoreFailure said(what + sqlite_remedy(why.getErrorCode()));
    return said;
}

HubLock::HubLock(const std::filesystem::path& file) : descriptor_(open_for_the_hub_alone(file)) {
    if (::flock(descriptor_.get(), LOCK_EX | LOCK_NB) == 0) return;
    throw sync::StoreFailure("lock " + file.string() +
                             ": another sightline-hub is using this store of sync; stop it, or "
                             "give --store another file; several nodes need a postgresql:// one");
}

SqliteConnection::SqliteConnection(const std::filesystem::path& file)
    : sqlite_(open_database(file)) {}

}  // namespace sightline::storage::relay
