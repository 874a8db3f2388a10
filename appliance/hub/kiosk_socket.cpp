#include "appliance/hub/kiosk_socket.h"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <utility>

#include "appliance/base/hex.h"
#include "appliance/hub/control_socket.h"
#include "appliance/hub/elsewhere.h"
#include "appliance/hub/token.h"

namespace sightline::hub {

namespace asio = boost::asio;

namespace {

// The kiosk's hello, when it has shown the key. On failure the socket has been told why.
asio::awaitable<std::optional<KioskHello>> greet(SocketPtr socket, const base::Secret& key,
                                                 Metrics& metrics) {
    const auto deadline = hello_deadline(co_await asio::this_coro::executor, socket);
    const auto text = co_await socket->receive();
    if (!text && text.error().code != base::Errc::Malformed) co_return std::nullopt;
    base::Result<KioskMessage> message = base::Errc::Malformed;
    if (text) message = parse_kiosk_message(*text);
    const KioskHello* hello = message ? std::get_if<KioskHello>(&*message) : nullptr;
    if (!hello) {
        metrics.bad(BadInput::Json);
        socket->send(
            kiosk_error_message(!message && !message.error().text.empty()
                                    ? message.error().text
                                    : "the first message must be a hello with name and key"));
        socket->close(CloseCode::Policy, "hello expected");
        co_return std::nullopt;
    }
    if (key.empty() || !equal_in_constant_time(hello->key, key.reveal_text())) {
        metrics.bad(BadInput::KioskKey);
        socket->send(kiosk_error_message(
            "the key is not this hub's; give kiosk and hub the same --kiosk-key-file"));
        socket->close(CloseCode::BadToken, "wrong key");
        co_return std::nullopt;
    }
    co_return *hello;
}

// False: this is not the place of the session that the kiosk wants to open, and it has been told
// where that is, or to try again.
asio::awaitable<bool> is_place_of(SocketPtr socket, base::SessionId session, PlaceDesk& places) {
    const auto taken = co_await places.take(session);
    if (!taken) {
        socket->send(kiosk_error_message(taken.error().text));
        socket->close(CloseCode::TryAgain, "database away");
        co_return false;
    }
    if (!*taken) co_return true;
    socket->send(elsewhere_message(**taken));
    socket->close(CloseCode::Elsewhere, **taken);
    co_return false;
}

}  // namespace

base::Result<base::Secret> parse_kiosk_key(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
        text.remove_suffix(1);
    }
    if (!token_hash_from_hex(text)) {
        return base::Error(base::Errc::Malformed,
                           "must hold 64 hexadecimal digits; make one with: openssl rand -hex 32");
    }
    return base::Secret(text);
}

asio::awaitable<void> serve_kiosk(SocketPtr socket, const base::Secret& key, Signalling& signalling,
                                  PlaceDesk* places, Metrics& metrics) {
    const auto hello = co_await greet(socket, key, metrics);
    if (!hello) co_return;
    const std::string& name = hello->kiosk;
    signalling.kiosk_arrived(*hello, socket);
    struct Line {
        Signalling& signalling;
        const std::string& name;
        const SocketPtr& socket;
        ~Line() { signalling.kiosk_departed(name, socket); }
    } line{signalling, name, socket};

    int bad = 0;
    while (bad <= kMaxBadMessages) {
        const auto text = co_await socket->receive();
        if (!text && text.error().code != base::Errc::Malformed) co_return;
        base::Result<KioskMessage> message = base::Errc::Malformed;
        if (text) message = parse_kiosk_message(*text);
        const auto* open = message ? std::get_if<SessionOpen>(&*message) : nullptr;
        if (open != nullptr && places != nullptr) {
            if (!co_await is_place_of(socket, open->spec.id, *places)) co_return;
        }
        base::Result<void> done;
        if (message) {
            done = signalling.obey(name, *message);
            if (!done) metrics.bad(BadInput::KioskOrder);
        } else {
            done = message.error();
            metrics.bad(BadInput::Json);
            ++bad;
        }
        if (!done) {
            const std::string& detail = done.error().text;
            socket->send(kiosk_error_message(detail.empty() ? "send JSON in text frames" : detail));
        }
    }
    socket->close(CloseCode::Policy, "too many bad messages");
}

}  // namespace sightline::hub
