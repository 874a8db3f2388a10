// The engine's control socket to the hub: says who we are and what we send, and hears who is there
// and who is in which receive slot. Dials again by itself. Runs on one executor, which must outlive
// it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "appliance/hub_client/websocket_client.h"
#include "session/model/state.h"

namespace sightline::engine {

struct Person {
    base::ParticipantId id;
    std::string name;
    std::string role;
    std::string organisation;
    bool present = false;
    bool publishing = false;
    bool audio_on = false;
    bool video_on = false;
};
struct Welcome {
    base::ParticipantId self;
    std::string role;
    model::Standing standing;
};
struct Stands {  // the interview has come to another state
    model::Standing standing;
};
struct Roster {
    std::vector<Person> people;
};
struct Slots {
    std::string resource;
    std::vector<std::optional<base::ParticipantId>> slots;
};
struct Ended {
    std::string reason;
};
struct Refused {  // the hub did not like something we said
    std::string detail;
};
using RoomMessage = std::variant<Welcome, Stands, Roster, Slots, Ended, Refused>;

// One frame from the hub. Errors: Malformed, Unsupported (a type we do not know: ignore it).
base::Result<RoomMessage> parse_room_message(std::string_view text);

class RoomLink {
  public:
    RoomLink(boost::asio::any_io_executor executor, hub_client::HubAddress hub, std::string token);

    // Dials and reads until cancelled; `on_message` for each message, `on_lost` after each loss.
    boost::asio::awaitable<void> run(std::function<void(RoomMessage)> on_message,
                                     std::function<void()> on_lost);
    // What we send; repeated by itself after every welcome.
    void set_media(bool audio_on, bool video_on);
    // For the next hello; the connection that stands stays.
    void set_token(std::string token) { token_ = std::move(token); }
    // Leaves on purpose.
    boost::asio::awaitable<void> leave();

    bool connected() const { return welcomed_; }

  private:
    boost::asio::awaitable<void> read_all(const std::function<void(RoomMessage)>& on_message);
    void say_media();

    boost::asio::any_io_executor executor_;
    hub_client::WebSocketClient socket_;
    std::string token_;
    bool audio_on_ = true;
    bool video_on_ = true;
    bool welcomed_ = false;
};

}  // namespace sightline::engine
