// The JSON that the kiosk exchanges with the hub and with the engine: parsed with bounds into plain
// values, and written. Members nobody asks for are ignored and types nobody knows become Unknown,
// so that a newer peer may say more. Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "session/model/interview.h"
#include "session/model/participant.h"

namespace sightline::kiosk {

struct Unknown {
    std::string type;
};

// From the hub.
struct Opened {
    base::SessionId session;
};
struct Joined {
    base::SessionId session;
    base::ParticipantId participant;
    model::RecordTime at;
};
struct Left {
    base::SessionId session;
    base::ParticipantId participant;
    model::RecordTime at;
    model::LeaveReason reason = model::LeaveReason::Lost;
};
struct QualityReport {
    base::SessionId session;
    base::ParticipantId participant;
    model::QualitySummary quality;
};
struct HubComplaint {
    std::string detail;
};
using HubMessage = std::variant<Opened, Joined, Left, QualityReport, HubComplaint, Unknown>;
base::Result<HubMessage> parse_hub_message(std::string_view text);

// To the hub.
std::string hub_hello(std::string_view kiosk, std::string_view key);
std::string session_open(const model::Interview& interview,
                         std::span<const model::Participant> participants);
std::string session_close(base::SessionId session);
std::string participant_add(const model::Participant& participant);
std::string participant_remove(base::SessionId session, base::ParticipantId participant);

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
using EngineMessage = std::variant<EngineHello, EnginePong, EngineStatus, Unknown>;
base::Result<EngineMessage> parse_engine_message(std::string_view line);

// To the engine; each ends with a line feed.
struct EngineJoin {
    std::string hub;
    std::string fingerprint;
    std::string token;
    base::SessionId session;

    bool operator==(const EngineJoin&) const = default;
};
struct Mute {
    bool audio = false;
    bool video = false;

    bool operator==(const Mute&) const = default;
};
std::string engine_join(const EngineJoin& join);
std::string engine_leave();
std::string engine_mute(Mute mute);
std::string engine_ping(std::int64_t n);

}  // namespace sightline::kiosk
