// What the kiosk's own self-test makes of what its engine and its link to the hub say of
// themselves: the devices are the engine's, and only it can open them. Pure. Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "hardware/self_test.h"

namespace sightline::kiosk {

// Of EngineWatch::status(): the engine itself, then camera, microphone, speaker and screen.
std::vector<hardware::Check> judge_engine(const boost::json::object& status);

// Of HubLink::status().
hardware::Check judge_hub(const boost::json::object& status);

}  // namespace sightline::kiosk
