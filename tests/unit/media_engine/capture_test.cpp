#include "media/engine/capture.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <vector>

#include "media/engine/clock_strip.h"
#include "media/engine/gst.h"
#include "media/engine/pcm.h"

namespace sightline::engine {
namespace {

using namespace std::chrono_literals;
using Frames = std::vector<wire::EncodedFrame>;

// Stands in for the engine's loop: sleeps until woken, fetches everything.
class Loop {
  public:
    explicit Loop(Capture& capture) : capture_(capture) {
        capture_.set_wake([this] {
            std::lock_guard lock(mutex_);
            woken_ = true;
            wake_.notify_one();
        });
    }
    ~Loop() { capture_.set_wake({}); }

    // What arrives in this time, or until `enough` says so.
    Frames fetch(std::chrono::milliseconds time,
                 const std::function<bool(const wire::EncodedFrame&)>& enough = {}) {
        Frames got;
        const auto end = base::Clock::now() + time;
        while (base::Clock::now() < end) {
            while (auto frame = capture_.poll()) {
                got.push_back(std::move(*frame));
                if (enough && enough(got.back())) return got;
            }
            std::unique_lock lock(mutex_);
            wake_.wait_until(lock, end, [this] { return woken_; });
            woken_ = false;
        }
        return got;
    }

  private:
    Capture& capture_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool woken_ = false;
};

Frames only(wire::MediaKind kind, const Frames& frames) {
    Frames out;
    for (const auto& frame : frames)
        if (frame.kind == kind) out.push_back(frame);
    return out;
}

// Decodes these frames and gives the raw buffers' bytes, one per buffer.
std::vector<base::Bytes> decode(const std::string& caps, const std::string& chain,
                                const Frames& frames) {
    auto pipeline = Pipeline::parse("appsrc name=in format=time caps=\"" + caps + "\" ! " + chain +
                                    " ! appsink name=out sync=false")
                        .value();
    EXPECT_TRUE(pipeline->play());
    const ElementPtr in = pipeline->element("in");
    const ElementPtr out = pipeline->element("out");
    for (const auto& frame : frames) push_buffer(in.get(), make_buffer(frame.data, frame.captured));
    gst_app_src_end_of_stream(GST_APP_SRC(in.get()));
    std::vector<base::Bytes> decoded;
    while (
        SamplePtr sample{gst_app_sink_try_pull_sample(GST_APP_SINK(out.get()), 2 * GST_SECOND)}) {
        const MappedBuffer mapped(gst_sample_get_buffer(sample.get()));
        decoded.emplace_back(mapped.bytes().begin(), mapped.bytes().end());
    }
    return decoded;
}
std::vector<base::Bytes> pictures_of(const Frames& frames) {
    return decode("video/x-vp8", "vp8dec", only(wire::MediaKind::Video, frames));
}
std::vector<base::Bytes> sound_of(const Frames& frames) {
    return decode("audio/x-opus,rate=48000,channels=1,channel-mapping-family=0",
                  "opusdec ! audio/x-raw,format=S16LE,rate=48000,channels=1",
                  only(wire::MediaKind::Audio, frames));
}
double level_of(const std::vector<base::Bytes>& blocks) {
    std::vector<std::int16_t> all;
    for (const auto& block : blocks) {
        const auto* samples = reinterpret_cast<const std::int16_t*>(block.data());
        all.insert(all.end(), samples, samples + block.size() / 2);
    }
    return level_dbfs(all);
}

std::unique_ptr<Capture> open_synthetic() { return Capture::open({}).value(); }

// The size that a VP8 key frame says (RFC 6386, section 9.1), or none in other frames.
std::optional<std::pair<int, int>> size_of(const wire::EncodedFrame& frame) {
    const auto& data = frame.data;
    if (frame.kind != wire::MediaKind::Video || data.size() < 10 || (data[0] & 1) != 0) return {};
    return std::pair((data[6] | data[7] << 8) & 0x3FFF, (data[8] | data[9] << 8) & 0x3FFF);
}

TEST(Capture, TakesAnotherShotAndGoesBack) {
    auto capture = open_synthetic();
    Loop loop(*capture);
    const auto shows = [&](int width, int height) {
        bool shown = false;
        loop.fetch(10s, [&](const wire::EncodedFrame& frame) {
            return shown = size_of(frame) == std::optional(std::pair(width, height));
        });
        return shown;
    };
    const Shot face = capture->shot();
    EXPECT_TRUE(shows(face.width, face.height));
    capture->take({std::nullopt, 1280, 720, 8});
    EXPECT_TRUE(shows(1280, 720));
    EXPECT_EQ(capture->shot().width, 1280);
    // Each begins with a key frame of its own, and the voice is heard all the time.
    const auto sound = only(wire::MediaKind::Audio, loop.fetch(2s));
    EXPECT_GT(sound.size(), 50u);
    capture->set_video_bitrate(300'000);
    capture->take(face);
    EXPECT_TRUE(shows(face.width, face.height));
}

TEST(Capture, SyntheticPersonGivesSteadyFramesOfBothKinds) {
    auto capture = open_synthetic();
    Loop loop(*capture);
    // The clock of the test starts with the first frame: the first start loads plugins.
    Frames frames = loop.fetch(5s, [](const auto&) { return true; });
    const Frames rest = loop.fetch(2s);
    frames.insert(frames.end(), rest.begin(), rest.end());
    const Frames video = only(wire::MediaKind::Video, frames);
    const Frames audio = only(wire::MediaKind::Audio, frames);

    // Rates by the frames' own time: the machine that runs this may be busy, and a busy encoder
    // drops pictures, but sound never.
    ASSERT_GT(video.size(), 10U);
    const std::chrono::duration<double> span = video.back().captured - video.front().captured;
    EXPECT_GT(span.count(), 1.0);
    EXPECT_LE(static_cast<double>(video.size() - 1) / span.count(), 30.5);
    EXPECT_GE(static_cast<double>(video.size() - 1) / span.count(), 20);
    EXPECT_GT(audio.size(), 50U);
    EXPECT_TRUE(video.front().key_frame);
    EXPECT_EQ(std::count_if(video.begin(), video.end(), [](const auto& f) { return f.key_frame; }),
              1);
    for (std::size_t i = 1; i < video.size(); ++i)
        EXPECT_GT(video[i].captured, video[i - 1].captured);
    for (std::size_t i = 1; i < audio.size(); ++i) {
        EXPECT_EQ(audio[i].captured - audio[i - 1].captured, 20ms);
        EXPECT_EQ(audio[i].data.size(), audio.front().data.size()) << "Opus must be constant rate";
    }
    // Both clocks are the steady clock.
    const auto now = base::Clock::now().time_since_epoch();
    EXPECT_LT(now - video.back().captured, 500ms);
    EXPECT_LT(now - audio.back().captured, 500ms);
    EXPECT_LT(capture->last_frame_age(base::Clock::now()), 500ms);
}

TEST(Capture, BurnsTheCaptureTimeIntoThePicture) {
    auto capture = open_synthetic();
    Loop loop(*capture);
    const Frames frames = only(wire::MediaKind::Video, loop.fetch(1s));
    const auto pictures = pictures_of(frames);
    ASSERT_EQ(pictures.size(), frames.size());
    ASSERT_GT(frames.size(), 10U);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const auto wall = frames[i].captured + capture->wall_clock_offset();
        const std::uint32_t ms = clock_ms_of(wall);
        EXPECT_EQ(read_clock({pictures[i].data(), 640, 640, 360}), ms);
        EXPECT_EQ(read_flash({pictures[i].data(), 640, 640, 360}), ms % 1000 < 100);
    }
}

TEST(Capture, GivesAKeyFrameOnRequest) {
    auto capture = open_synthetic();
    Loop loop(*capture);
    const auto key = [](const wire::EncodedFrame& f) {
        return f.kind == wire::MediaKind::Video && f.key_frame;
    };
    ASSERT_TRUE(key(loop.fetch(5s, key).back()));
    capture->request_key_frame();
    const Frames after = loop.fetch(1s, key);
    ASSERT_FALSE(after.empty());
    EXPECT_TRUE(key(after.back()));
    EXPECT_LE(only(wire::MediaKind::Video, after).size(), 5U);
}

TEST(Capture, MutedIsBlackAndSilentAtTheSamePacketRate) {
    auto capture = open_synthetic();
    Loop loop(*capture);
    const Frames before = loop.fetch(1s);
    capture->set_muted(true, true);
    Frames frames = before;
    const Frames settling = loop.fetch(300ms);
    const Frames muted = loop.fetch(1500ms);
    frames.insert(frames.end(), settling.begin(), settling.end());
    frames.insert(frames.end(), muted.begin(), muted.end());

    const Frames muted_audio = only(wire::MediaKind::Audio, muted);
    EXPECT_NEAR(static_cast<double>(muted_audio.size()), 75, 15);
    for (const auto& frame : muted_audio) EXPECT_EQ(frame.data.size(), muted_audio[0].data.size());
    EXPECT_EQ(muted_audio[0].data.size(), only(wire::MediaKind::Audio, before)[0].data.size());
    const auto sound = sound_of(frames);
    const auto first_muted = sound.size() - muted_audio.size();
    EXPECT_LT(level_of({sound.begin() + static_cast<std::ptrdiff_t>(first_muted), sound.end()}),
              -80);

    const Frames muted_video = only(wire::MediaKind::Video, muted);
    EXPECT_GE(muted_video.size(), 2U);
    EXPECT_LE(muted_video.size(), 4U);
    const auto picture = pictures_of(frames).back();
    for (std::size_t i = 0; i < 640 * 360; ++i) ASSERT_LT(picture[i], 32) << "at byte " << i;
}

TEST(Capture, ComesBackFromMutedWithPictureAndSound) {
    auto capture = open_synthetic();
    capture->set_muted(true, true);
    Loop loop(*capture);
    Frames frames = loop.fetch(700ms);
    capture->set_muted(false, false);
    const Frames after = loop.fetch(1200ms);
    frames.insert(frames.end(), after.begin(), after.end());
    EXPECT_GT(only(wire::MediaKind::Video, after).size(), 25U);
    EXPECT_TRUE(read_clock({pictures_of(frames).back().data(), 640, 640, 360}));
    EXPECT_GT(level_of(sound_of(after)), -40);
}

TEST(Capture, FollowsTheVideoBitrate) {
    auto capture = open_synthetic();
    Loop loop(*capture);
    const auto bytes = [](const Frames& frames) {
        std::size_t sum = 0;
        for (const auto& frame : only(wire::MediaKind::Video, frames)) sum += frame.data.size();
        return sum;
    };
    loop.fetch(500ms);
    const auto high = bytes(loop.fetch(1500ms));
    capture->set_video_bitrate(200'000);
    loop.fetch(1s);
    const auto low = bytes(loop.fetch(1500ms));
    EXPECT_LT(low * 2, high);
    EXPECT_LT(static_cast<double>(low) * 8 / 1.5, 350'000);
}

class MediaFile : public ::testing::Test {
  protected:
    void SetUp() override {
        path_ = (std::filesystem::path(::testing::TempDir()) /
                 ("engine test " + std::to_string(::getpid()) + ".webm"))
                    .string();
        auto pipeline =
            Pipeline::parse(
                "videotestsrc num-buffers=20 pattern=ball ! "
                "video/x-raw,width=320,height=240,framerate=20/1 ! vp8enc deadline=1 ! mux. "
                "audiotestsrc num-buffers=47 samplesperbuffer=1024 ! "
                "audio/x-raw,rate=48000,channels=2 ! opusenc ! mux. "
                "webmmux name=mux ! filesink name=file")
                .value();
        g_object_set(pipeline->element("file").get(), "location", path_.c_str(), nullptr);
        ASSERT_TRUE(pipeline->play());
        const auto end = base::Clock::now() + 10s;
        while (!pipeline->take_end() && base::Clock::now() < end) g_usleep(5000);
    }
    void TearDown() override { std::filesystem::remove(path_); }
    std::string path_;
};

TEST_F(MediaFile, IsPlayedInALoop) {
    CaptureConfig config;
    config.source = SourceKind::File;
    config.file = path_;
    auto opened = Capture::open(config);
    ASSERT_TRUE(opened) << opened.error().text;
    Loop loop(*opened.value());
    // More than three times its length.
    std::optional<std::chrono::nanoseconds> first;
    const Frames frames = loop.fetch(20s, [&first](const wire::EncodedFrame& frame) {
        if (!first) first = frame.captured;
        return frame.kind == wire::MediaKind::Video && frame.captured - *first > 3500ms;
    });
    const Frames video = only(wire::MediaKind::Video, frames);
    const Frames audio = only(wire::MediaKind::Audio, frames);
    EXPECT_GT(video.size(), 50U);
    EXPECT_GT(audio.size(), 140U);
    for (std::size_t i = 1; i < video.size(); ++i)
        EXPECT_GT(video[i].captured, video[i - 1].captured);
    for (std::size_t i = 1; i < audio.size(); ++i)
        EXPECT_EQ(audio[i].captured - audio[i - 1].captured, 20ms);
    EXPECT_GT(level_of(sound_of(audio)), -20);
    EXPECT_EQ(pictures_of(frames).back().size(), 640U * 360 * 3 / 2);
    EXPECT_FALSE(opened.value()->poll_event());
}

TEST(CaptureErrors, NameTheMissingFile) {
    CaptureConfig config;
    config.source = SourceKind::File;
    config.file = "/nowhere/at all.webm";
    const auto opened = Capture::open(config);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().text,
              "open media file /nowhere/at all.webm: there is no such file; check --media");
}

TEST(CaptureErrors, NameAFileThatIsNoMedia) {
    const auto path = std::filesystem::path(::testing::TempDir()) /
                      ("engine_test_" + std::to_string(::getpid()) + ".webm");
    std::ofstream(path) << "this is text, and no picture at all\n";
    CaptureConfig config;
    config.source = SourceKind::File;
    config.file = path.string();
    const auto opened = Capture::open(config);
    std::filesystem::remove(path);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().text.find(path.string()), std::string::npos);
    EXPECT_EQ(opened.error().code, base::Errc::Unsupported);
}

TEST(CaptureErrors, NameTheMissingCamera) {
    CaptureConfig config;
    config.source = SourceKind::Camera;
    config.camera = DeviceElement{"v4l2src", "device", "/dev/video77"};
    const auto opened = Capture::open(config);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, base::Errc::Unavailable);
    EXPECT_NE(opened.error().text.find("/dev/video77"), std::string::npos) << opened.error().text;
    EXPECT_EQ(
        Capture::open({.source = SourceKind::Camera, .camera = {}, .microphone = {}, .file = {}})
            .error()
            .code,
        base::Errc::Unavailable);
}

// Elements of GStreamer that make test data stand in for devices. This camera is at its end at
// once.
TEST(CaptureDevices, AreOpenedAgainWhenTheyStopWhileTheVoiceGoesOn) {
    CaptureConfig config;
    config.source = SourceKind::Camera;
    config.camera = DeviceElement{"videotestsrc", "num-buffers", "3"};
    config.microphone = DeviceElement{"audiotestsrc", "is-live", "true"};
    config.echo_cancel = false;
    auto opened = Capture::open(config);
    ASSERT_TRUE(opened) << opened.error().text;
    Loop loop(*opened.value());
    const auto end = base::Clock::now() + 15s;
    bool failed = false;
    bool restarted = false;
    Frames frames;
    while (!restarted && base::Clock::now() < end) {
        const Frames more = loop.fetch(100ms);
        frames.insert(frames.end(), more.begin(), more.end());
        while (auto event = opened.value()->poll_event()) {
            failed = failed || event->kind == CaptureEvent::Kind::Failed;
            restarted = event->kind == CaptureEvent::Kind::Restarted;
        }
    }
    EXPECT_TRUE(failed);
    EXPECT_TRUE(restarted);
    EXPECT_GE(opened.value()->stats().restarts, 1U);
    const Frames audio = only(wire::MediaKind::Audio, frames);
    ASSERT_GT(audio.size(), 20U);
    for (std::size_t i = 1; i < audio.size(); ++i)
        EXPECT_EQ(audio[i].captured - audio[i - 1].captured, 20ms);
    EXPECT_GT(level_of(sound_of(audio)), -20);
}

}  // namespace
}  // namespace sightline::engine
