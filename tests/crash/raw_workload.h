// SQLite itself under the crash explorer, in whatever journal and synchronous mode: what proves the
// instrument, because the answers are known. DELETE/FULL loses acknowledged commits (the unlinked
// journal comes back; sqlite.org/pragma.html#pragma_synchronous, EXTRA), TRUNCATE/OFF breaks, and
// TRUNCATE/FULL does neither.
#pragma once

#include <optional>

#include "tests/crash/workload.h"

namespace sightline::tests {

struct RawModes {
    std::string journal = "TRUNCATE";
    std::string synchronous = "FULL";
    int page_bytes = 4096;
};

class RawWorkload : public Workload {
  public:
    explicit RawWorkload(RawModes modes, std::string file = "/disk/raw.db")
        : modes_(std::move(modes)), file_(std::move(file)) {}

    void open() override;
    void close() override { sqlite_.reset(); }
    SQLite::Database& sqlite() override { return *sqlite_; }
    // One of each kind that makes SQLite do something else: overflow pages, a cache that spills in
    // mid-transaction, freed pages, an index, a file that grows and shrinks.
    std::vector<Operation> operations() override;
    std::string digest() override { return dump(*sqlite_); }

  private:
    RawModes modes_;
    std::string file_;
    std::optional<SQLite::Database> sqlite_;
};

}  // namespace sightline::tests
