// How a command ends: its exit code, and one sentence of trouble on standard error. Any thread.
#pragma once

#include <iostream>
#include <string>

namespace sightline::cli {

enum Exit { kDone = 0, kFailed = 1, kUsage = 2 };

inline int complain(Exit code, const std::string& sentence) {
    std::cerr << "sightline: " << sentence << "\n";
    return code;
}
inline int complain(const std::string& sentence) { return complain(kFailed, sentence); }

}  // namespace sightline::cli
