// What Capture's threads leave for the engine's loop: encoded frames and events, bounded, with one
// wake per arrival. Any thread; one of the two places in the engine with a lock on the way of a
// frame.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "media/engine/capture.h"
#include "media/wire/media.h"

namespace sightline::engine {

class FrameQueue {
  public:
    void set_wake(std::function<void()> wake) {
        std::lock_guard lock(mutex_);
        wake_ = std::move(wake);
        if (wake_ && !(frames_.empty() && events_.empty())) wake_();
    }

    // False when a frame had to go for it: decoding then needs a key frame.
    bool push(wire::EncodedFrame frame) {
        std::lock_guard lock(mutex_);
        ++(frame.kind == wire::MediaKind::Video ? stats_.video_frames : stats_.audio_frames);
        frames_.push_back(std::move(frame));
        bool whole = true;
        if (frames_.size() > kMaxFrames) {
            whole = frames_.front().kind == wire::MediaKind::Audio;
            frames_.pop_front();
            ++stats_.dropped;
        }
        if (wake_) wake_();
        return whole;
    }

    void push(CaptureEvent event) {
        std::lock_guard lock(mutex_);
        if (event.kind == CaptureEvent::Kind::Restarted) ++stats_.restarts;
        if (events_.size() < kMaxEvents) events_.push_back(std::move(event));
        if (wake_) wake_();
    }

    std::optional<wire::EncodedFrame> pop() { return pop_from(frames_); }
    std::optional<CaptureEvent> pop_event() { return pop_from(events_); }

    CaptureStats stats() const {
        std::lock_guard lock(mutex_);
        return stats_;
    }

  private:
    static constexpr std::size_t kMaxFrames = 400;  // some five seconds
    static constexpr std::size_t kMaxEvents = 32;

    template <class T>
    std::optional<T> pop_from(std::deque<T>& queue) {
        std::lock_guard lock(mutex_);
        if (queue.empty()) return std::nullopt;
        std::optional<T> out(std::move(queue.front()));
        queue.pop_front();
        return out;
    }

    mutable std::mutex mutex_;
    std::deque<wire::EncodedFrame> frames_;
    std::deque<CaptureEvent> events_;
    std::function<void()> wake_;
    CaptureStats stats_;
};

}  // namespace sightline::engine
