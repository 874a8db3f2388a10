// sync.db, opened: for this user alone, by one process alone, with the pragmas that keep every
// commit asserted, brought up to date, and every statement prepared. Throws sync::StoreFailure when
// it opens and SQLite::Exception afterwards, which `failure` makes one of. One thread.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>

#include <filesystem>
#include <string_view>

#include "appliance/base/descriptor.h"
#include "storage/sync/names.h"
#include "storage/sync/relay_store.h"

namespace sightline::storage::relay {

// One use of a prepared statement, which is ready for the next one afterwards. What is bound by
// `bytes` must outlive it; what `bytes_at` gives is good until the next row.
class Use {
  public:
    explicit Use(SQLite::Statement& statement) : statement_(statement) {}
    ~Use() { statement_.tryReset(); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

    Use& number(std::uint64_t value);
    Use& bytes(std::string_view value);
    Use& hash(const sync::OpHash& value);

    bool row() { return statement_.executeStep(); }
    void run() { statement_.exec(); }
    bool has(int column) { return !statement_.getColumn(column).isNull(); }
    std::uint64_t number_at(int column);
    std::string_view bytes_at(int column);
    sync::OpHash hash_at(int column);

  private:
    SQLite::Statement& statement_;
    int bound_ = 0;
};

sync::StoreFailure failure(const char* doing, const std::filesystem::path& file,
                           const SQLite::Exception& why);

// Held as long as this lives, so that a second hub finds out before it has read anything.
class HubLock {
  public:
    explicit HubLock(const std::filesystem::path& file);

  private:
    base::Descriptor descriptor_;
};

class SqliteConnection {
  public:
    explicit SqliteConnection(const std::filesystem::path& file);

  private:
    SQLite::Database sqlite_;  // before the statements, which go first

  public:
    SQLite::Statement begin{sqlite_, "BEGIN IMMEDIATE"};
    SQLite::Statement begin_reading{sqlite_, "BEGIN DEFERRED"};
    SQLite::Statement commit{sqlite_, "COMMIT"};
    SQLite::Statement rollback{sqlite_, "ROLLBACK"};
    SQLite::Statement position{sqlite_, "SELECT coalesce(max(position), 0) FROM op"};
    SQLite::Statement load{
        sqlite_,
        "SELECT s.chains, s.newest, c.id, c.seq, c.hash, f.incarnation, f.seq, f.had, f.offered"
        " FROM (SELECT count(*) AS chains, coalesce(max(incarnation), 0) AS newest"
        "       FROM chain WHERE site = ?1) AS s"
        " LEFT JOIN chain AS c ON c.site = ?1 AND c.incarnation = ?2"
        " LEFT JOIN fork AS f ON f.site = ?1"};
    SQLite::Statement hashes{
        sqlite_, "SELECT hash FROM op WHERE chain = ? AND seq >= ? ORDER BY seq LIMIT ?"};
    SQLite::Statement receipt{
        sqlite_, "SELECT seq, text FROM receipt WHERE chain = ? AND seq >= ? ORDER BY seq LIMIT 1"};
    SQLite::Statement insert_chain{
        sqlite_, "INSERT INTO chain (site, incarnation, seq, hash) VALUES (?, ?, 0, x'')"};
    SQLite::Statement update_chain{sqlite_, "UPDATE chain SET seq = ?, hash = ? WHERE id = ?"};
    SQLite::Statement insert_op{
        sqlite_, "INSERT INTO op (position, chain, seq, hash, text) VALUES (?, ?, ?, ?, ?)"};
    SQLite::Statement insert_receipt{sqlite_,
                                     "INSERT INTO receipt (chain, seq, text) VALUES (?, ?, ?)"};
    SQLite::Statement upsert_node{
        sqlite_,
        "INSERT INTO node (dossier, op, here, has_child) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET here = here | excluded.here,"
        "                           has_child = has_child | excluded.has_child"};
    SQLite::Statement insert_fork{
        sqlite_,
        "INSERT INTO fork (site, incarnation, seq, had, offered, proof) VALUES (?, ?, ?, ?, ?, ?)"};
    SQLite::Statement chains{sqlite_, "SELECT id, incarnation, seq FROM chain WHERE site = ?"};
    SQLite::Statement positions{
        sqlite_, "SELECT position FROM op WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?"};
    SQLite::Statement text{sqlite_, "SELECT text FROM op WHERE position = ?"};
    SQLite::Statement newest_receipts{
        sqlite_,
        "SELECT r.text FROM chain AS c JOIN receipt AS r ON r.chain = c.id AND r.seq = c.seq"
        " WHERE c.site = ? ORDER BY c.incarnation"};
    SQLite::Statement heads{
        sqlite_, "SELECT op FROM node WHERE dossier = ? AND here AND NOT has_child ORDER BY op"};
    SQLite::Statement forks{sqlite_, "SELECT site, incarnation, seq, had, offered FROM fork"};
    SQLite::Statement circles{sqlite_, "SELECT jws FROM circle ORDER BY delegation"};
    SQLite::Statement keep_circle{
        sqlite_,
        "INSERT INTO circle (delegation, number, jws) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET number = excluded.number, jws = excluded.jws"
        " WHERE number < excluded.number"};
    SQLite::Statement keep{sqlite_, "INSERT OR IGNORE INTO kept (name, text) VALUES (?, ?)"};
    SQLite::Statement kept{sqlite_, "SELECT text FROM kept WHERE name = ?"};

    std::uint64_t last_row() const {
        return static_cast<std::uint64_t>(sqlite_.getLastInsertRowid());
    }
};

}  // namespace sightline::storage::relay
