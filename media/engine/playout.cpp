#include "media/engine/playout.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "media/engine/composer.h"
#include "media/engine/pcm.h"
#include "media/engine/screen.h"
#include "media/engine/slot_decoder.h"
#include "media/engine/speaker.h"

namespace sightline::engine {

namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kMaxSlots = 32;
constexpr std::size_t kMixSamples = 480;  // 10 ms
constexpr nanoseconds kMixPeriod = std::chrono::milliseconds(10);
// A picture older than this is no longer the person: the name card takes its place.
constexpr std::chrono::seconds kFrozenAfter{3};
constexpr double kLevelWeight = 1.0 / 30;

using SlotPtr = std::shared_ptr<SlotDecoder>;

}  // namespace

struct Playout::Parts {
    PlayoutConfig config;
    std::unique_ptr<Screen> screen;
    std::unique_ptr<Speaker> speaker;

    // Who is there: written by the loop, copied by composer and mixer at each turn, so that neither
    // holds the lock while it works.
    mutable std::mutex mutex;
    std::vector<SlotPtr> slots;
    std::vector<std::string> persons;  // whose each slot was last
    std::vector<Tile> tiles;
    ScreenWords words;
    std::string audio_output;
    std::uint64_t frames_of_gone_slots = 0;
    std::atomic<double> level{-100.0};
    std::atomic<bool> window_open{false};

    // Last: they use all of the above.
    std::jthread composing;
    std::jthread mixing;

    // The slots of the people on the screen: nobody is heard whose name is not shown.
    std::vector<SlotPtr> slots_on_screen() const {
        std::lock_guard lock(mutex);
        std::vector<SlotPtr> out;
        for (const auto& tile : tiles) {
            if (tile.slot < slots.size() && slots[tile.slot]) out.push_back(slots[tile.slot]);
        }
        return out;
    }

    SlotPtr slot(std::size_t index) {
        std::lock_guard lock(mutex);
        if (index >= slots.size()) return nullptr;
        if (!slots[index]) {
            slots[index] = std::make_shared<SlotDecoder>(sample_at(steady_now() - kDecodeSlack));
        }
        return slots[index];
    }

    void compose_loop(std::stop_token stop) {
        Composer composer(config.width, config.height);
        std::mutex pause_mutex;
        std::condition_variable_any pause;
        base::Instant due = base::Clock::now();
        while (!stop.stop_requested()) {
            const auto now = base::Clock::now();
            screen->tend(now);
            window_open = screen->has_window();
            compose(composer, now);
            const nanoseconds period = std::chrono::seconds(1);
            due = std::max(due + period / screen->pictures_per_second(), now);
            std::unique_lock lock(pause_mutex);
            pause.wait_until(lock, stop, due, [] { return false; });
        }
    }

    void compose(Composer& composer, base::Instant now) {
        const nanoseconds time = now.time_since_epoch() - kDecodeSlack;
        std::vector<SlotPtr> present;
        std::vector<ShownTile> shown;
        ScreenWords said;
        {
            std::lock_guard lock(mutex);
            present = slots;
            for (const auto& tile : tiles) shown.push_back({tile, nullptr});
            said = words;
        }
        for (auto& tile : shown) {
            const auto& slot = tile.who.slot < present.size() ? present[tile.who.slot] : nullptr;
            if (!slot) continue;
            GstSample* picture = slot->next_picture(time);
            const auto age = slot->picture_age(now);
            if (tile.who.video_on && age && *age < kFrozenAfter) tile.picture = picture;
        }
        if (!screen->has_window() && !screen->has_mirror() && !config.tap.video) return;
        const Picture& canvas = composer.compose(shown, said);
        screen->show(canvas, time);
        if (config.tap.video) tap(canvas, base::Instant(time + kOutputDelay));
    }

    void tap(const Picture& canvas, base::Instant at) {
        const auto width = static_cast<std::size_t>(canvas.width());
        const auto height = static_cast<std::size_t>(canvas.height());
        base::Bytes luma(width * height);
        for (std::size_t y = 0; y < height; ++y) {
            const auto* row = canvas.plane(0) + static_cast<int>(y) * canvas.stride(0);
            std::copy(row, row + width, luma.begin() + static_cast<std::ptrdiff_t>(y * width));
        }
        config.tap.video(at, canvas.width(), canvas.height(), luma);
    }

    void mix_loop(std::stop_token stop) {
        std::mutex pause_mutex;
        std::condition_variable_any pause;
        std::int64_t position = sample_at(steady_now() - kDecodeSlack);
        while (!stop.stop_requested()) {
            const auto now = base::Clock::now();
            const std::int64_t reached = sample_at(now.time_since_epoch() - kDecodeSlack);
            // After a stall of more than a second the past is not played.
            if (reached - position > kSampleRate) position = reached;
            while (position + static_cast<std::int64_t>(kMixSamples) <= reached) {
                mix(position);
                position += static_cast<std::int64_t>(kMixSamples);
            }
            speaker->tend(now);
            {
                std::lock_guard lock(mutex);
                audio_output = speaker->output();
            }
            const auto next = time_of_sample(position + static_cast<std::int64_t>(kMixSamples));
            std::unique_lock lock(pause_mutex);
            pause.wait_until(lock, stop, base::Instant(next + kDecodeSlack), [] { return false; });
        }
    }

    void mix(std::int64_t position) {
        std::array<int, kMixSamples> sum{};
        std::array<std::int16_t, kMixSamples> voice{};
        for (const auto& slot : slots_on_screen()) {
            slot->mix(position, voice);
            for (std::size_t i = 0; i < kMixSamples; ++i) sum[i] += voice[i];
        }
        for (std::size_t i = 0; i < kMixSamples; ++i) {
            voice[i] = static_cast<std::int16_t>(std::clamp(sum[i], -32768, 32767));
        }
        const double loud = level_dbfs(voice);
        smoothed_ += (std::pow(10.0, loud / 10) - smoothed_) * kLevelWeight;
        level = level_dbfs(smoothed_);
        const nanoseconds at = time_of_sample(position);
        speaker->play(voice, at);
        if (config.tap.audio) config.tap.audio(base::Instant(at + kOutputDelay), voice);
    }

    double smoothed_ = 0;  // the mixer's
};

Playout::Playout(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Playout::~Playout() = default;

base::Result<std::unique_ptr<Playout>> Playout::open(PlayoutConfig config) {
    start_gstreamer();
    auto parts = std::make_unique<Parts>();
    Parts& p = *parts;
    auto screen = Screen::open(config);
    if (!screen) return screen.error();
    p.screen = std::move(screen.value());
    auto speaker = Speaker::open(config.speaker_element);
    if (!speaker) return speaker.error();
    p.speaker = std::move(speaker.value());
    p.audio_output = p.speaker->output();
    p.window_open = p.screen->has_window();
    p.slots.resize(std::min(config.slots, kMaxSlots));
    p.persons.resize(p.slots.size());
    p.words = config.words;
    p.config = std::move(config);
    p.composing = std::jthread([&p](std::stop_token stop) { p.compose_loop(stop); });
    p.mixing = std::jthread([&p](std::stop_token stop) { p.mix_loop(stop); });
    return std::unique_ptr<Playout>(new Playout(std::move(parts)));
}

void Playout::push(PlayoutFrame frame) {
    if (const SlotPtr slot = parts_->slot(frame.slot)) slot->push(std::move(frame));
}

void Playout::set_tiles(std::vector<Tile> tiles) {
    std::vector<SlotPtr> gone;  // closed after the lock is free
    std::lock_guard lock(parts_->mutex);
    for (std::size_t i = 0; i < parts_->slots.size(); ++i) {
        const auto named = std::find_if(tiles.begin(), tiles.end(),
                                        [i](const Tile& tile) { return tile.slot == i; });
        bool goes_on = named != tiles.end();
        if (goes_on) {
            // Frames of a slot that nobody had yet are the new person's; others may not be.
            const std::string before = std::exchange(parts_->persons[i], named->person);
            goes_on = before.empty() || before == named->person;
        }
        if (goes_on || !parts_->slots[i]) continue;
        parts_->frames_of_gone_slots += parts_->slots[i]->stats(base::Clock::now()).frames_decoded;
        gone.push_back(std::exchange(parts_->slots[i], nullptr));
    }
    parts_->tiles = std::move(tiles);
}

void Playout::set_words(ScreenWords words) {
    std::lock_guard lock(parts_->mutex);
    parts_->words = std::move(words);
}

SlotStats Playout::stats(std::size_t slot, base::Instant now) const {
    SlotPtr found;
    {
        std::lock_guard lock(parts_->mutex);
        if (slot < parts_->slots.size()) found = parts_->slots[slot];
    }
    return found ? found->stats(now) : SlotStats{};
}

double Playout::audio_level_dbfs() const { return parts_->level; }

std::uint64_t Playout::frames_decoded() const {
    std::lock_guard lock(parts_->mutex);
    std::uint64_t sum = parts_->frames_of_gone_slots;
    for (const auto& slot : parts_->slots)
        if (slot) sum += slot->stats(base::Clock::now()).frames_decoded;
    return sum;
}

std::shared_ptr<const base::Bytes> Playout::mirror_frame() const {
    return parts_->screen->mirror();
}
bool Playout::mirror_open() const { return parts_->screen->has_mirror(); }
std::string Playout::video_output() const { return parts_->window_open ? "window" : "none"; }

std::string Playout::audio_output() const {
    std::lock_guard lock(parts_->mutex);
    return parts_->audio_output;
}

}  // namespace sightline::engine
