// Which SFrame keys there are in an interview, and who has them: a random base key for each sender
// and kind, handed to that sender and to exactly those who may receive it, and all of them made
// anew in a new epoch whenever anything of that changes. Deny by default: whoever is not named as a
// device has no key, whatever the lease says.
//
// An audience that shrinks is cut at once: senders use the new keys as soon as they have them. One
// that grows waits until its receivers have said that they have the keys, so that nobody loses a
// frame; those who stay silent are waited for no longer than kPatience.
//
// Pure: time is given in; only the keys themselves come from the kernel. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/key_number.h"
#include "appliance/base/secret.h"
#include "appliance/base/time.h"
#include "session/lease/audience.h"

namespace sightline::keys {

// Who holds keys. `run` is another one after every start of the page or program: a key that was
// used before it never comes back, so no counter is used twice.
struct Device {
    base::ParticipantId participant;
    std::string run;
    auto operator<=>(const Device&) const = default;
};

struct TrackKey {
    Device sender;
    bool video = false;
    std::uint64_t kid = 0;  // base::KeyNumber
    base::Secret base_key;  // 32 bytes (RFC 9605 section 4.4.2)
    std::vector<Device> receivers;

    bool goes_to(base::ParticipantId participant) const;
};
struct Epoch {
    std::uint64_t number = 0;  // 0: there was none yet
    std::string previous;      // hash of the epoch before; empty: the first of this start
    std::string hash;          // SHA-256 in base64url, over `previous` and what this epoch is
    std::vector<TrackKey> keys;
    std::vector<Device> devices;  // of everybody who is told of it
};

class KeySchedule {
  public:
    static constexpr std::chrono::seconds kPatience{2};
    // Of one start of the kiosk: beyond that nobody gets a key any more.
    static constexpr std::uint64_t kMaxEpochs = (1U << base::KeyNumber::kEpochBits) - 1;

    // `incarnation` grows with every start of the kiosk.
    KeySchedule(base::SessionId session, std::uint64_t incarnation);

    // What holds from now on. `roster` says who everybody is: another one is another epoch. True: a
    // new epoch has begun, and its devices are to be told.
    bool update(const std::vector<lease::Flow>& flows, std::vector<Device> devices,
                std::string_view roster);
    // That device has all keys of this epoch. True: it was the last one that was waited for, and
    // everybody is to be told to switch.
    bool acknowledge(const Device& device, std::uint64_t epoch);
    // Call it often. True: those who are still waited for have had their time.
    bool tick(base::Instant now);

    const Epoch& newest() const { return newest_; }
    // Senders use the newest epoch's keys.
    bool switched() const { return newest_.number == 0 || awaited_.empty(); }
    // Frames of epochs before this one are not to be forwarded: nobody sends them any more. Never
    // 0; right after a start everything goes that was given out before.
    std::uint64_t oldest_in_use() const { return oldest_; }
    // Stays the same for as long as the interview lasts.
    std::uint8_t slot_of(base::ParticipantId sender);

  private:
    // What a device can open: one sender's track.
    using Reading = std::tuple<base::ParticipantId, bool, Device>;
    static std::set<Reading> readings(const std::vector<TrackKey>& keys);
    std::vector<TrackKey> keys_for(const std::vector<lease::Flow>& flows,
                                   const std::vector<Device>& devices) const;
    void begin(std::vector<TrackKey> keys, std::vector<Device> devices, std::string roster);
    void switch_over();

    const base::SessionId session_;
    const std::uint64_t first_;  // the number below the first epoch's
    Epoch newest_;
    std::string roster_;
    std::set<Reading> in_use_;  // under the keys that senders use
    std::uint64_t used_ = 0;    // the epoch of those
    std::uint64_t oldest_ = 0;
    std::set<Device> awaited_;
    std::optional<base::Instant> patience_until_;
    std::map<base::ParticipantId, std::uint8_t> slots_;
};

}  // namespace sightline::keys
