// What may leave the kiosk: sound and picture, each as far as the lease allows it and nobody has
// muted it, and only as long as the kiosk goes on speaking. An engine whose kiosk hangs, crashes or
// is cut off stops by itself. Deny by default. Pure: time is given in. One thread.
#pragma once

#include "appliance/base/time.h"
#include "media/wire/media.h"

namespace sightline::engine {

class SendGate {
  public:
    // The kiosk's word lasts this long.
    static constexpr std::chrono::milliseconds kSilence{2000};

    // The kiosk says what the lease allows.
    void allow(bool audio, bool video, base::Instant now);
    // The kiosk has spoken, and nothing has changed.
    void heard(base::Instant now);
    void mute(bool audio, bool video);
    // For another interview, which has a lease of its own: nothing is allowed.
    void close();

    // Until when this kind may leave if nobody says anything more; the past: not at all.
    base::Instant open_until(wire::MediaKind kind) const;
    // What would be sent by a kiosk that keeps speaking: what others are told.
    bool wants(wire::MediaKind kind) const;

  private:
    struct Switch {
        bool allowed = false;
        bool muted = false;
    };
    const Switch& of(wire::MediaKind kind) const {
        return kind == wire::MediaKind::Audio ? audio_ : video_;
    }

    Switch audio_, video_;
    base::Instant silent_at_ = base::Instant::min();
};

}  // namespace sightline::engine
