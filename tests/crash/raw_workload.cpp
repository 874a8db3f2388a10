#include "tests/crash/raw_workload.h"

#include <SQLiteCpp/Transaction.h>

namespace sightline::tests {

void RawWorkload::open() {
    sqlite_.emplace(file_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    const auto set = [&](const std::string& pragma) { sqlite_->tryExec("PRAGMA " + pragma); };
    if (modes_.journal == "WAL") set("locking_mode=EXCLUSIVE");
    set("page_size=" + std::to_string(modes_.page_bytes));
    set("journal_mode=" + modes_.journal);
    set("synchronous=" + modes_.synchronous);
    sqlite_->exec(
        "CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, about TEXT NOT NULL, text BLOB)");
}

std::vector<Operation> RawWorkload::operations() {
    const auto sql = [this](const char* name, const char* statement) {
        return Operation{name, [this, statement] { sqlite_->exec(statement); }};
    };
    // Rolls back when the statement throws, which autocommit does by itself.
    const auto transaction = [this](const char* name, const char* statement, int cache_pages) {
        return Operation{name, [this, statement, cache_pages] {
                             sqlite_->exec("PRAGMA cache_size=" + std::to_string(cache_pages));
                             SQLite::Transaction all(*sqlite_);
                             sqlite_->exec(statement);
                             all.commit();
                         }};
    };
    return {
        sql("insert a small row", "INSERT INTO note VALUES (1, 'small', 'a')"),
        sql("insert another", "INSERT INTO note VALUES (2, 'small', 'b')"),
        sql("insert a row over many pages",
            "INSERT INTO note VALUES (3, 'large', hex(zeroblob(12000)))"),
        sql("update a row in place", "UPDATE note SET text = 'c' WHERE id = 1"),
        sql("create an index", "CREATE INDEX note_about ON note (about)"),
        transaction("insert sixty rows",
                    "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 69) "
                    "INSERT INTO note SELECT i, 'many ' || (i % 7), hex(zeroblob(150)) FROM n",
                    -2000),
        sql("delete a row over many pages", "DELETE FROM note WHERE id = 3"),
        transaction("update rows with a cache that spills",
                    "UPDATE note SET text = text || 'x', about = about || id", 4),
        sql("reuse freed pages", "INSERT INTO note VALUES (4, 'large', hex(zeroblob(9000)))"),
        sql("update a row of many pages",
            "UPDATE note SET text = hex(zeroblob(9100)) WHERE id = 4"),
        sql("delete most rows", "DELETE FROM note WHERE id BETWEEN 12 AND 69"),
        sql("vacuum", "VACUUM"),
        sql("insert the last row", "INSERT INTO note VALUES (5, 'last', 'z')"),
    };
}

}  // namespace sightline::tests
