#include "appliance/base/pin_file.h"

#include <fstream>
#include <string>

namespace sightline::base {

Result<Secret> read_pin_file(const std::filesystem::path& file) {
    std::ifstream stream(file);
    std::string line;
    if (!std::getline(stream, line) || line.empty()) {
        return Error{Errc::Unavailable, "--pin-file " + file.string() +
                                            ": it cannot be read or is empty; put the PIN on its "
                                            "first line"};
    }
    Secret pin{std::string_view(line)};
    ::explicit_bzero(line.data(), line.size());
    return pin;
}

}  // namespace sightline::base
