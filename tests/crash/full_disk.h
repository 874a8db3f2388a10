// A small tmpfs of its own in a mount namespace of this process, so that it goes with it, and a
// filler that leaves as much room in it as one likes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/temporary_directory.h"

namespace sightline::tests {

class FullDisk {
  public:
    // nullopt, and why, if this process may not mount: that takes root.
    static std::optional<FullDisk> mount(std::size_t bytes, std::string& why);
    FullDisk(FullDisk&&) = default;
    ~FullDisk();

    // Removes everything in it.
    void clear() const;
    // Fills it up but for about `bytes`; replaces the filler that is there.
    void leave(std::size_t bytes) const;
    void remove_filler() const;

    std::filesystem::path path() const { return point_->path(); }

  private:
    explicit FullDisk(std::unique_ptr<TemporaryDirectory> point) : point_(std::move(point)) {}
    std::unique_ptr<TemporaryDirectory> point_;
};

}  // namespace sightline::tests
