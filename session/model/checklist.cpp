#include "session/model/checklist.h"

#include <algorithm>
#include <array>

namespace sightline::model {
namespace {

constexpr std::array<std::string_view, 9> kChecklist{
    "identity-document", "identity-face", "room-door",   "room-visible", "room-private",
    "setup-camera",      "setup-sound",   "setup-seats", "setup-water"};

}  // namespace

std::span<const std::string_view> checklist_items() { return kChecklist; }

bool is_checklist_item(std::string_view name) {
    return std::find(kChecklist.begin(), kChecklist.end(), name) != kChecklist.end();
}

bool tick(std::vector<std::string>& done, std::string_view item) {
    const auto place = std::lower_bound(done.begin(), done.end(), item);
    if (place != done.end() && *place == item) return false;
    done.emplace(place, item);
    return true;
}

bool untick(std::vector<std::string>& done, std::string_view item) {
    return std::erase(done, item) > 0;
}

}  // namespace sightline::model
