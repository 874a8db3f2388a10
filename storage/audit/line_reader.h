// The lines of a stream one after the other, in memory that does not grow with it. A line is valid
// until the next is read. One thread; the stream outlives the reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string_view>
#include <vector>

namespace sightline::storage::audit {

class LineReader {
  public:
    enum class Outcome {
        Line,       // line() is it, without its newline
        End,        // nothing is left
        Unended,    // what is left has no newline; line() is that
        TooLong,    // above kMaxLineBytes; nothing more can be read
        Unreadable  // the stream itself failed
    };
    static constexpr std::size_t kMaxLineBytes = 131'072;

    explicit LineReader(std::istream& in) : in_(&in), buffer_(2 * kMaxLineBytes) {}

    Outcome next();
    std::string_view line() const { return line_; }
    std::uint64_t number() const { return number_; }  // of line(), from 1

  private:
    std::istream* in_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::string_view line_;
    std::uint64_t number_ = 0;
};

}  // namespace sightline::storage::audit
