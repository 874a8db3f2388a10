#include "appliance/kiosk/hub_link.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "appliance/base/hex.h"
#include "appliance/base/log.h"
#include "appliance/base/random.h"
#include "appliance/kiosk/clock.h"

namespace sightline::kiosk {

namespace asio = boost::asio;

namespace {

// wake() is earlier.
constexpr std::chrono::seconds kUntilUnlocked{60};

}  // namespace

HubLink::HubLink(asio::any_io_executor executor, std::vector<hub_client::HubAddress> hubs,
                 std::string name, base::Secret key, SessionAuthority& authority)
    : executor_(executor),
      hubs_(std::move(hubs)),
      name_(std::move(name)),
      key_(std::move(key)),
      authority_(authority),
      pause_(executor),
      trouble_("the store is locked; open it with `sightline unlock`") {}

asio::awaitable<void> HubLink::run() {
    while (!stopped_ && authority_.identity() == nullptr) {
        pause_.expires_after(kUntilUnlocked);
        co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    while (!stopped_) {
        const base::Error why = co_await stay_connected();
        if (stopped_) co_return;
        lost(why);
        hubs_.failed();
        pause_.expires_after(delay_.next(base::random_u32()));
        co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

asio::awaitable<base::Error> HubLink::stay_connected() {
    const hub_client::HubAddress hub = hubs_.current();
    socket_ = std::make_unique<hub_client::WebSocketClient>(executor_, hub);
    auto connected = co_await socket_->connect("/v1/kiosk");
    if (!connected) co_return connected.error();
    const auto& identity = *authority_.identity();
    if (auto sent = socket_->send(hub_hello(name_, key_.reveal_text(),
                                            identity.key.public_key().jwk(), identity.incarnation));
        !sent) {
        co_return sent.error();
    }
    ++connects_;
    authority_.hub_connected(
        {hub.url.text(), hub.fingerprint ? base::to_hex(*hub.fingerprint) : std::string()});
    flush();
    for (;;) {
        auto text = co_await socket_->receive();
        if (!text && text.error().code == base::Errc::Unauthorized) {
            co_return base::Error{base::Errc::Unauthorized,
                                  "say hello to hub " + hub.url.text() +
                                      ": it does not know this kiosk's key; give both programs the "
                                      "same --key-file (the hub: --kiosk-key-file)"};
        }
        if (!text) co_return text.error();
        const auto message = parse_hub_message(*text);
        if (!message) {
            ++malformed_;
            spdlog::warn("hub.malformed why=\"{}\"", message.error().text);
            authority_.log_refusal({RefusedBy::Hub, "hub", "message", message.error().text},
                                   read_clock());
            continue;
        }
        if (const auto* elsewhere = std::get_if<HubElsewhere>(&*message)) {
            co_return sent_elsewhere(elsewhere->origin);
        }
        // Only now: a hub that refuses our key accepts the connection first, and a crowd of kiosks
        // must not dial it every quarter of a second.
        const bool complaint = std::holds_alternative<HubComplaint>(*message);
        if (!complaint) {
            delay_.reset();
            hubs_.served();
            if (!trouble_.empty()) spdlog::info("hub.connected url={}", hub.url.text());
            trouble_.clear();
        }
        authority_.on_hub(*message, read_clock());
        flush();
    }
}

base::Error HubLink::sent_elsewhere(const std::string& origin) {
    const std::string what = "open the interview at hub " + hubs_.current().url.text() +
                             ": another hub has it, " + origin;
    socket_->abort();
    if (hubs_.sent_to(origin)) return {base::Errc::Conflict, what};
    return {base::Errc::Conflict, what + "; name that one too with --hub, with its certificate"};
}

void HubLink::lost(const base::Error& why) {
    if (why.text != trouble_) spdlog::error("hub.lost why=\"{}\"", why.text);
    trouble_ = why.text;
    authority_.hub_lost(read_clock());
}

void HubLink::stop() {
    stopped_ = true;
    pause_.cancel();
    if (socket_) socket_->abort();
}

void HubLink::flush() {
    if (!socket_) return;
    for (auto& message : authority_.take_hub_messages()) {
        // A hub that does not read is as good as gone; it hears all again when it is back.
        if (!socket_->send(std::move(message))) return socket_->abort();
    }
}

boost::json::object HubLink::status() const {
    return {{"connected", connected()},
            {"url", hubs_.current().url.text()},
            {"trouble", connected() ? "" : trouble_},
            {"connects", connects_},
            {"malformed", malformed_}};
}

}  // namespace sightline::kiosk
