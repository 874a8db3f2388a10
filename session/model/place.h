// Where an invited person is: in the waiting room, until staff at the centre let them in. Plain
// data. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sightline::model {

enum class Place : std::uint8_t {
    Lobby,     // seen and heard by nobody, and told of nobody
    Admitted,  // takes part as role and state let them
};

const char* name_of(Place place);  // "lobby", "admitted"
std::optional<Place> place_from_name(std::string_view name);

}  // namespace sightline::model
