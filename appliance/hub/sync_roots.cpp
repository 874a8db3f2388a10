#include "appliance/hub/sync_roots.h"

#include <stdexcept>

#include "appliance/hub/options.h"

namespace sightline::hub {

std::vector<signature::PublicKey> read_sync_roots(const std::vector<std::filesystem::path>& files) {
    std::vector<signature::PublicKey> roots;
    for (const auto& file : files) {
        const auto text = read_option_file("--sync-root", file);
        if (!text) throw std::runtime_error(text.error().text);
        auto key = signature::PublicKey::parse(*text);
        if (!key) {
            throw std::runtime_error("--sync-root " + file.string() + ": " + key.error().text +
                                     "; the delegation's administrator has it from `sightline "
                                     "delegation show --root-key`");
        }
        roots.push_back(std::move(*key));
    }
    return roots;
}

}  // namespace sightline::hub
