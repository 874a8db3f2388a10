// The JSON lines that the kiosk exchanges with its engine: parsed with bounds into plain values,
// and written. Types nobody knows become UnknownFromEngine, so that a newer engine may say more.
// Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "session/lease/heartbeat.h"
#include "storage/record_types.h"

namespace sightline::kiosk {

// From the engine.
struct EngineHello {
    std::int64_t pid = 0;
    std::string source;  // "camera", "file" or "synthetic"
    std::string mirror;  // where the applicant's screen is shown, or empty
};
struct EnginePong {
    std::int64_t n = 0;
};
struct EngineStatus {
    boost::json::object fields;  // handed on as it came
};
// The hub's question whether the lease still lives, to be answered at once.
struct EngineNonce {
    lease::Nonce nonce = 0;
};
struct UnknownFromEngine {
    std::string type;
};
using EngineMessage =
    std::variant<EngineHello, EnginePong, EngineStatus, EngineNonce, UnknownFromEngine>;
base::Result<EngineMessage> parse_engine_message(std::string_view line);

// To the engine; each ends with a line feed.
struct EngineJoin {
    std::string hub;
    std::string fingerprint;
    std::string token;
    base::SessionId session;

    bool operator==(const EngineJoin&) const = default;
};
// What may leave the kiosk at all: what the lease lets anybody receive of the applicant.
struct SendOrder {
    bool audio = false;
    bool video = false;

    bool operator==(const SendOrder&) const = default;
};
using Mute = storage::KioskMute;
std::string engine_join(const EngineJoin& join);
std::string engine_leave();
std::string engine_mute(Mute mute);
std::string engine_send(SendOrder order);
std::string engine_heartbeat(const lease::HeartbeatBytes& beat);
std::string engine_ping(std::int64_t n);

}  // namespace sightline::kiosk
