#include "appliance/cli/sign_in.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

namespace sightline::cli {
namespace {

using base::Errc;
using base::Error;

constexpr std::string_view kPrefix = "staff.";

// As the kiosk wants a name; so it never leads out of the directory.
bool is_name(const std::string& name) {
    return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

std::vector<std::string> signed_in(const std::filesystem::path& run) {
    std::vector<std::string> names;
    std::error_code unreadable;
    for (const auto& entry : std::filesystem::directory_iterator(run, unreadable)) {
        const std::string file = entry.path().filename();
        if (!file.starts_with(kPrefix)) continue;
        const auto name = file.substr(kPrefix.size());
        if (is_name(name)) names.push_back(name);
    }
    return names;
}

}  // namespace

std::filesystem::path token_file(const std::filesystem::path& run, const std::string& name) {
    return run / (std::string(kPrefix) + name);
}

base::Result<std::string> token_of(const std::filesystem::path& run, const std::string& name) {
    std::string who = name;
    if (who.empty()) {
        const auto names = signed_in(run);
        if (names.empty()) {
            return Error{Errc::Unauthorized,
                         "nobody is signed in at this kiosk; use `sightline sign-in NAME`"};
        }
        if (names.size() > 1) {
            return Error{Errc::Unauthorized,
                         "several are signed in at this kiosk; say which with --as NAME"};
        }
        who = names.front();
    }
    if (!is_name(who)) return Error{Errc::Malformed, "--as: names have a-z, 0-9, - and _ only"};
    std::ifstream file(token_file(run, who));
    std::string token;
    if (!std::getline(file, token) || token.empty()) {
        return Error{Errc::Unauthorized,
                     who + " is not signed in; use `sightline sign-in " + who + "`"};
    }
    return token;
}

base::Result<void> keep_token(const std::filesystem::path& run, const std::string& name,
                              const std::string& token) {
    const auto file = token_file(run, name);
    const auto failed = [&](int why) {
        return Error{Errc::Unavailable, "keep the sign-in in " + file.string() + ": " +
                                            std::strerror(why) +
                                            "; give this user the directory, or correct --run"};
    };
    // A new file, so that the mode is ours and no link of another is followed.
    ::unlink(file.c_str());
    const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0) return failed(errno);
    const std::string line = token + "\n";
    const bool whole = ::write(made, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    const int why = errno;
    ::close(made);
    if (whole) return {};
    ::unlink(file.c_str());
    return failed(why);
}

}  // namespace sightline::cli
