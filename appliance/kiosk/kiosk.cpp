#include "appliance/kiosk/kiosk.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <stdexcept>

#include "appliance/base/hex.h"
#include "appliance/base/log.h"
#include "appliance/kiosk/clock.h"
#include "appliance/kiosk/control_requests.h"
#include "hardware/watchdog.h"

namespace sightline::kiosk {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kBeat{100};
constexpr int kBeatsPerSecond = 10;

Site site_of(const Options& options) {
    return {options.public_url, options.hub.url.text(),
            options.hub.fingerprint ? base::to_hex(*options.hub.fingerprint) : ""};
}

base::Secret key_of(const Options& options) {
    auto key = read_or_make_key(options.key_file);
    if (!key) throw std::runtime_error(key.error().text);
    return std::move(*key);
}

}  // namespace

Kiosk::Kiosk(asio::any_io_executor executor, const Options& options)
    : executor_(executor),
      options_(options),
      database_(options.state / "kiosk.db", storage::Access::ReadWrite),
      authority_(repository_, site_of(options)),
      engine_(executor, options.run / "engine.sock", authority_),
      hub_(executor, options.hub, options.name, key_of(options), authority_),
      control_(executor, options.run / "kiosk.sock",
               [this](std::string_view line) {
                   return answer_request(line, {authority_, &engine_, &hub_}, read_clock());
               }),
      timer_(executor) {}

void Kiosk::start(std::function<void()> on_ended) {
    on_ended_ = std::move(on_ended);
    authority_.resume(read_clock());
    if (options_.demo && !authority_.running()) {
        if (auto opened = authority_.open(options_.title, read_clock()); !opened) {
            throw std::runtime_error(opened.error().text);
        }
    }
    spawn(hub_.run());
    spawn(engine_.run());
    spawn(control_.run());
    spawn(beat());
    hardware::Watchdog::ready();
}

void Kiosk::stop() {
    stopped_ = true;
    hardware::Watchdog::stopping();
    timer_.cancel();
    hub_.stop();
    engine_.stop();
    control_.stop();
}

void Kiosk::spawn(asio::awaitable<void> task) {
    // All four run until stop(); what one throws leaves the executor's run() and ends the program.
    ++running_;
    asio::co_spawn(executor_, std::move(task), [this](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
        if (--running_ == 0) on_ended_();
    });
}

asio::awaitable<void> Kiosk::beat() {
    for (int beats = 0; !stopped_; ++beats) {
        const Now now = read_clock();
        engine_.tick(now);
        if (beats % kBeatsPerSecond == 0) {
            authority_.tick(now);
            hardware::Watchdog::alive();
        }
        hub_.flush();
        timer_.expires_after(kBeat);
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

}  // namespace sightline::kiosk
