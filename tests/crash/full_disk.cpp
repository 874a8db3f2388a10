#include "tests/crash/full_disk.h"

#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <vector>

namespace sightline::tests {

std::optional<FullDisk> FullDisk::mount(std::size_t bytes, std::string& why) {
    auto point = std::make_unique<TemporaryDirectory>();
    const std::string size = "size=" + std::to_string(bytes);
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", point->path().c_str(), "tmpfs", 0, size.c_str()) != 0) {
        why = std::string("mount a tmpfs: ") + std::generic_category().message(errno) +
              "; run it as root";
        return std::nullopt;
    }
    return FullDisk(std::move(point));
}

FullDisk::~FullDisk() {
    if (point_) ::umount2(point_->path().c_str(), MNT_DETACH);
}

void FullDisk::clear() const {
    for (const auto& entry : std::filesystem::directory_iterator(path())) {
        std::filesystem::remove_all(entry.path());
    }
}

void FullDisk::leave(std::size_t bytes) const {
    remove_filler();
    const auto room = std::filesystem::space(path()).available;
    if (room <= bytes) return;
    std::ofstream(path() / "filler") << std::string(static_cast<std::size_t>(room) - bytes, 'x');
}

void FullDisk::remove_filler() const { std::filesystem::remove(path() / "filler"); }

}  // namespace sightline::tests
