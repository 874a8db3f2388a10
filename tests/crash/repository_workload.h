// The kiosk's record of interviews as a workload: storage::Database and storage::SessionRepository
// as they are, on whatever VFS is the default. The lock file lies in `directory`, which is real and
// must outlive this; so does the database, unless the default VFS keeps it elsewhere.
#pragma once

#include <filesystem>
#include <optional>

#include "storage/session_repository.h"
#include "tests/crash/workload.h"

namespace sightline::tests {

class RepositoryWorkload : public Workload {
  public:
    static constexpr std::size_t kOneOfEach = 12;

    // The same seed makes the same operations. One interview after the other runs through
    // everything the repository can do; each operation changes what is recorded.
    RepositoryWorkload(std::filesystem::path directory, std::uint64_t seed, std::size_t operations)
        : directory_(std::move(directory)), seed_(seed), count_(operations) {}

    void open() override;
    void close() override;
    SQLite::Database& sqlite() override { return database_->sqlite(); }
    std::vector<Operation> operations() override;
    // What find() says of every interview, and every row there is.
    std::string digest() override;

  private:
    std::filesystem::path directory_;
    std::uint64_t seed_;
    std::size_t count_;
    std::optional<storage::Database> database_;
    std::optional<storage::SessionRepository> repository_;
};

}  // namespace sightline::tests
