#include <gtest/gtest.h>

#include "hardware/devices.h"
#include "sound_room.h"
#include "media/engine/capture.h"
#include "media/engine/encoder.h"
#include "media/engine/gst.h"
#include "media/engine/pcm.h"
#include "media/engine/playout.h"
#include "media/engine/synthetic_sound.h"

namespace sightline::integration {
namespace {
using namespace std::chrono_literals;
using namespace sightline::engine;

TEST(X, Devices) {
    SoundRoom room;
    for (int i = 0; i < 2; ++i) {
    const auto t0 = base::Clock::now();
    const auto devices = hardware::list_devices(10s);
    printf("took %.3f\n", std::chrono::duration<double>(base::Clock::now() - t0).count());
    for (auto& d : devices)
        printf("%s '%s' %s %s=%s default=%d caps=%s\n", hardware::name_of(d.kind), d.name.c_str(),
               d.element.c_str(), d.property.c_str(), d.value.c_str(), d.is_default, d.caps.empty() ? "" : d.caps[0].c_str());
    }
}

std::vector<base::Bytes> packets_of(const std::vector<std::int16_t>& sound) {
    std::vector<base::Bytes> out;
    std::mutex m;
    auto enc = AudioEncoder::open(32000, [&](wire::EncodedFrame f) { std::lock_guard l(m); out.push_back(f.data); }).value();
    std::size_t n = sound.size() / kFrameSamples;
    for (std::size_t i = 0; i < n; ++i) {
        enc->push(std::span(sound).subspan(i * kFrameSamples, kFrameSamples), std::chrono::milliseconds(20 * i + 1000));
        if (i % 20 == 19) becomes_true(1s, [&] { std::lock_guard l(m); return out.size() + 1 >= i; });
    }
    becomes_true(1s, [&] { std::lock_guard l(m); return out.size() + 1 >= n; });
    return out;
}

TEST(X, Echo) {
    const bool aec = !getenv("NOAEC");
    SoundRoom room;
    PlayoutConfig pc; pc.window = false;
    auto playout = Playout::open(pc).value();
    printf("audio output %s\n", playout->audio_output().c_str());
    playout->set_tiles({{0, "a", "b", true, false}});
    CaptureConfig cc; cc.source = SourceKind::Camera;
    cc.microphone = DeviceElement{"pulsesrc", "device", "desk_microphone"};
    cc.echo_cancel = aec;
    auto capture = Capture::open(cc);
    ASSERT_TRUE(capture) << capture.error().text;
    CaptureConfig c2 = cc; c2.echo_cancel = false;
    auto raw = Capture::open(c2).value();
    const auto packets = packets_of(synthesise_speech(10s));
    printf("%zu packets\n", packets.size());
    struct Ear {
        Ear() {
            p = Pipeline::parse("appsrc name=in format=time is-live=true caps=\"audio/x-opus,rate=48000,channels=1,channel-mapping-family=0\" ! opusdec ! audio/x-raw,format=S16LE,rate=48000,channels=1 ! appsink name=out sync=false").value();
            p->on_sample("out", [this](GstSample* s) { MappedBuffer m(gst_sample_get_buffer(s)); auto b = m.bytes();
               std::span sp(reinterpret_cast<const std::int16_t*>(b.data()), b.size()/2);
               std::lock_guard l(mu); all.insert(all.end(), sp.begin(), sp.end()); });
            (void)p->play(); in = p->element("in"); }
        void take(Capture& c) { while (auto f = c.poll()) { last = f->captured; lag = steady_now() - f->captured; push_buffer(in.get(), make_buffer(f->data, f->captured, 20ms)); } }
        std::unique_ptr<Pipeline> p; ElementPtr in; std::mutex mu; std::vector<std::int16_t> all; std::chrono::nanoseconds last{}, lag{};
    } clean, loud;
    const auto t0 = base::Clock::now();
    const auto secs = getenv("SECS") ? atoi(getenv("SECS")) : 15;
    std::size_t done_c = 0, done_l = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(secs) * 50; ++i) {
        const auto at = t0 + i * 20ms;
        std::this_thread::sleep_until(at);
        playout->push({0, wire::MediaKind::Audio, true, at + 100ms, packets[i % packets.size()], i == 0});
        clean.take(**capture); loud.take(*raw);
        if (i % 50 == 49) {
            std::lock_guard l1(clean.mu); std::lock_guard l2(loud.mu);
            printf("t=%zu s played %.1f raw %.1f clean %.1f lag raw %.1f clean %.1f ms\n", i / 50 + 1, playout->stats(0, base::Clock::now()).audio_level_dbfs,
               level_dbfs(std::span(loud.all).subspan(done_l)), level_dbfs(std::span(clean.all).subspan(done_c)), double(loud.lag.count())/1e6, double(clean.lag.count())/1e6);
            done_c = clean.all.size(); done_l = loud.all.size();
            while (auto e = (*capture)->poll_event()) printf("event %s\n", e->text.c_str());
        }
    }
}

}  // namespace
}  // namespace sightline::integration
