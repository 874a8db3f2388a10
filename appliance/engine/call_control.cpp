#include "appliance/engine/call_control.h"

#include <unistd.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/value_from.hpp>
#include <utility>

#include "appliance/base/hex.h"
#include "appliance/base/log.h"
#include "appliance/base/random.h"
#include "hardware/watchdog.h"

namespace sightline::engine {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using asio::redirect_error;
using asio::use_awaitable;

std::string random_run() {
    std::array<std::uint8_t, 16> bytes{};
    base::fill_random(bytes);
    return base::to_base64url(bytes);
}

}  // namespace

CallControl::CallControl(Interview::Parts parts, KioskLink& kiosk, SourceKind source, Views views,
                         SourceNames names, std::string mirror_url)
    : parts_(parts),
      kiosk_(kiosk),
      source_(source),
      names_(std::move(names)),
      mirror_url_(std::move(mirror_url)),
      views_(std::move(views)),
      run_(random_run()),
      changed_(parts.io) {}

void CallControl::greet() {
    kiosk_.send({{"type", "hello"},
                 {"pid", ::getpid()},
                 {"source", name_of(source_)},
                 {"mirror", mirror_url_},
                 {"run", run_}});
    kiosk_.send(status());
}

void CallControl::obey(Order order) {
    if (auto* join = std::get_if<JoinOrder>(&order)) {
        const bool stay = interview_ && wanted_ && wanted_->same_place(*join);
        wanted_ = std::move(*join);
        if (stay) {
            interview_->set_token(wanted_->token);
        } else {
            gate_.close();
            apply_gate();
            changed_.cancel();
        }
    } else if (std::holds_alternative<LeaveOrder>(order)) {
        wanted_.reset();
        gate_.close();
        apply_gate();
        changed_.cancel();
    } else if (const auto* mute = std::get_if<MuteOrder>(&order)) {
        muted_ = *mute;
        gate_.mute(mute->audio, mute->video);
        parts_.capture.set_muted(mute->audio, mute->video);
        apply_gate();
    } else if (const auto* send = std::get_if<SendOrder>(&order)) {
        gate_.allow(send->audio, send->video, base::Clock::now());
        apply_gate();
    } else if (const auto* beat = std::get_if<HeartbeatOrder>(&order)) {
        gate_.heard(base::Clock::now());
        if (interview_) interview_->send_heartbeat(beat->bytes);
        apply_gate();
    } else if (auto* keys = std::get_if<KeysOrder>(&order)) {
        const auto epoch = keys->epoch;
        if (!keys_.take(std::move(*keys), base::Clock::now())) return;
        if (interview_) interview_->apply_keys();
        kiosk_.send({{"type", "keys"}, {"epoch", epoch}});
    } else if (const auto* shown = std::get_if<ViewOrder>(&order)) {
        if (std::exchange(view_, shown->view) == shown->view) return;
        spdlog::info("view-taken view={}", model::name_of(view_));
        parts_.capture.take(views_.of(view_));
    } else if (const auto* ping = std::get_if<PingOrder>(&order)) {
        kiosk_.send({{"type", "pong"}, {"n", ping->number}});
    }
}

void CallControl::apply_gate() {
    if (interview_) interview_->apply_gate();
}

void CallControl::pass_nonce(base::ByteView nonce) {
    kiosk_.send({{"type", "nonce"}, {"data", base::to_hex(nonce)}});
}

void CallControl::on_captured() {
    if (interview_) {
        interview_->send_captured();
    } else {
        while (parts_.capture.poll()) {
        }
    }
    while (const auto event = parts_.capture.poll_event()) {
        capture_trouble_ = event->kind == CaptureEvent::Kind::Restarted ? "" : event->text;
        spdlog::warn("capture-event kind={} detail=\"{}\"", static_cast<int>(event->kind),
                     event->text);
    }
}

asio::awaitable<void> CallControl::run_interviews() {
    using namespace asio::experimental::awaitable_operators;
    for (;;) {
        changed_.expires_at(asio::steady_timer::time_point::max());
        boost::system::error_code woken;
        if (wanted_) {
            interview_ =
                std::make_unique<Interview>(parts_, *wanted_, gate_, keys_,
                                            [this](base::ByteView nonce) { pass_nonce(nonce); });
            spdlog::info("interview-joining session={}", wanted_->session.brief());
            co_await (interview_->run() ||
                      changed_.async_wait(redirect_error(use_awaitable, woken)));
            co_await interview_->leave();
            // An interview that the hub ended is not joined again before the kiosk says so.
            if (wanted_ && wanted_->same_place(interview_->order())) wanted_.reset();
            interview_.reset();
        } else {
            co_await changed_.async_wait(redirect_error(use_awaitable, woken));
        }
        if ((co_await asio::this_coro::cancellation_state).cancelled() !=
            asio::cancellation_type::none) {
            co_return;
        }
    }
}

asio::awaitable<void> CallControl::report() {
    asio::steady_timer timer(parts_.io);
    for (;;) {
        kiosk_.send(status());
        keys_.tick(base::Clock::now());
        if (parts_.capture.last_frame_age(base::Clock::now()) < kStuckAfter) {
            hardware::Watchdog::alive();
        }
        timer.expires_after(kReportInterval);
        co_await timer.async_wait(use_awaitable);
    }
}

json::object CallControl::status() const {
    const auto now = base::Clock::now();
    json::object message = {{"type", "status"},
                            {"state", "idle"},
                            {"source", name_of(source_)},
                            {"mirror", mirror_url_},
                            {"view", model::name_of(view_)},
                            {"muted", {{"audio", muted_.audio}, {"video", muted_.video}}},
                            {"sending",
                             {{"audio", now < gate_.open_until(wire::MediaKind::Audio)},
                              {"video", now < gate_.open_until(wire::MediaKind::Video)}}},
                            {"frames_decoded", parts_.playout.frames_decoded()},
                            {"audio_level_dbfs", parts_.playout.audio_level_dbfs()},
                            {"video_output", parts_.playout.video_output()},
                            {"audio_output", parts_.playout.audio_output()}};
    const auto capture = parts_.capture.stats();
    message["capture"] = {{"video_frames", capture.video_frames},
                          {"audio_frames", capture.audio_frames},
                          {"dropped", capture.dropped},
                          {"restarts", capture.restarts},
                          {"cameras", json::value_from(names_.cameras)},
                          {"microphone", names_.microphone},
                          {"trouble", capture_trouble_}};
    if (interview_) interview_->describe(message);
    return message;
}

}  // namespace sightline::engine
