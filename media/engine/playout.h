// What the applicant sees and hears: every remote participant decoded, the pictures composed in
// tiles with name and role under each, the voices mixed. Each slot decodes in pipelines of its own
// and leaves its frames on a timeline; composer and mixer read all timelines on their own clock, so
// that a stuck or broken slot can never stall the others.
//
// All calls from one thread, the engine's loop, and none of them waits. Must outlive a Capture with
// echo cancellation. Picture and sound of an instant `render_at` leave together at render_at +
// kOutputDelay.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "appliance/base/bytes.h"
#include "appliance/base/result.h"
#include "appliance/base/time.h"
#include "media/engine/source_kind.h"
#include "media/wire/media.h"

namespace sightline::engine {

// Fixed by us: decoding slack plus the sound card's buffer. A frame should be pushed no later than
// its render_at; one that comes more than kDecodeSlack after it is too late and only counted.
inline constexpr std::chrono::milliseconds kDecodeSlack{20};
inline constexpr std::chrono::milliseconds kOutputDelay{60};

struct PlayoutFrame {
    std::size_t slot = 0;
    wire::MediaKind kind = wire::MediaKind::Audio;
    bool key_frame = false;
    base::Instant render_at{};
    base::Bytes data;            // one whole VP8 frame or Opus packet
    bool discontinuity = false;  // frames before this one are missing, or the sender changed
};

// One remote participant who is present; the order is the order on the screen.
struct Tile {
    std::size_t slot = 0;
    std::string name;  // UTF-8, any script
    std::string role;
    bool audio_on = false;
    bool video_on = false;
    // Whose it is, in any words of the caller's: a slot that becomes another person's begins anew,
    // so that nobody is shown under another one's name.
    std::string person{};
};

// What the screen says beside the names.
struct ScreenWords {
    std::string waiting = "Please wait. Nobody has joined yet.";  // when there are no tiles
    std::string footer;  // a line at the foot, such as who watches; empty: none
};

struct SlotStats {
    std::uint64_t frames_decoded = 0;  // video
    std::uint64_t audio_decoded = 0;   // 20 ms packets
    std::uint64_t late = 0;            // decoded after their time, not heard or seen
    double audio_level_dbfs = -100.0;  // RMS over the last 300 ms heard; -100 is silence
    int width = 0;
    int height = 0;
    std::optional<base::Duration> last_frame_age;  // none before the first decoded picture
    bool needs_key_frame = false;  // video waits for a key frame: ask the sender for one
};

// For tests and the self-test: what is about to be shown or heard, and when. Called on Playout's
// own threads. `luma` is width*height bytes without padding.
struct PlayoutTap {
    std::function<void(base::Instant shown_at, int width, int height, base::ByteView luma)> video;
    std::function<void(base::Instant heard_at, std::span<const std::int16_t> mono_48k)> audio;
};

struct PlayoutConfig {
    std::size_t slots = 6;
    int width = 1280;
    int height = 720;
    int fps = 25;
    bool window = true;       // a window when DISPLAY is set
    bool fullscreen = false;  // as the kiosk runs it
    // What the applicant's side captures: decides, by mirror_allowed() alone, whether
    // mirror_frame() ever gives anything.
    SourceKind captured_from = SourceKind::Camera;
    bool mirror = false;                         // wanted at all; costs a JPEG encoder
    ScreenWords words;                           // at first
    std::optional<std::string> speaker_element;  // e.g. "pulsesink"; none: found by ourselves
    PlayoutTap tap;
};

class Playout {
  public:
    // Starts composing at once (the waiting text). Fails only when GStreamer lacks an element, with
    // the package to install. Without a sound daemon or a display it plays into nothing, on time.
    static base::Result<std::unique_ptr<Playout>> open(PlayoutConfig config);
    ~Playout();

    // Bounded: when a slot's decoder is behind, its oldest frame goes. An unknown slot is ignored.
    void push(PlayoutFrame frame);

    // Who is present, in order. Slots that are not named are neither seen nor heard, though frames
    // that come before their name are decoded, so that no key frame is lost; slots no longer named
    // are closed.
    void set_tiles(std::vector<Tile> tiles);
    void set_words(ScreenWords words);

    SlotStats stats(std::size_t slot, base::Instant now) const;
    double audio_level_dbfs() const;       // of the mix, as heard
    std::uint64_t frames_decoded() const;  // of all slots since start, also of those that left

    // The newest composed picture as JPEG, some 10 a second; null when the mirror is not allowed,
    // not wanted, or has no picture yet. The same pointer is given until there is a newer one.
    std::shared_ptr<const base::Bytes> mirror_frame() const;
    bool mirror_open() const;

    // "window" or "none", and the sound element in use: for the status and the log.
    std::string video_output() const;
    std::string audio_output() const;

  private:
    struct Parts;
    explicit Playout(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace sightline::engine
