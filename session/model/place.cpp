#include "session/model/place.h"

#include "session/model/names.h"

namespace sightline::model {
namespace {

constexpr Names<Place, 2> kNames{{{Place::Lobby, "lobby"}, {Place::Admitted, "admitted"}}};

}  // namespace

const char* name_of(Place place) { return name_in(kNames, place); }

std::optional<Place> place_from_name(std::string_view name) { return value_in(kNames, name); }

}  // namespace sightline::model
