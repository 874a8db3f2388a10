// The JSON lines that the kiosk exchanges with its engine: parsed with bounds into plain values,
// and written. Types nobody knows become UnknownFromEngine, so that a newer engine may say more.
// Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "session/lease/heartbeat.h"
#include "session/model/view.h"
#include "storage/record_types.h"

namespace sightline::kiosk {

// From the engine.
struct EngineHello {
    std::int64_t pid = 0;
    std::string source;  // "camera", "file" or "synthetic"
    std::string mirror;  // where the applicant's screen is shown, or empty
    std::string run;     // another one after every start of the engine
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
// It has these keys, and can open what comes under them.
struct EngineKeysTaken {
    std::uint64_t epoch = 0;
};
struct UnknownFromEngine {
    std::string type;
};
using EngineMessage = std::variant<EngineHello, EnginePong, EngineStatus, EngineNonce,
                                   EngineKeysTaken, UnknownFromEngine>;
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
// Which keys the engine should have: told again when any of it changes.
struct EngineKeysMark {
    base::SessionId session;
    std::string run;          // of the engine that they are for
    std::uint64_t epoch = 0;  // 0: none yet
    bool switched = false;    // what is sent is under this epoch's keys

    bool operator==(const EngineKeysMark&) const = default;
};
struct EngineKey {
    base::ParticipantId sender;
    bool video = false;
    std::uint64_t kid = 0;
    std::string base_key;  // base64url
};
// Who somebody is, by the kiosk's word: the hub's is not shown to the applicant.
struct EnginePerson {
    base::ParticipantId id;
    std::string name;
    std::string role;
    std::string organisation;
};
struct EngineKeys {
    EngineKeysMark mark;
    std::int64_t old_ms = 0;  // how long the keys before may still open what is on its way
    std::vector<EngineKey> send, receive;
    std::vector<EnginePerson> people;
};
using Mute = storage::KioskMute;
std::string engine_join(const EngineJoin& join);
std::string engine_leave();
std::string engine_mute(Mute mute);
std::string engine_send(SendOrder order);
std::string engine_heartbeat(const lease::HeartbeatBytes& beat);
std::string engine_keys(const EngineKeys& keys);
std::string engine_ping(std::int64_t n);
std::string engine_view(model::View view);

}  // namespace sightline::kiosk
