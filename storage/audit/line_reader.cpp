#include "storage/audit/line_reader.h"

#include <cstring>

namespace sightline::storage::audit {

LineReader::Outcome LineReader::next() {
    ++number_;
    std::size_t searched = 0;
    while (true) {
        const char* from = buffer_.data() + begin_;
        const std::size_t held = end_ - begin_;
        const void* found =
            held == searched ? nullptr : std::memchr(from + searched, '\n', held - searched);
        if (found != nullptr) {
            line_ = {from, static_cast<std::size_t>(static_cast<const char*>(found) - from)};
            begin_ += line_.size() + 1;
            return line_.size() > kMaxLineBytes ? Outcome::TooLong : Outcome::Line;
        }
        if (held > kMaxLineBytes) return Outcome::TooLong;
        searched = held;
        std::memmove(buffer_.data(), from, held);
        begin_ = 0;
        in_->read(buffer_.data() + held, static_cast<std::streamsize>(buffer_.size() - held));
        const auto got = static_cast<std::size_t>(in_->gcount());
        end_ = held + got;
        if (got > 0) continue;
        if (in_->bad()) return Outcome::Unreadable;
        line_ = {buffer_.data(), held};
        return held == 0 ? Outcome::End : Outcome::Unended;
    }
}

}  // namespace sightline::storage::audit
