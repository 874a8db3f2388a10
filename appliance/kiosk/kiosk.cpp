#include "appliance/kiosk/kiosk.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <stdexcept>

#include "appliance/base/hex.h"
#include "appliance/base/log.h"
#include "appliance/base/pin_file.h"
#include "appliance/kiosk/clock.h"
#include "appliance/kiosk/control_requests.h"
#include "hardware/file_secret.h"
#include "hardware/tpm_secret.h"
#include "hardware/watchdog.h"

namespace sightline::kiosk {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kBeat{100};
constexpr int kBeatsPerSecond = 10;
constexpr int kBeatsPerHour = 3600 * kBeatsPerSecond;

Site site_of(const Options& options) {
    const auto& hub = options.hubs.front();
    return {options.public_url, hub.url.text(),
            hub.fingerprint ? base::to_hex(*hub.fingerprint) : ""};
}

std::unique_ptr<hardware::DeviceSecret> device_of(const Options& options) {
    if (!options.tpm.empty()) return std::make_unique<hardware::TpmSecret>(options.tpm);
    auto files = hardware::FileSecret::open(options.device_secrets);
    if (!files) throw std::runtime_error(files.error().text);
    return std::move(*files);
}

base::Secret key_of(const Options& options) {
    auto key = read_or_make_key(options.key_file);
    if (!key) throw std::runtime_error(key.error().text);
    return std::move(*key);
}

consent::TextLibrary texts_of(const Options& options) {
    auto texts = consent::TextLibrary::load(options.texts);
    if (!texts) throw std::runtime_error(texts.error().text);
    return std::move(*texts);
}

}  // namespace

Kiosk::Kiosk(asio::any_io_executor executor, const Options& options, hardware::FdStore& inherited)
    : executor_(executor),
      options_(options),
      texts_(texts_of(options)),
      device_(device_of(options)),
      store_(options.state / "store.db", *device_),
      repository_(store_, options.retention),
      staff_repository_(store_),
      delegation_repository_(store_),
      erasure_(store_),
      lock_(store_, erasure_, &inherited),
      staff_(staff_repository_),
      trust_(delegation_repository_, read_clock, [this] { authority_.trust_changed(); }),
      dossiers_(store_),
      attachments_(store_, dossiers_),
      authority_(repository_, texts_, site_of(options), trust_,
                 [this] {
                     // The engine is nearer, and what it does not send needs no forwarding.
                     engine_.settle();
                     hub_.flush();
                 }),
      desk_{store_,
            lock_,
            repository_,
            erasure_,
            options.state,
            options.state / "exports",
            [this](Now now) { begin(now); }},
      engine_(executor, options.run / "engine.sock", authority_),
      hub_(executor, options.hubs, options.name, key_of(options), authority_),
      sync_(executor, options.hubs, dossiers_,
            {[this] { return authority_.running() != nullptr && !options_.sync_during_interviews; },
             read_clock}),
      control_(executor, options.run / "kiosk.sock",
               [this](std::string_view line) { return answer(line); }),
      timer_(executor) {
    if (options.touch) {
        touch_.emplace(
            executor, *options.touch, options.pages,
            [this](std::string_view request) { return answer(request); },
            [this](std::string what, const base::Error& why) {
                authority_.log_refusal(
                    {RefusedBy::TouchScreen, "touch screen", std::move(what), why.text},
                    read_clock());
            });
    }
}

std::string Kiosk::answer(std::string_view request) {
    return answer_request(
        request,
        {authority_, staff_, texts_, &desk_, &engine_, &hub_, &trust_, &dossiers_, &attachments_},
        read_clock());
}

void Kiosk::start(std::function<void()> on_ended) {
    on_ended_ = std::move(on_ended);
    open_store(read_clock());
    spawn(hub_.run());
    spawn(sync_.run());
    spawn(engine_.run());
    spawn(control_.run());
    if (touch_) spawn(touch_->run());
    spawn(beat());
    hardware::Watchdog::ready();
}

void Kiosk::open_store(Now now) {
    if (device_->assurance() == hardware::DeviceSecret::Assurance::File) {
        spdlog::warn(
            "store.secret_in_files where={} hint=\"for development: no erasure is guaranteed; "
            "give --tpm\"",
            device_->where());
    }
    if (lock_.try_kept(now)) {
        begin(now);
    } else if (options_.pin_file) {
        spdlog::warn("store.opens_itself hint=\"for demonstrations: the PIN lies in --pin-file\"");
        const auto pin = base::read_pin_file(*options_.pin_file);
        if (!pin) throw std::runtime_error(pin.error().text);
        if (auto opened = lock_.unlock(*pin, now); !opened) {
            throw std::runtime_error(opened.error().text);
        }
        begin(now);
    } else {
        spdlog::warn("store.locked hint=\"enter the PIN with `sightline unlock`\"");
    }
}

void Kiosk::begin(Now now) {
    const auto identity = staff_repository_.start(now.wall, [] {
        return std::string(signature::DeviceKey::random().secret_jwk().reveal_text());
    });
    auto key = signature::DeviceKey::parse(base::Secret(identity.secret_jwk));
    if (!key) throw std::runtime_error(key.error().text);
    staff_.load(now);
    trust_.load(key->public_key());
    dossiers_.load(*key, now.wall);
    attachments_.load();
    authority_.resume({std::move(*key), identity.starts}, now);
    hub_.wake();
}

// Between interviews: it may hold everything else up for half a second.
void Kiosk::erase_what_is_due(Now now) {
    if (!lock_.is_open() || authority_.running()) return;
    try {
        const auto due = erasure_.due(now.wall);
        if (due.empty()) return;
        const auto done = erasure_.erase({due, "the time of retention is over", "kiosk", now.wall});
        if (done) {
            dossiers_.reload(now.wall);
            spdlog::info("store.erased dossiers={}", due.size());
        } else {
            spdlog::error("store.erase_failed why=\"{}\"", done.error().text);
        }
    } catch (const storage::StorageError& e) {
        spdlog::error("store.erase_failed why=\"{}\"", e.what());
    }
}

void Kiosk::stop() {
    stopped_ = true;
    hardware::Watchdog::stopping();
    timer_.cancel();
    hub_.stop();
    sync_.stop();
    engine_.stop();
    control_.stop();
    if (touch_) touch_->stop();
}

void Kiosk::spawn(asio::awaitable<void> task) {
    // All of them run until stop(); what one throws leaves the executor's run() and ends the
    // program.
    ++running_;
    asio::co_spawn(executor_, std::move(task), [this](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
        if (--running_ == 0) on_ended_();
    });
}

asio::awaitable<void> Kiosk::beat() {
    for (int beats = 0; !stopped_; ++beats) {
        const Now now = read_clock();
        authority_.tick_keys(now);
        engine_.tick(now);
        if (beats % kBeatsPerSecond == 0) {
            authority_.tick(now);
            sync_.tick();
            hardware::Watchdog::alive();
            if (beats % kBeatsPerHour == 0) erase_what_is_due(now);
        }
        hub_.flush();
        timer_.expires_after(kBeat);
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

}  // namespace sightline::kiosk
