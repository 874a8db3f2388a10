// Which camera, microphone, file or stand-in the engine captures from, decided once at start.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "appliance/base/result.h"
#include "appliance/engine/options.h"
#include "media/engine/capture.h"
#include "session/model/view.h"

namespace sightline::engine {

// A file if one is given; else the camera and microphone that are there (or named), one of them if
// there is no other: a refused or missing picture is never a drawn one; else the synthetic person.
// Errors: Unavailable, when a named device is not there; the text lists those that are.
base::Result<CaptureConfig> choose_source(const Options& options);

// How each view of the room is taken at this kiosk.
struct Views {
    Shot face, room, document;
    const Shot& of(model::View view) const;
};
// A paper gets many points and few pictures, so that its writing can be read at the same bit rate;
// a file is shown as it is in every view. Errors: as above.
base::Result<Views> choose_views(const Options& options, const CaptureConfig& chosen);

// What gives picture and sound, as people know it; without what was meant to and is not there.
struct SourceNames {
    std::vector<std::string> cameras;  // the face's first
    std::string microphone;
};
SourceNames names_of(const CaptureConfig& chosen, const Views& views, const Options& options);

// What the operator should know about that choice, and what to do: that nobody is seen, or heard,
// or that it is a demonstration without having been asked for. None when there is nothing to say.
std::optional<std::string> warning_about(const CaptureConfig& chosen, const Options& options);

}  // namespace sightline::engine
