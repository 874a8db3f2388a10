#include "appliance/engine/kiosk_link.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <deque>

#include "appliance/base/hex.h"
#include "appliance/base/log.h"
#include "appliance/engine/json_text.h"

namespace sightline::engine {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using asio::redirect_error;
using asio::use_awaitable;
using asio::local::stream_protocol;

constexpr std::size_t kBaseKeyBytes = 32;
constexpr auto kDialInterval = std::chrono::milliseconds(250);

base::Result<Order> parse_join(const json::object& message) {
    JoinOrder order;
    auto url = hub_client::parse_hub_url(text_of(message, "hub"));
    if (!url) return url.error();
    order.hub.url = *url;
    if (const auto digits = text_of(message, "fingerprint"); !digits.empty()) {
        auto fingerprint = hub_client::parse_fingerprint(digits);
        if (!fingerprint) return fingerprint.error();
        order.hub.fingerprint = *fingerprint;
    }
    order.token = text_of(message, "token");
    const auto session = base::SessionId::parse(text_of(message, "session"));
    if (order.token.empty() || !session) {
        return base::Error(base::Errc::Malformed, "A join order needs a token and a session.");
    }
    order.session = *session;
    return Order(std::move(order));
}

// For MuteOrder and SendOrder, which say something about sound and picture each.
template <class KindsOrder>
base::Result<Order> parse_kinds(const json::object& message, const char* what) {
    const auto* audio = message.if_contains("audio");
    const auto* video = message.if_contains("video");
    if (!audio || !video || !audio->is_bool() || !video->is_bool()) {
        return base::Error(base::Errc::Malformed, std::string("A ") + what +
                                                      " order needs audio and video as true or "
                                                      "false.");
    }
    return Order(KindsOrder{audio->get_bool(), video->get_bool()});
}

base::Result<Order> parse_heartbeat(const json::object& message) {
    HeartbeatOrder order;
    const auto bytes = base::from_hex(text_of(message, "data"));
    if (!bytes || bytes->size() != order.bytes.size()) {
        return base::Error(base::Errc::Malformed,
                           "A heartbeat needs data of 48 hexadecimal digits.");
    }
    std::copy(bytes->begin(), bytes->end(), order.bytes.begin());
    return Order(order);
}

std::optional<std::vector<MediaKey>> parse_media_keys(const json::object& message,
                                                      const char* name) {
    const auto* list = message.if_contains(name);
    if (list == nullptr || !list->is_array()) return std::nullopt;
    std::vector<MediaKey> keys(list->get_array().size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto* object = list->get_array()[i].if_object();
        if (object == nullptr) return std::nullopt;
        const auto sender = base::ParticipantId::parse(text_of(*object, "sender"));
        const auto kind = text_of(*object, "kind");
        const auto* kid = object->if_contains("kid");
        const auto bytes = base::from_base64url(text_of(*object, "key"));
        if (!sender || (kind != "audio" && kind != "video") || kid == nullptr || !kid->is_int64() ||
            kid->get_int64() <= 0 || !bytes || bytes->size() != kBaseKeyBytes) {
            return std::nullopt;
        }
        keys[i] = {*sender, kind == "video" ? wire::MediaKind::Video : wire::MediaKind::Audio,
                   static_cast<std::uint64_t>(kid->get_int64()),
                   base::Secret(base::ByteView(*bytes))};
    }
    return keys;
}

std::optional<std::vector<KeyedPerson>> parse_people(const json::object& message) {
    std::vector<KeyedPerson> people;
    const auto* list = message.if_contains("people");
    if (list == nullptr || !list->is_array()) return std::nullopt;
    for (const auto& entry : list->get_array()) {
        if (!entry.is_object()) return std::nullopt;
        const auto& object = entry.get_object();
        const auto id = base::ParticipantId::parse(text_of(object, "id"));
        if (!id) return std::nullopt;
        people.push_back({*id, std::string(text_of(object, "name")),
                          std::string(text_of(object, "role")),
                          std::string(text_of(object, "organisation"))});
    }
    return people;
}

base::Result<Order> parse_keys(const json::object& message) {
    KeysOrder order;
    const auto session = base::SessionId::parse(text_of(message, "session"));
    const auto* epoch = message.if_contains("epoch");
    const auto* switched = message.if_contains("switch");
    const auto* old = message.if_contains("old_ms");
    auto send = parse_media_keys(message, "send");
    auto receive = parse_media_keys(message, "receive");
    auto people = parse_people(message);
    if (!session || epoch == nullptr || !epoch->is_int64() || epoch->get_int64() <= 0 ||
        switched == nullptr || !switched->is_bool() || old == nullptr || !old->is_int64() ||
        old->get_int64() < 0 || !send || !receive || !people) {
        return base::Error(base::Errc::Malformed,
                           "A keys order needs session, epoch, switch, old_ms, keys to send and to "
                           "receive under, and people.");
    }
    order.session = *session;
    order.epoch = static_cast<std::uint64_t>(epoch->get_int64());
    order.switched = switched->get_bool();
    order.old = std::chrono::milliseconds(old->get_int64());
    order.send = std::move(*send);
    order.receive = std::move(*receive);
    order.people = std::move(*people);
    return Order(std::move(order));
}

}  // namespace

base::Result<Order> parse_order(std::string_view line) {
    boost::system::error_code error;
    const json::value value = json::parse(line, error);
    if (error || !value.is_object()) {
        return base::Error(base::Errc::Malformed, "The kiosk sent a line that is no JSON object.");
    }
    const json::object& message = value.get_object();
    const std::string_view type = text_of(message, "type");
    if (type == "join") return parse_join(message);
    if (type == "leave") return Order(LeaveOrder{});
    if (type == "mute") return parse_kinds<MuteOrder>(message, "mute");
    if (type == "send") return parse_kinds<SendOrder>(message, "send");
    if (type == "heartbeat") return parse_heartbeat(message);
    if (type == "keys") return parse_keys(message);
    if (type == "view") {
        const auto view = model::view_from_name(text_of(message, "view"));
        if (view) return Order(ViewOrder{*view});
        return base::Error(base::Errc::Malformed, "A view is face, room or document.");
    }
    if (type == "ping") {
        const auto* number = message.if_contains("n");
        return Order(PingOrder{number && number->is_int64() ? number->get_int64() : 0});
    }
    return base::Error(base::Errc::Unsupported,
                       "The kiosk sent an order of an unknown type; are both of one version?");
}

struct KioskLink::Parts {
    asio::io_context& io;
    std::string path;
    stream_protocol::socket socket;
    asio::steady_timer wake;  // cancelled when there is something to write
    std::deque<std::string> queue;
    bool connected = false;

    asio::awaitable<void> write_queue() {
        boost::system::error_code error;
        while (!error) {
            if (queue.empty()) {
                wake.expires_at(asio::steady_timer::time_point::max());
                boost::system::error_code woken;
                co_await wake.async_wait(redirect_error(use_awaitable, woken));
                if ((co_await asio::this_coro::cancellation_state).cancelled() !=
                    asio::cancellation_type::none) {
                    co_return;
                }
                continue;
            }
            const std::string line = std::move(queue.front());
            queue.pop_front();
            co_await asio::async_write(socket, asio::buffer(line),
                                       redirect_error(use_awaitable, error));
        }
    }

    asio::awaitable<void> read_orders(const std::function<void(Order)>& on_order) {
        std::string buffer;
        for (;;) {
            boost::system::error_code error;
            const std::size_t size =
                co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer, kMaxLine),
                                                '\n', redirect_error(use_awaitable, error));
            if (error) co_return;
            auto order = parse_order(std::string_view(buffer).substr(0, size - 1));
            buffer.erase(0, size);
            if (order) {
                on_order(std::move(*order));
            } else {
                spdlog::warn("kiosk-order-refused kind={}", base::name_of(order.error().code));
            }
        }
    }
};

KioskLink::KioskLink(asio::io_context& io, std::string socket_path)
    : parts_(new Parts{io,
                       std::move(socket_path),
                       stream_protocol::socket(io),
                       asio::steady_timer(io),
                       {},
                       false}) {}

KioskLink::~KioskLink() = default;

void KioskLink::send(const json::object& message) {
    if (!parts_->connected || parts_->queue.size() >= kMaxQueued) return;
    parts_->queue.push_back(json::serialize(message) + "\n");
    parts_->wake.cancel();
}

asio::awaitable<void> KioskLink::run(std::function<void()> on_connected,
                                     std::function<void(Order)> on_order) {
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer pause(parts_->io);
    for (;;) {
        boost::system::error_code error;
        parts_->socket = stream_protocol::socket(parts_->io);
        co_await parts_->socket.async_connect(stream_protocol::endpoint(parts_->path),
                                              redirect_error(use_awaitable, error));
        if (!error) {
            spdlog::info("kiosk-connected");
            parts_->queue.clear();
            parts_->connected = true;
            on_connected();
            co_await (parts_->read_orders(on_order) || parts_->write_queue());
            parts_->connected = false;
            spdlog::warn("kiosk-lost");
        }
        pause.expires_after(kDialInterval);
        co_await pause.async_wait(use_awaitable);
    }
}

}  // namespace sightline::engine
