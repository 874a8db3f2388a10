#include "tests/crash/workload.h"

#include <SQLiteCpp/Statement.h>

namespace sightline::tests {
namespace {

void append(std::string& out, const SQLite::Column& column) {
    const char* kinds = "?ifsbn";  // SQLITE_INTEGER is 1, SQLITE_NULL is 5
    out += kinds[column.getType()];
    out += std::to_string(column.getBytes()) + ":";
    out.append(static_cast<const char*>(column.getBlob()),
               static_cast<std::size_t>(column.getBytes()));
}

}  // namespace

Opened::Opened(Workload& workload) : workload_(workload) {
    try {
        workload_.open();
    } catch (...) {
        workload_.close();
        throw;
    }
}

std::string dump(SQLite::Database& sqlite) {
    std::string out;
    std::vector<std::string> tables;
    SQLite::Statement schema(
        sqlite, "SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name");
    while (schema.executeStep()) {
        const std::string name = schema.getColumn(1).getString();
        out += name + " " + schema.getColumn(2).getString() + "\n";
        if (schema.getColumn(0).getString() == "table") tables.push_back(name);
    }
    for (const std::string& table : tables) {
        out += table + "\n";
        // By rowid, or by primary key in a table without one.
        SQLite::Statement rows(sqlite, "SELECT * FROM \"" + table + "\"");
        while (rows.executeStep()) {
            for (int i = 0; i < rows.getColumnCount(); ++i) append(out, rows.getColumn(i));
            out += "\n";
        }
    }
    return out;
}

}  // namespace sightline::tests
