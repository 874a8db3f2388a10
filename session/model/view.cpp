#include "session/model/view.h"

#include "session/model/names.h"

namespace sightline::model {
namespace {

constexpr Names<View, 3> kNames{
    {{View::Face, "face"}, {View::Room, "room"}, {View::Document, "document"}}};

}  // namespace

const char* name_of(View view) { return name_in(kNames, view); }

std::optional<View> view_from_name(std::string_view name) { return value_in(kNames, name); }

}  // namespace sightline::model
