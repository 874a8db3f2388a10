// The kiosk's record of interviews under the crash explorer: storage::Database and
// storage::SessionRepository as they are. The lock file lies in a real directory; the database is
// on whatever VFS is the default. Needs nothing of the production code.
#pragma once

#include <optional>

#include "storage/session_repository.h"
#include "tests/crash/workload.h"
#include "tests/support/temporary_directory.h"

namespace sightline::tests {

class RepositoryWorkload : public Workload {
  public:
    void open() override;
    void close() override;
    SQLite::Database& sqlite() override { return database_->sqlite(); }
    std::vector<Operation> operations() override;
    // What find() says of both interviews that the operations make, and every row there is.
    std::string digest() override;

  private:
    TemporaryDirectory directory_;
    std::optional<storage::Database> database_;
    std::optional<storage::SessionRepository> repository_;
};

}  // namespace sightline::tests
