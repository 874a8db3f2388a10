#include "appliance/kiosk/engine_watch.h"

namespace sightline::kiosk {

const char* name_of(EngineEvent event) {
    switch (event) {
        case EngineEvent::Lost:
            return "engine.lost";
        case EngineEvent::Silent:
            return "engine.silent";
        case EngineEvent::Recovered:
            return "engine.recovered";
        case EngineEvent::Restarted:
            return "engine.restarted";
    }
    return "engine.unknown";
}

void EngineWatch::connected(base::Instant now) {
    connected_ = true;
    silent_ = false;
    last_heard_ = now;
}

std::vector<EngineEvent> EngineWatch::disconnected() {
    if (!connected_) return {};
    connected_ = false;
    silent_ = false;
    return {EngineEvent::Lost};
}

std::vector<EngineEvent> EngineWatch::heard(const EngineMessage& message, base::Instant now) {
    std::vector<EngineEvent> events;
    last_heard_ = now;
    if (silent_) events.push_back(EngineEvent::Recovered);
    silent_ = false;
    if (const auto* hello = std::get_if<EngineHello>(&message)) {
        if (hello_ && hello_->pid != hello->pid) {
            ++restarts_;
            events.push_back(EngineEvent::Restarted);
        }
        hello_ = *hello;
    } else if (const auto* status = std::get_if<EngineStatus>(&message)) {
        last_status_ = status->fields;
    }
    return events;
}

std::vector<EngineEvent> EngineWatch::tick(base::Instant now) {
    if (!connected_ || silent_ || now - last_heard_ <= kEngineSilence) return {};
    silent_ = true;
    return {EngineEvent::Silent};
}

boost::json::object EngineWatch::status() const {
    boost::json::object out = last_status_;
    out["connected"] = connected_;
    out["silent"] = silent_;
    if (hello_) {
        out["pid"] = hello_->pid;
        out["source"] = hello_->source;
        out["mirror"] = hello_->mirror;
    }
    return out;
}

}  // namespace sightline::kiosk
