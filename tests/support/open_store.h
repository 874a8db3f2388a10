// A sealed store in a directory of its own, unlocked, with the device secret beside it.
#pragma once

#include <optional>

#include "hardware/file_secret.h"
#include "storage/store.h"
#include "tests/support/temporary_directory.h"

namespace sightline::tests {

inline base::Secret test_pin() { return base::Secret(std::string_view("246810")); }
// A guess costs nothing in a test.
inline constexpr storage::seal::PinCost kCheapPin{storage::seal::kMinLog2N};

class OpenStore {
  public:
    OpenStore() {
        store_.emplace(file(), *device_);
        store_->initialise(test_pin(), kCheapPin).value();
    }
    // As after a crash: another process opens the file and the staff enter the PIN.
    void restart() {
        store_.reset();
        store_.emplace(file(), *device_);
        store_->unlock(test_pin()).value();
    }
    void close() { store_.reset(); }
    void open_locked() { store_.emplace(file(), *device_); }

    storage::Store& operator*() { return *store_; }
    storage::Store* operator->() { return &*store_; }
    std::filesystem::path file() const { return directory_.path() / "store.db"; }
    std::filesystem::path directory() const { return directory_.path(); }
    hardware::DeviceSecret& device() { return *device_; }

  private:
    TemporaryDirectory directory_;
    std::unique_ptr<hardware::FileSecret> device_ =
        std::move(hardware::FileSecret::open(directory_.path() / "device")).value();
    std::optional<storage::Store> store_;
};

}  // namespace sightline::tests
