// Which camera, microphone, file or stand-in the engine captures from, decided once at start.
#pragma once

#include "appliance/base/result.h"
#include "appliance/engine/options.h"
#include "media/engine/capture.h"

namespace sightline::engine {

// A file if one is given; else the camera and microphone that are there (or named); else the
// synthetic person. Errors: Unavailable, when a named device is not there; the text lists those
// that are.
base::Result<CaptureConfig> choose_source(const Options& options);

}  // namespace sightline::engine
