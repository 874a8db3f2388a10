#include "appliance/engine/room_link.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "appliance/base/log.h"
#include "appliance/base/random.h"
#include "appliance/engine/json_text.h"
#include "appliance/hub_client/reconnect_delay.h"

namespace sightline::engine {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

// A room holds 64 people at most; a list longer than this is not from our hub.
constexpr std::size_t kMaxListed = 256;

bool true_in(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value && value->is_bool() && value->get_bool();
}

const json::array* list_in(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (!value || !value->is_array() || value->get_array().size() > kMaxListed) return nullptr;
    return &value->get_array();
}

// A pause of a kind that we do not know is one in which nobody is seen, and so is a state that we
// do not know: better a screen without pictures than one too many.
model::Standing standing_in(const json::object& object) {
    const auto state = model::state_from_name(text_of(object, "state"));
    const auto pause = model::pause_reason_from_name(text_of(object, "pause"));
    if (state && *state != model::State::Paused) return {*state, {}, {}};
    return {model::State::Paused, pause.value_or(model::PauseReason::Break), {}};
}

base::Result<RoomMessage> parse_roster(const json::object& message) {
    const auto* list = list_in(message, "participants");
    if (!list) return base::Errc::Malformed;
    Roster roster;
    for (const auto& item : *list) {
        if (!item.is_object()) return base::Errc::Malformed;
        const auto& object = item.get_object();
        const auto id = base::ParticipantId::parse(text_of(object, "id"));
        if (!id) return base::Errc::Malformed;
        roster.people.push_back(
            {*id, std::string(text_of(object, "name")), std::string(text_of(object, "role")),
             std::string(text_of(object, "organisation")), true_in(object, "present"),
             true_in(object, "publishing"), text_of(object, "audio") == "on",
             text_of(object, "video") == "on"});
    }
    return RoomMessage(std::move(roster));
}

base::Result<RoomMessage> parse_slots(const json::object& message) {
    const auto* list = list_in(message, "slots");
    if (!list) return base::Errc::Malformed;
    Slots slots;
    slots.resource = text_of(message, "resource");
    for (const auto& item : *list) {
        if (item.is_null()) {
            slots.slots.emplace_back();
            continue;
        }
        if (!item.is_string()) return base::Errc::Malformed;
        const auto id = base::ParticipantId::parse(std::string_view(item.get_string()));
        if (!id) return base::Errc::Malformed;
        slots.slots.emplace_back(*id);
    }
    return RoomMessage(std::move(slots));
}

}  // namespace

base::Result<RoomMessage> parse_room_message(std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object()) return base::Errc::Malformed;
    const auto& message = value.get_object();
    const std::string_view type = text_of(message, "type");
    if (type == "welcome") {
        const auto self = base::ParticipantId::parse(text_of(message, "self"));
        if (!self) return base::Errc::Malformed;
        return RoomMessage(
            Welcome{*self, std::string(text_of(message, "role")), standing_in(message)});
    }
    if (type == "state") return RoomMessage(Stands{standing_in(message)});
    if (type == "roster") return parse_roster(message);
    if (type == "slots") return parse_slots(message);
    if (type == "ended") return RoomMessage(Ended{std::string(text_of(message, "reason"))});
    if (type == "error") return RoomMessage(Refused{std::string(text_of(message, "detail"))});
    return base::Errc::Unsupported;
}

RoomLink::RoomLink(asio::any_io_executor executor, hub_client::HubAddress hub, std::string token)
    : executor_(executor), socket_(executor, std::move(hub)), token_(std::move(token)) {}

asio::awaitable<void> RoomLink::run(std::function<void(RoomMessage)> on_message,
                                    std::function<void()> on_lost) {
    hub_client::ReconnectDelay delay;
    asio::steady_timer pause(executor_);
    for (;;) {
        if (auto connected = co_await socket_.connect("/v1/control"); !connected) {
            spdlog::warn("room-unreachable detail=\"{}\"", connected.error().text);
        } else {
            co_await read_all(on_message);
            if (welcomed_) delay.reset();
            welcomed_ = false;
            on_lost();
        }
        pause.expires_after(delay.next(base::random_u32()));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> RoomLink::read_all(const std::function<void(RoomMessage)>& on_message) {
    const json::object hello = {{"type", "hello"}, {"token", token_}};
    if (!socket_.send(json::serialize(hello))) co_return;
    for (;;) {
        auto text = co_await socket_.receive();
        if (!text) {
            spdlog::warn("room-lost kind={}", base::name_of(text.error().code));
            co_return;
        }
        auto message = parse_room_message(*text);
        if (!message) {
            spdlog::debug("room-message-ignored kind={}", base::name_of(message.error().code));
            continue;
        }
        if (std::holds_alternative<Welcome>(*message)) {
            welcomed_ = true;
            say_media();
        }
        on_message(std::move(*message));
    }
}

void RoomLink::set_media(bool audio_on, bool video_on) {
    audio_on_ = audio_on;
    video_on_ = video_on;
    if (welcomed_) say_media();
}

void RoomLink::say_media() {
    const json::object message = {{"type", "media"},
                                  {"audio", audio_on_ ? "on" : "muted"},
                                  {"video", video_on_ ? "on" : "muted"}};
    // A send that fails means the socket is going down; the next welcome repeats the state.
    (void)socket_.send(json::serialize(message));
}

asio::awaitable<void> RoomLink::leave() {
    if (!welcomed_) co_return;
    (void)socket_.send(R"({"type":"bye"})");
    co_await socket_.close();
}

}  // namespace sightline::engine
