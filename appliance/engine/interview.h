// The engine's part in one interview: what the camera gives goes up, what others send is played,
// who is where comes from the control socket, and who is who from the kiosk. Nothing goes up but
// what the gate lets through, encrypted for those who may see it; nothing is shown but what one of
// them sent. This is the place to read how the parts meet. Runs on the engine's io_context; must
// not outlive it, `capture`, `playout`, `identity`, the gate or the keys.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <vector>

#include "appliance/engine/kiosk_link.h"
#include "appliance/engine/leg.h"
#include "appliance/engine/media_keys.h"
#include "appliance/engine/room_link.h"
#include "appliance/engine/send_gate.h"
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
    // `on_nonce` is called with each nonce of the hub, for the kiosk to answer.
    Interview(Parts parts, JoinOrder order, const SendGate& gate, MediaKeys& keys,
              std::function<void(base::ByteView)> on_nonce);

    // Takes part until cancelled, or until the session has ended.
    boost::asio::awaitable<void> run();
    // Tells the hub that we leave; call after run() has ended.
    boost::asio::awaitable<void> leave();

    // Sends the frames that the capture has ready. The caller posts here when the capture wakes it.
    void send_captured();
    // The gate has changed.
    void apply_gate();
    // The keys have changed, or who they are for.
    void apply_keys();
    // The kiosk's answer to a nonce, for the hub.
    void send_heartbeat(base::ByteView bytes);

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
    void permit_as_the_gate_says();
    void pass_nonces();
    void play_received();
    void note_refused(std::size_t slot, wire::MediaKind kind, sframe::Opening why);
    void on_message(RoomMessage message);
    void on_room_lost();
    void apply_slots();
    void name_people();
    void show_people();
    const Person* person_in(std::size_t slot) const;

    Parts parts_;
    JoinOrder order_;
    const SendGate& gate_;
    MediaKeys& keys_;
    std::function<void(base::ByteView)> on_nonce_;
    Leg up_;
    Leg down_;
    RoomLink room_;
    model::Standing standing_;
    std::vector<Person> announced_people_;  // by the hub
    std::vector<Person> people_;            // of those, whom the kiosk names, as it names them
    Slots announced_;  // the hub's last word; may come before the answer that names its resource
    std::vector<std::optional<base::ParticipantId>> slots_;  // in force
    // Of each slot's picture and sound: the last frame could not be opened.
    std::array<std::array<bool, kReceiveSlots>, 2> refused_{};
    bool could_send_pictures_ = false;
    bool room_was_lost_ = false;
    boost::asio::steady_timer ended_;
};

}  // namespace sightline::engine
