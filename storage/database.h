// The store's SQLite file: opened, checked and brought to the newest schema, or refused in a
// sentence. One writer connection with journal_mode=TRUNCATE and synchronous=FULL, so that a
// committed write survives a crash and a power cut. What is in it is sealed by Store, above. One
// thread.
#pragma once

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sightline::storage {

// Everything that goes wrong with the file: operation, file and what to do.
class StorageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

enum class Access { ReadWrite, ReadOnly };

// An advisory lock that ends with the process, whatever kills it.
class FileLock {
  public:
    // Creates the file with mode 0600 if missing, and takes group's and others' rights away if not.
    // Throws StorageError if it cannot, or if another process holds the lock.
    explicit FileLock(const std::filesystem::path& file);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

  private:
    int descriptor_;
};

class Database {
  public:
    // ReadWrite creates and migrates; ReadOnly changes nothing and refuses an older schema as well.
    // Throws StorageError.
    Database(const std::filesystem::path& file, Access access);
    ~Database();

    // A new connection in place of one that failed; the lock is kept. Throws StorageError.
    void reconnect();

    int schema_version() const;
    static int newest_schema_version();

    SQLite::Database& sqlite() { return *sqlite_; }
    const std::filesystem::path& file() const { return file_; }

    // The exception that `doing` something to this file failed with `why`.
    StorageError error(std::string_view doing, const SQLite::Exception& why) const;

  private:
    void connect();
    void set_and_assert_pragmas();
    void migrate();

    std::filesystem::path file_;
    const Access access_;
    // Beside the database, not on it: closing a descriptor of the database file itself would drop
    // the locks that SQLite holds through its own. Released after the connection.
    std::unique_ptr<FileLock> lock_;
    std::unique_ptr<SQLite::Database> sqlite_;
};

// Brings a connection from whatever version it has up to `version`; a step and its number commit
// together. Exposed for the tests, which start from every version.
void migrate_to(SQLite::Database& sqlite, int version);

}  // namespace sightline::storage
