#include "session/model/place.h"

namespace sightline::model {

const char* name_of(Place place) { return place == Place::Admitted ? "admitted" : "lobby"; }

std::optional<Place> place_from_name(std::string_view name) {
    for (const Place place : {Place::Lobby, Place::Admitted}) {
        if (name == name_of(place)) return place;
    }
    return std::nullopt;
}

}  // namespace sightline::model
