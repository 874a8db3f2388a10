// One leg of the engine's call, up or down, kept alive for as long as the interview lasts: offers
// by WHIP or WHEP, moves the peer's datagrams, restarts ICE when the path is lost, and offers again
// with a new peer when that does not help. Runs on the engine's io_context, which it must not
// outlive.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "appliance/engine/whip_client.h"
#include "appliance/hub_client/hub_url.h"
#include "media/io/udp_client.h"
#include "media/peer/peer.h"

namespace sightline::engine {

class Leg {
  public:
    struct Config {
        hub_client::HubAddress hub;
        std::string endpoint;  // "/v1/whip" or "/v1/whep"
        std::string token;
        std::function<std::unique_ptr<peer::Peer>()> make_peer;  // a fresh one for each offer
        std::function<void(peer::PeerEvent)> on_event;           // after the leg's own reaction
        std::function<void()> on_progress;  // datagrams were taken: frames may be waiting
    };
    Leg(boost::asio::io_context& io, Config config);
    ~Leg();

    // Connects and stays connected until cancelled.
    boost::asio::awaitable<void> run();
    // Tells the hub that we leave; call after run() has been cancelled.
    boost::asio::awaitable<void> leave();

    // The peer of the current offer; null before the first answer and between offers.
    peer::Peer* peer() const { return peer_.get(); }
    // Where the peer writes datagrams when its owner feeds it; send them with flush().
    wire::PacketBatch& batch() { return batch_; }
    void flush();

    void set_token(const std::string& token) { whip_.set_token(token); }
    // Something outside says that the hub may have forgotten us: restart ICE, offer again if need
    // be.
    void probe();

    bool connected() const { return peer_ && peer_->connected(); }
    bool ever_connected() const { return ever_connected_; }
    std::string resource_id() const { return whip_.resource_id(); }

  private:
    boost::asio::awaitable<bool> offer();
    boost::asio::awaitable<bool> restart();
    boost::asio::awaitable<void> watch();
    void on_datagrams(std::span<io::Datagram> datagrams);
    void drain_events();
    void arm(base::Instant deadline);

    boost::asio::io_context& io_;
    Config config_;
    WhipClient whip_;
    std::unique_ptr<io::UdpClient> udp_;
    std::unique_ptr<peer::Peer> peer_;
    wire::PacketBatch batch_{256};
    boost::asio::steady_timer deadline_;
    boost::asio::steady_timer changed_;  // cancelled when health_ changes
    enum class Health : std::uint8_t { Starting, Good, Lost, Dead };
    Health health_ = Health::Starting;
    bool ever_connected_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for timer callbacks after us
};

}  // namespace sightline::engine
