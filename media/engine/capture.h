// The applicant's camera and microphone (or what stands in for them) as encoded frames: VP8 and
// Opus. A raw source (devices, a looped file, or the synthetic person) feeds two small encoder
// pipelines; muting happens between the two, in our own code, so a muted person is never encoded.
//
// All calls from one thread, the engine's loop. GStreamer's threads only enqueue; `wake` is called
// from them, after a frame or event was queued, and must only post to the loop. The echo canceller
// needs the Playout of the same process to exist before, and to outlive, the Capture.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "appliance/base/result.h"
#include "appliance/base/time.h"
#include "media/engine/source_kind.h"
#include "media/wire/media.h"

namespace sightline::engine {

// A GStreamer source element and the property that picks the device, as hardware::Device gives
// them:
// {"v4l2src", "device", "/dev/video0"}. An empty property leaves the element's own default.
struct DeviceElement {
    std::string element;
    std::string property;
    std::string value;
    std::string name = {};  // as people know it
    bool operator==(const DeviceElement&) const = default;
};

// By which camera the picture is taken, and how: a face moves, a paper must be legible.
struct Shot {
    std::optional<DeviceElement> camera;  // what stands in for a camera needs none
    int width = 640;
    int height = 360;
    int fps = 30;
    bool operator==(const Shot&) const = default;
};

struct CaptureConfig {
    SourceKind source = SourceKind::Synthetic;
    std::optional<DeviceElement> camera;      // source Camera; one of the two may be absent
    std::optional<DeviceElement> microphone;  // source Camera
    std::string file;                         // source File: played in a loop
    int width = 640;
    int height = 360;
    int fps = 30;
    std::uint32_t video_bps = 800'000;
    std::uint32_t audio_bps = 32'000;
    bool echo_cancel = true;  // off only where no Playout exists
};

struct CaptureEvent {
    enum class Kind : std::uint8_t {
        Failed,     // the source stopped; it will be started again by itself
        Stuck,      // no picture for some seconds; it will be started again by itself
        Restarted,  // picture or sound flows again
    };
    Kind kind = Kind::Failed;
    std::string text;  // a sentence for the log and the status
};

struct CaptureStats {
    std::uint64_t video_frames = 0;  // encoded
    std::uint64_t audio_frames = 0;
    std::uint64_t dropped = 0;  // encoded frames that the loop did not fetch in time
    std::uint64_t restarts = 0;
};

class Capture {
  public:
    // Starts the source. Waits at most some five seconds for a device or file to answer; an absent
    // one is Errc::Unavailable with a sentence that names it. The synthetic person starts at once.
    static base::Result<std::unique_ptr<Capture>> open(CaptureConfig config);
    ~Capture();

    // Called from GStreamer's threads whenever poll() or poll_event() has something; set it once.
    void set_wake(std::function<void()> wake);

    // The oldest encoded frame not yet fetched. `captured` is the steady clock's time of capture
    // (base::Instant's time_since_epoch), one clock for audio and video. Audio comes in 20 ms
    // frames, `captured` steps by exactly 20 ms unless the source itself had a gap.
    std::optional<wire::EncodedFrame> poll();
    std::optional<CaptureEvent> poll_event();

    // The next video frame will be a key frame.
    void request_key_frame();

    // true means muted: audio goes on as silence at the same packet rate and size, video as a black
    // picture at 2 fps. Survives every restart of the source.
    void set_muted(bool audio, bool video);

    void set_video_bitrate(std::uint32_t bits_per_second);

    // Takes the picture anew, as soon as its camera can be opened; a camera's microphone goes on
    // meanwhile. Survives every restart of the source. Nothing where there are no pictures.
    void take(Shot shot);
    Shot shot() const;  // the last one asked for

    // Whether there is a camera, or what stands in for one, at all: not with a microphone alone.
    bool gives_pictures() const;

    // How long ago the source last gave a raw picture, before muting; zero before the first. Grows
    // when a camera is stuck, but not while one that failed is looked for: nothing would be gained
    // by starting everything else anew.
    base::Duration last_frame_age(base::Instant now) const;

    // Unix time = captured + this, for the NTP time in sender reports and the burned-in clock.
    std::chrono::nanoseconds wall_clock_offset() const;

    CaptureStats stats() const;

  private:
    struct Parts;
    explicit Capture(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace sightline::engine
