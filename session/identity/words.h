// The words that people read aloud to each other: words.txt, built into the program. 2,048 lines.
// Any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace sightline::identity {

inline constexpr std::size_t kWords = 2048;
// One word a line, each line ended.
std::string_view words_text();

}  // namespace sightline::identity
