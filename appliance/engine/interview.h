// The engine's part in one interview: what the camera gives goes up, what others send is played,
// who is who comes from the control socket. This is the place to read how the parts meet. Runs on
// the engine's io_context; must not outlive it, `capture`, `playout` or `identity`.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <vector>

#include "appliance/engine/kiosk_link.h"
#include "appliance/engine/leg.h"
#include "appliance/engine/room_link.h"
#include "media/engine/capture.h"
#include "media/engine/playout.h"
#include "media/peer/publisher.h"
#include "media/peer/subscriber.h"

namespace sightline::engine {

inline constexpr std::size_t kReceiveSlots = 6;

class Interview {
  public:
    struct Parts {
        boost::asio::io_context& io;
        Capture& capture;
        Playout& playout;
        const transport::DtlsIdentity& identity;
        std::uint32_t target_bits_per_second;
    };
    Interview(Parts parts, JoinOrder order);

    // Takes part until cancelled, or until the session has ended.
    boost::asio::awaitable<void> run();
    // Tells the hub that we leave; call after run() has ended.
    boost::asio::awaitable<void> leave();

    // Sends the frames that the capture has ready. The caller posts here when the capture wakes it.
    void send_captured();
    void set_muted(bool audio, bool video);

    // A kiosk that restarted has made a new token: media goes on, the next request shows the new
    // one.
    void set_token(const std::string& token);

    const JoinOrder& order() const { return order_; }
    // "joining", "live" or "reconnecting"
    const char* state() const;
    void describe(boost::json::object& status) const;

  private:
    // What each leg's make_peer makes; null between offers.
    peer::Publisher* publisher() const { return static_cast<peer::Publisher*>(up_.peer()); }
    peer::Subscriber* subscriber() const { return static_cast<peer::Subscriber*>(down_.peer()); }
    Leg::Config uplink();
    Leg::Config downlink();
    void play_received();
    void on_message(RoomMessage message);
    void on_room_lost();
    void apply_slots();
    void show_people();
    const Person* person_in(std::size_t slot) const;

    Parts parts_;
    JoinOrder order_;
    Leg up_;
    Leg down_;
    RoomLink room_;
    model::Standing standing_;
    std::vector<Person> people_;
    Slots announced_;  // the hub's last word; may come before the answer that names its resource
    std::vector<std::optional<base::ParticipantId>> slots_;  // in force
    bool room_was_lost_ = false;
    boost::asio::steady_timer ended_;
};

}  // namespace sightline::engine
