// What staff go through before an interview, item by item: who the applicant is, that the room is
// private, that the set-up is right. Pure. Any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sightline::model {

// "identity-document", "room-door", ...: the names are on disk, on the wire and on screen.
std::span<const std::string_view> checklist_items();
bool is_checklist_item(std::string_view name);

// `done` stays sorted, and has every item once. False: it says so already.
bool tick(std::vector<std::string>& done, std::string_view item);
bool untick(std::vector<std::string>& done, std::string_view item);

}  // namespace sightline::model
