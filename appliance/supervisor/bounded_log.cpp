#include "appliance/supervisor/bounded_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace sightline::supervisor {

BoundedLog::BoundedLog(std::filesystem::path file, std::size_t max_bytes)
    : file_(std::move(file)), max_bytes_(max_bytes) {
    open();
    if (fd_ < 0) {
        throw std::system_error(errno, std::generic_category(), "open the log " + file_.string());
    }
}

BoundedLog::~BoundedLog() {
    if (fd_ >= 0) ::close(fd_);
}

void BoundedLog::open() {
    fd_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct stat info {};
    size_ = fd_ >= 0 && ::fstat(fd_, &info) == 0 ? static_cast<std::size_t>(info.st_size) : 0;
}

void BoundedLog::append(std::string_view text) {
    if (size_ > 0 && size_ + text.size() > max_bytes_) {
        if (fd_ >= 0) ::close(fd_);
        std::error_code ignored;  // then the old file goes on growing by one refused rename at most
        std::filesystem::rename(file_, file_.string() + ".1", ignored);
        if (ignored) std::filesystem::remove(file_, ignored);
        open();
    }
    while (fd_ >= 0 && !text.empty()) {
        const ssize_t written = ::write(fd_, text.data(), text.size());
        if (written <= 0) return;
        size_ += static_cast<std::size_t>(written);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace sightline::supervisor
