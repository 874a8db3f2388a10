// The SFrame keys of one interview at the kiosk's side: under which sound and picture leave, and
// under which what others send is opened. Deny by default: without a key nothing leaves and nothing
// is shown. Takes what the kiosk says; a key that this start of the program has used goes on with
// its counter, and one of an epoch before the present one is not taken. The path of a frame
// allocates nothing. Pure: time is given in. One thread.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "appliance/engine/kiosk_link.h"
#include "media/sframe/keyring.h"
#include "media/wire/media.h"

namespace sightline::engine {

class MediaKeys {
  public:
    // False: of an epoch before the one that it has, and nothing changes.
    bool take(KeysOrder order, base::Instant now);
    // What has died is wiped; call it now and then.
    void tick(base::Instant now) {
        switch_if_due(now);
        receiving_.tick(now);
    }

    bool can_send(wire::MediaKind kind) const { return sending_[index(kind)].has_value(); }
    // In place. False: there is no key for it, and it must not leave. `frame.data` should have
    // wire::kTailroom beyond its size, or it is copied.
    bool protect(wire::EncodedFrame& frame, base::Instant now);
    // In place; what is not Opened must not be shown. UnknownKey also for a frame under a key that
    // was given to somebody else: whoever forwards frames does not decide whose they are.
    sframe::Opening open(base::ParticipantId sender, wire::MediaKind kind, base::Bytes& frame,
                         base::Instant now);

    // Of the kiosk's word on who somebody is; null: it names nobody of this number.
    const KeyedPerson* person(base::ParticipantId id) const;

    struct Stats {
        std::uint64_t epoch = 0;
        std::uint64_t protected_frames = 0;
        std::uint64_t withheld = 0;  // for want of a key
        std::uint64_t opened = 0;
        std::uint64_t refused = 0;  // of any reason
    };
    Stats stats() const;

  private:
    struct Owner {
        base::ParticipantId sender;
        std::uint64_t epoch = 0;
    };
    // How long after it came an epoch is sent under that everybody is told to send under at once,
    // because somebody is to hear less: this program is told first, and those who may go on
    // hearing lose nothing if they have the keys by then. Of the 100 ms that the cut may take.
    static constexpr std::chrono::milliseconds kHeadStart{30};
    struct Switch {
        base::Instant at;
        std::uint64_t epoch = 0;
        base::Duration old{};
        std::vector<MediaKey> send;
    };
    static std::size_t index(wire::MediaKind kind) {
        return kind == wire::MediaKind::Audio ? 0U : 1U;
    }
    void forget_oldest(base::Instant now);
    void switch_over(Switch to, base::Instant now);
    void switch_if_due(base::Instant now);

    base::SessionId session_;
    std::uint64_t epoch_ = 0;
    bool switched_ = false;
    std::optional<Switch> next_;
    std::array<std::optional<sframe::SendingKey>, 2> sending_;  // by index()
    sframe::Keyring receiving_;
    std::map<std::uint64_t, Owner> owners_;  // of receiving keys, by KID
    std::vector<KeyedPerson> people_;
    Stats stats_;
};

}  // namespace sightline::engine
