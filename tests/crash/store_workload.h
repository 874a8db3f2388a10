// The sealed store as a workload: every way it is written to, on whatever VFS is the default. The
// lock file and, with DeviceKind::Files, the device's secrets lie in `directory`, which is real and
// must outlive this; so does the database, unless the default VFS keeps it elsewhere.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "storage/case_repository.h"
#include "storage/erasure.h"
#include "storage/interview_repository.h"
#include "storage/store.h"
#include "tests/crash/workload.h"
#include "tests/support/memory_device.h"

namespace sightline::tests {

enum class DeviceKind { Memory, Files };

class StoreWorkload : public Workload {
  public:
    static constexpr std::size_t kOneOfEach = 29;

    // The same seed makes the same operations. One case after the other runs through everything
    // that is ever written; each operation changes what the store says.
    StoreWorkload(std::filesystem::path directory, DeviceKind kind, std::uint64_t seed,
                  std::size_t operations);
    ~StoreWorkload() override;

    void open() override;
    void close() override;
    SQLite::Database& sqlite() override { return store_->database().sqlite(); }
    std::vector<Operation> operations() override;
    // Every dossier, its terms, records and log, and the certificates.
    std::string digest() override;
    Outside* outside() override { return memory_; }
    storage::Store& store() { return *store_; }  // while it is open

  private:
    struct Script;
    hardware::DeviceSecret& device();

    std::filesystem::path directory_;
    std::uint64_t seed_;
    std::size_t count_;
    MemoryDevice* memory_ = nullptr;
    std::unique_ptr<hardware::DeviceSecret> device_;
    std::optional<storage::Store> store_;
    std::optional<storage::CaseRepository> cases_;
    std::optional<storage::InterviewRepository> interviews_;
    std::optional<storage::Erasure> erasure_;
};

}  // namespace sightline::tests
