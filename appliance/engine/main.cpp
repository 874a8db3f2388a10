// sightline-engine: camera, screen and WebRTC of the kiosk, in a process of its own, so that a
// codec that crashes or a camera that hangs costs a second of picture and never the record.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <exception>
#include <optional>

#include "appliance/base/log.h"
#include "appliance/engine/call_control.h"
#include "appliance/engine/mirror_server.h"
#include "appliance/engine/options.h"
#include "appliance/engine/sources.h"
#include "hardware/watchdog.h"

namespace {

using namespace sightline;
namespace asio = boost::asio;

asio::awaitable<void> forever(std::optional<engine::MirrorServer>& mirror) {
    if (mirror) co_await mirror->run();
    asio::steady_timer never(co_await asio::this_coro::executor);
    never.expires_at(asio::steady_timer::time_point::max());
    co_await never.async_wait(asio::use_awaitable);
}

int run(const engine::Options& options) {
    using namespace asio::experimental::awaitable_operators;
    auto capture_config = engine::choose_source(options);
    if (!capture_config) throw std::runtime_error(capture_config.error().text);
    const auto source = capture_config->source;
    auto views = engine::choose_views(options, *capture_config);
    if (!views) throw std::runtime_error(views.error().text);
    if (const auto warning = engine::warning_about(*capture_config, options)) {
        spdlog::warn("source-incomplete detail=\"{}\"", *warning);
    }

    engine::PlayoutConfig playout_config;
    playout_config.slots = engine::kReceiveSlots;
    playout_config.fullscreen = options.fullscreen;
    playout_config.captured_from = source;
    playout_config.mirror = options.mirror_port.has_value();
    auto playout = engine::Playout::open(playout_config);
    if (!playout) throw std::runtime_error(playout.error().text);
    auto capture = engine::Capture::open(*capture_config);
    if (!capture) throw std::runtime_error(capture.error().text);

    asio::io_context io(1);
    const auto identity = transport::DtlsIdentity::generate();
    std::optional<engine::MirrorServer> mirror;
    if (options.mirror_port && (*playout)->mirror_open()) {
        mirror.emplace(io, *options.mirror_port, [&] { return (*playout)->mirror_frame(); });
    }
    engine::KioskLink kiosk(io, options.run_dir + "/engine.sock");
    const std::uint32_t target = capture_config->video_bps + capture_config->audio_bps;
    auto names = engine::names_of(*capture_config, *views, options);
    engine::CallControl control({io, **capture, **playout, identity, target}, kiosk, source,
                                std::move(*views), std::move(names),
                                mirror ? mirror->url() : std::string());
    (*capture)->set_wake([&] { asio::post(io, [&] { control.on_captured(); }); });

    asio::signal_set stop(io, SIGTERM, SIGINT);
    std::exception_ptr failure;
    asio::co_spawn(io,
                   kiosk.run([&] { control.greet(); },
                             [&](engine::Order order) { control.obey(std::move(order)); }) ||
                       control.run_interviews() || control.report() || forever(mirror) ||
                       stop.async_wait(asio::use_awaitable),
                   [&](const std::exception_ptr& error, const auto&) {
                       failure = error;
                       io.stop();
                   });
    spdlog::info(
        "engine-started source={} camera={} microphone={} video={} audio={} mirror={}",
        engine::name_of(source), capture_config->camera ? capture_config->camera->value : "none",
        capture_config->microphone ? capture_config->microphone->value : "none",
        (*playout)->video_output(), (*playout)->audio_output(), mirror ? mirror->url() : "off");
    hardware::Watchdog::ready();
    io.run();
    hardware::Watchdog::stopping();
    (*capture)->set_wake([] {});
    if (failure) std::rethrow_exception(failure);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const auto parsed = engine::parse_options(argc, argv);
    if (parsed.exit_code) return *parsed.exit_code;
    base::start_log("engine", parsed.options.log_level);
    try {
        return run(parsed.options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "sightline-engine: %s\n", error.what());
        return 1;
    }
}
