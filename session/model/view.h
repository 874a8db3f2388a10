// What of the room the picture of the applicant's side shows. Plain data. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sightline::model {

enum class View : std::uint8_t {
    Face,      // the applicant's, as near as it is
    Room,      // everybody in it, and the door
    Document,  // a paper, sharp enough to be read; fewer pictures
};

const char* name_of(View view);  // "face", "room", "document"
std::optional<View> view_from_name(std::string_view name);

}  // namespace sightline::model
