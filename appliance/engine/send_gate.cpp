#include "appliance/engine/send_gate.h"

namespace sightline::engine {

void SendGate::allow(bool audio, bool video, base::Instant now) {
    audio_.allowed = audio;
    video_.allowed = video;
    heard(now);
}

void SendGate::heard(base::Instant now) { silent_at_ = now + kSilence; }

void SendGate::mute(bool audio, bool video) {
    audio_.muted = audio;
    video_.muted = video;
}

void SendGate::close() { audio_.allowed = video_.allowed = false; }

base::Instant SendGate::open_until(wire::MediaKind kind) const {
    return wants(kind) ? silent_at_ : base::Instant::min();
}

bool SendGate::wants(wire::MediaKind kind) const { return of(kind).allowed && !of(kind).muted; }

}  // namespace sightline::engine
