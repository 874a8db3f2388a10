// The keys somebody may receive under, each with its replay window, and the key somebody sends
// under. Receiving is by KID: a frame under a key that was never given, or has died, or that came
// before, is not opened. Allocates only when a key is added. Times come in. One thread.
#pragma once

#include <bitset>
#include <map>
#include <optional>

#include "appliance/base/time.h"
#include "media/sframe/frame.h"

namespace sightline::sframe {

// Which counters were there, near the highest (as RFC 4303 section 3.4.3 does for packets). Frames
// older than the window are not taken: the playout would be past them.
class ReplayWindow {
  public:
    static constexpr std::size_t kFrames = 256;

    bool is_new(std::uint64_t counter) const;
    // Only after the frame has proved authentic.
    void note(std::uint64_t counter);

  private:
    std::bitset<kFrames> seen_;  // bit i: the one counter of the window that leaves the rest i
    std::uint64_t highest_ = 0;
    bool any_ = false;
};

enum class Opening : std::uint8_t {
    Opened,
    NoTrailer,     // in clear, or not ours
    UnknownKey,    // never given to us, or dead
    Replayed,      // or older than the window
    NotAuthentic,  // altered, or under another key of the same number
};
const char* name_of(Opening opening);  // as metrics call it

class Keyring {
  public:
    // A few generations of everybody's keys; more is somebody's mistake.
    static constexpr std::size_t kMaxKeys = 64;

    // False: there are kMaxKeys, or one of that number, and nothing changes.
    bool add(std::uint64_t kid, const base::Secret& base_key, Suite suite = kSuite);
    // It opens nothing from `at` on.
    void expire(std::uint64_t kid, base::Instant at);
    bool knows(std::uint64_t kid, base::Instant now) const;
    // Wipes what has died.
    void tick(base::Instant now);
    std::size_t size() const { return keys_.size(); }

    struct Opened {
        Opening opening = Opening::NoTrailer;
        std::size_t size = 0;   // of the frame at the start of the buffer
        std::uint64_t kid = 0;  // also when it did not open, if there was a trailer
    };
    // In place. What is not Opened must not be shown or played.
    Opened open(wire::MediaKind kind, base::MutableBytes frame, base::Instant now);

  private:
    struct Key {
        FrameCipher cipher;
        ReplayWindow window;
        base::Instant dies = base::kNever;
        bool lives(base::Instant now) const { return now < dies; }
    };

    std::map<std::uint64_t, Key> keys_;  // by KID
};

// Counts up from 0, so a key may never come back: each start of a program and each track gets
// another one (the kiosk sees to it).
class SendingKey {
  public:
    SendingKey(std::uint64_t kid, const base::Secret& base_key, Suite suite = kSuite)
        : cipher_(suite, kid, base_key) {}

    std::uint64_t kid() const { return cipher_.kid(); }
    std::uint64_t frames() const { return next_; }
    // As frame.h has it.
    std::size_t protect(wire::MediaKind kind, base::MutableBytes buffer, std::size_t size) {
        return sframe::protect(cipher_, next_++, kind, buffer, size);
    }

  private:
    FrameCipher cipher_;
    std::uint64_t next_ = 0;
};

}  // namespace sightline::sframe
