// A program's output on disk, never larger than twice its bound: when NAME.log is full it becomes
// NAME.log.1 and a new one begins. The newest lines are always there. Thread: one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace sightline::supervisor {

class BoundedLog {
  public:
    /// Appends to `file`; throws std::system_error when it cannot be opened.
    BoundedLog(std::filesystem::path file, std::size_t max_bytes);
    ~BoundedLog();
    BoundedLog(const BoundedLog&) = delete;
    BoundedLog& operator=(const BoundedLog&) = delete;

    /// What cannot be written (a full disk) is dropped: a log must not stop an interview.
    void append(std::string_view text);

  private:
    void open();

    std::filesystem::path file_;
    std::size_t max_bytes_;
    std::size_t size_ = 0;
    int fd_ = -1;
};

}  // namespace sightline::supervisor
