#include "appliance/hub/control_socket.h"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "appliance/hub/elsewhere.h"

namespace sightline::hub {

namespace asio = boost::asio;

namespace {

// Reads the hello and finds out whose ticket or token it is. On failure the socket has been told
// why.
asio::awaitable<std::optional<Holder>> greet(SocketPtr socket, SessionRegistry& registry,
                                             SignIn& sign_in, const PlaceBook& places,
                                             Metrics& metrics) {
    const auto deadline = hello_deadline(co_await asio::this_coro::executor, socket);
    const auto text = co_await socket->receive();
    if (!text && text.error().code != base::Errc::Malformed) co_return std::nullopt;
    const ControlHello* hello = nullptr;
    base::Result<ControlMessage> message = base::Errc::Malformed;
    if (text) message = parse_control_message(*text);
    if (message) hello = std::get_if<ControlHello>(&*message);
    if (!hello) {
        metrics.bad(BadInput::Json);
        socket->send(control_error_message(
            400, "the first message must be a hello with a ticket or a token"));
        socket->close(CloseCode::Policy, "hello expected");
        co_return std::nullopt;
    }
    const auto holder = hello->ticket.empty()
                            ? registry.holder_of(hash_token(hello->token))
                            : sign_in.redeem_ticket(hello->ticket, base::Clock::now());
    if (!holder) {
        // A page's ticket is of the hub that it speaks with: only a token may be another one's.
        const auto origin = places.origin_of(place_mark(hash_token(hello->token)));
        if (hello->ticket.empty() && origin) {
            socket->send(elsewhere_message(*origin));
            socket->close(CloseCode::Elsewhere, *origin);
            co_return std::nullopt;
        }
        metrics.bad(BadInput::Token);
        socket->send(control_error_message(401, "you are not signed in any more; sign in again"));
        socket->close(CloseCode::BadToken, "unknown token");
    }
    co_return holder;
}

// Does what a participant said; nullopt for what cannot be said twice.
std::optional<base::Result<void>> obey(Signalling& signalling, const Holder& holder,
                                       const ControlMessage& message) {
    if (const auto* tracks = std::get_if<TracksMessage>(&message)) {
        return signalling.set_tracks(holder, tracks->audio, tracks->video);
    }
    if (const auto* pause = std::get_if<AskPause>(&message)) return signalling.ask(holder, *pause);
    if (const auto* end = std::get_if<AskEnd>(&message)) return signalling.ask(holder, *end);
    if (const auto* letter = std::get_if<Letter>(&message)) {
        return signalling.pass_on(holder, *letter);
    }
    return std::nullopt;
}

// As the audit log calls what was said.
const char* name_of(const ControlMessage& message) {
    if (std::holds_alternative<TracksMessage>(message)) return "tracks";
    if (std::holds_alternative<AskPause>(message)) return "pause";
    if (std::holds_alternative<AskEnd>(message)) return "end";
    if (std::holds_alternative<Letter>(message)) return "letter";
    return "hello";
}

int code_of(base::Errc refused) {
    if (refused == base::Errc::Unavailable) return 503;
    return refused == base::Errc::Exhausted ? 429 : 403;
}

// How much nonsense and how much haste one peer has shown.
class Patience {
  public:
    bool bad() { return ++bad_ <= kMaxBadMessages; }
    bool message(base::Instant now) {
        if (now - second_ >= std::chrono::seconds(1)) {
            second_ = now;
            messages_ = 0;
        }
        return ++messages_ <= kMaxMessagesPerSecond;
    }

  private:
    int bad_ = 0;
    int messages_ = 0;
    base::Instant second_{};
};

}  // namespace

asio::steady_timer hello_deadline(asio::any_io_executor executor, const SocketPtr& socket) {
    asio::steady_timer timer(executor, kHelloTimeout);
    timer.async_wait([weak = std::weak_ptr(socket)](boost::system::error_code ec) {
        if (ec) return;
        if (const auto alive = weak.lock())
            alive->close(CloseCode::HelloTimeout, "no hello in time");
    });
    return timer;
}

asio::awaitable<void> serve_control(SocketPtr socket, SessionRegistry& registry, SignIn& sign_in,
                                    Signalling& signalling, const PlaceBook& places,
                                    Metrics& metrics) {
    const auto holder = co_await greet(socket, registry, sign_in, places, metrics);
    if (!holder) co_return;
    signalling.arrived(*holder, socket);
    // Also when the group is cancelled in the middle of a wait: the seat is given back.
    struct Seat {
        Signalling& signalling;
        const Holder& holder;
        const SocketPtr& socket;
        bool said_bye = false;
        ~Seat() { signalling.departed(holder, socket, said_bye); }
    } seat{signalling, *holder, socket};

    Patience patience;
    while (true) {
        const auto text = co_await socket->receive();
        if (!text && text.error().code != base::Errc::Malformed) break;
        base::Result<ControlMessage> message = base::Errc::Malformed;
        if (text) message = parse_control_message(*text);
        const bool in_haste = !patience.message(base::Clock::now());
        if (message && !in_haste) {
            if (std::holds_alternative<Bye>(*message)) {
                seat.said_bye = true;
                socket->close(CloseCode::Normal, "bye");
                break;
            }
            if (const auto done = obey(signalling, *holder, *message)) {
                if (*done) continue;
                const base::Error& refused = done->error();
                metrics.bad(BadInput::Forbidden);
                signalling.refused(*holder, name_of(*message), refused.text);
                socket->send(control_error_message(code_of(refused.code), refused.text));
                // It counts as nonsense, so that it cannot go on for ever.
                if (!patience.bad()) break;
                continue;
            }
        }
        metrics.bad(BadInput::Json);
        const std::string why = in_haste                       ? "too many messages; send fewer"
                                : message                      ? "hello was said already"
                                : !text                        ? "send text frames"
                                : message.error().text.empty() ? "message too large"
                                                               : message.error().text;
        signalling.refused(*holder, "a message", why);
        socket->send(control_error_message(400, why));
        if (!patience.bad()) break;
    }
    if (!seat.said_bye) socket->close(CloseCode::Policy, "too many bad messages");
}

}  // namespace sightline::hub
