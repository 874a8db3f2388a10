#include "storage/database_copy.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <algorithm>

#include "storage/durable_file.h"
#include "storage/row.h"

namespace sightline::storage {
namespace {

using base::Errc;
using base::Error;
namespace fs = std::filesystem;

constexpr int kPagesAtOnce = 256;
constexpr int kBusyTimeoutMs = 5000;

base::Result<void> copy_pages(SQLite::Database& from, const fs::path& to) {
    SQLite::Database copy(to.string(), SQLite::OPEN_READWRITE, kBusyTimeoutMs);
    // A crash leaves a file that nobody takes for a copy: it is synced as a whole before its name.
    copy.exec("PRAGMA journal_mode=OFF");
    copy.exec("PRAGMA synchronous=OFF");
    SQLite::Backup backup(copy, from);
    for (;;) {
        const int outcome = backup.executeStep(kPagesAtOnce);
        if (outcome == SQLITE_DONE) return {};
        if (outcome != SQLITE_OK) {
            return Error{Errc::Unavailable, "copy " + from.getFilename() +
                                                ": another program holds it; stop that one and "
                                                "try again"};
        }
    }
}

base::Result<void> check(const fs::path& file) {
    SQLite::Database copy(file.string(), SQLite::OPEN_READONLY, kBusyTimeoutMs);
    const std::string verdict = copy.execAndGet("PRAGMA integrity_check(1)").getString();
    if (verdict == "ok") return {};
    return Error{Errc::Malformed, "check " + file.string() + ": " + verdict +
                                      "; what it was copied from is damaged: use another backup"};
}

}  // namespace

base::Result<StoreMark> read_mark(const fs::path& file, Access access) {
    const auto refuse = [&](const std::string& why) {
        return Error{Errc::Malformed, "read " + file.string() + ": " + why};
    };
    try {
        SQLite::Database sqlite(
            file.string(),
            access == Access::ReadWrite ? SQLite::OPEN_READWRITE : SQLite::OPEN_READONLY,
            kBusyTimeoutMs);
        StoreMark mark;
        {
            SQLite::Statement store(
                sqlite,
                "SELECT id, epoch, coalesce((SELECT version FROM audit_leaf ORDER BY "
                "seq DESC LIMIT 1), version) FROM store");
            const Use row(store);
            if (!row->executeStep()) return refuse("no key has been set in it yet");
            const auto id = row.bytes(0);
            if (id.size() != mark.store.size()) return refuse("it is damaged");
            std::copy(id.begin(), id.end(), mark.store.begin());
            mark.epoch = row.number(1);
            mark.version = row.number(2);
        }
        mark.leaves = static_cast<std::uint64_t>(
            sqlite.execAndGet("SELECT count(*) FROM audit_leaf").getInt64());
        SQLite::Statement dossiers(sqlite, "SELECT id, version FROM dossier");
        const Use row(dossiers);
        while (row->executeStep()) {
            mark.dossiers.emplace(base::DossierId::from_value(row.number(0)), row.number(1));
        }
        return mark;
    } catch (const SQLite::Exception& e) {
        return refuse(std::string("it is no store of Sightline's, or damaged (") + e.what() + ")");
    }
}

base::Result<void> copy_database(SQLite::Database& from, const fs::path& to) {
    remove_database(to);
    if (auto made = create_private_file(to); !made) return made.error();
    base::Result<void> done;
    try {
        done = copy_pages(from, to);
        if (done) done = sync_path(to);
        if (done) done = check(to);
    } catch (const SQLite::Exception& e) {
        done = Error{Errc::Unavailable, "copy " + from.getFilename() + " to " + to.string() + ": " +
                                            e.what() +
                                            "; free space there, and check both disks and the "
                                            "system log"};
    }
    if (!done) remove_database(to);
    return done;
}

void remove_database(const fs::path& file) {
    std::error_code gone_already;
    for (const char* suffix : {"", "-journal", ".lock"}) {
        fs::remove(file.string() + suffix, gone_already);
    }
}

}  // namespace sightline::storage
