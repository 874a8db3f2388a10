// What the kiosk knows of its engine: whether it is there, what it last said, how often it was
// started again, and the moment it falls silent. Pure: `now` comes from outside. One thread.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "appliance/base/time.h"
#include "appliance/kiosk/engine_messages.h"

namespace sightline::kiosk {

// The engine reports every 500 ms; this much silence means that it hangs.
inline constexpr std::chrono::seconds kEngineSilence{2};

enum class EngineEvent : std::uint8_t {
    Lost,       // its connection is gone
    Silent,     // connected, and nothing heard for kEngineSilence
    Recovered,  // heard again after that
    Restarted,  // another process than before said hello
};
const char* name_of(EngineEvent event);  // "engine.lost", ...

class EngineWatch {
  public:
    void connected(base::Instant now);
    std::vector<EngineEvent> disconnected();
    std::vector<EngineEvent> heard(const EngineMessage& message, base::Instant now);
    std::vector<EngineEvent> tick(base::Instant now);

    bool is_connected() const { return connected_; }
    bool is_silent() const { return silent_; }
    std::uint64_t restarts() const { return restarts_; }
    // The last status with who it is and whether it is there; survives the loss of the engine.
    boost::json::object status() const;

  private:
    bool connected_ = false;
    bool silent_ = false;
    base::Instant last_heard_{};
    std::uint64_t restarts_ = 0;
    std::optional<EngineHello> hello_;
    boost::json::object last_status_;
};

}  // namespace sightline::kiosk
