// The engine's end of the Unix socket to the kiosk: newline-delimited JSON both ways. The engine
// dials and dials again; what it was told to do goes on while the kiosk is away, so that a kiosk
// that hangs or restarts does not end an interview. Runs on the engine's io_context, which it must
// not outlive.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "appliance/base/secret.h"
#include "appliance/base/time.h"
#include "appliance/hub_client/hub_url.h"
#include "media/wire/media.h"
#include "session/model/view.h"

namespace sightline::engine {

// Take part in an interview as the applicant's side, with this token.
struct JoinOrder {
    hub_client::HubAddress hub;
    std::string token;
    base::SessionId session;
    // The same session at the same hub, whatever the token.
    bool same_place(const JoinOrder& other) const {
        return session == other.session && hub.url.text() == other.hub.url.text() &&
               hub.fingerprint == other.hub.fingerprint;
    }
};
struct LeaveOrder {};
struct MuteOrder {
    bool audio = false;
    bool video = false;
};
// What of the room the picture is to show.
struct ViewOrder {
    model::View view = model::View::Face;
};
struct PingOrder {
    std::int64_t number = 0;
};
// What may be sent at all, as the lease has it.
struct SendOrder {
    bool audio = false;
    bool video = false;
};
// A heartbeat of the lease for the hub, which the engine carries unread.
struct HeartbeatOrder {
    std::array<std::uint8_t, 24> bytes{};
};
// The media keys of an epoch, and whom they belong to by the kiosk's word.
struct MediaKey {
    base::ParticipantId sender;
    wire::MediaKind kind = wire::MediaKind::Audio;
    std::uint64_t kid = 0;  // base::KeyNumber
    base::Secret base_key;  // RFC 9605 section 4.4.2
};
struct KeyedPerson {
    base::ParticipantId id;
    std::string name;
    std::string role;
    std::string organisation;
};
struct KeysOrder {
    base::SessionId session;
    std::uint64_t epoch = 0;
    bool switched = false;  // what is sent goes under these keys from now on
    base::Duration old{};   // how long the keys before still open what is on its way
    std::vector<MediaKey> send, receive;
    std::vector<KeyedPerson> people;
};
using Order = std::variant<JoinOrder, LeaveOrder, MuteOrder, PingOrder, SendOrder, HeartbeatOrder,
                           KeysOrder, ViewOrder>;

// One line from the kiosk. Errors: Malformed (not JSON, a member missing or of another type),
// Unsupported (a type we do not know).
base::Result<Order> parse_order(std::string_view line);

class KioskLink {
  public:
    KioskLink(boost::asio::io_context& io, std::string socket_path);
    ~KioskLink();

    // Dials, reads orders and calls `on_order` for each, on the io_context's thread; reconnects
    // every 250 ms. `on_connected` runs after each successful dial. Ends with the io_context.
    boost::asio::awaitable<void> run(std::function<void()> on_connected,
                                     std::function<void(Order)> on_order);

    // Queues one message; dropped when the kiosk is away or reads too slowly, because a status is
    // repeated anyway.
    void send(const boost::json::object& message);

    static constexpr std::size_t kMaxLine = 64 * 1024;  // keys of many people
    static constexpr std::size_t kMaxQueued = 64;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sightline::engine
