// Something to hear where there is no microphone: a synthesised voice and, at the start of every
// second, the marked tone that belongs to the picture's flash. 2 kHz, amplitude 0.5, 100 ms, phase
// zero at the exact sample of the full second of the strip's clock; the voice stays at or below
// 0.2. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace sightline::engine {

inline constexpr double kToneHz = 2000;
inline constexpr double kToneAmplitude = 0.5;
inline constexpr double kSpeechAmplitude = 0.2;

// The voice: some seconds of mono 48 kHz speech from GStreamer's flite source, peak
// kSpeechAmplitude. Empty when there is none within `wait`; the person is then silent but for the
// tone.
std::vector<std::int16_t> synthesise_speech(std::chrono::milliseconds wait);

class SyntheticSound {
  public:
    explicit SyntheticSound(std::vector<std::int16_t> speech) : speech_(std::move(speech)) {}

    // Fills `out` with the sound that begins at this instant of wall time (Unix nanoseconds). The
    // same instant always gives the same sound.
    void fill(std::chrono::nanoseconds wall, std::span<std::int16_t> out) const;

    // Loudness of the voice at this instant, 0 to 1, for the mouth.
    double loudness(std::chrono::nanoseconds wall) const;

  private:
    std::vector<std::int16_t> speech_;
};

}  // namespace sightline::engine
