// The kiosk's connection to the hub, dialled again for ever once the store is open, which holds the
// key by which the hub knows us: says who we are, opens our interview there again, hands over what
// the hub reports. Of several hubs it is at one: that which has the interview, or takes it when
// that one is gone. One executor thread; must not outlive `authority`.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <vector>

#include "appliance/base/secret.h"
#include "appliance/hub_client/reconnect_delay.h"
#include "appliance/hub_client/websocket_client.h"
#include "appliance/kiosk/hub_choice.h"
#include "appliance/kiosk/session_authority.h"

namespace sightline::kiosk {

class HubLink {
  public:
    // `hubs`: at least one.
    HubLink(boost::asio::any_io_executor executor, std::vector<hub_client::HubAddress> hubs,
            std::string name, base::Secret key, SessionAuthority& authority);

    boost::asio::awaitable<void> run();  // until stop()
    void stop();
    // The authority has its identity now: dials at once.
    void wake() { pause_.cancel(); }

    // Sends what the authority wants the hub to know; call it after every change.
    void flush();

    boost::json::object status() const;

  private:
    boost::asio::awaitable<base::Error> stay_connected();
    base::Error sent_elsewhere(const std::string& origin);
    bool connected() const { return socket_ && socket_->connected(); }
    void lost(const base::Error& why);

    const boost::asio::any_io_executor executor_;
    HubChoice hubs_;
    const std::string name_;
    const base::Secret key_;
    SessionAuthority& authority_;
    std::unique_ptr<hub_client::WebSocketClient> socket_;  // to the current hub; null before it
    hub_client::ReconnectDelay delay_;
    boost::asio::steady_timer pause_;
    std::string trouble_;  // why we are not connected; empty when we are
    std::uint64_t connects_ = 0;
    std::uint64_t malformed_ = 0;
    bool stopped_ = false;
};

}  // namespace sightline::kiosk
