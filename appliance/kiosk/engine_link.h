// The kiosk's end of the socket to its engine: newline-delimited JSON. Tells the engine what to be
// in, what may leave it and what is muted, again after each reconnect; answers the hub's nonces at
// once; and hands what it hears to the watch. One executor thread; must not outlive `authority`.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "appliance/kiosk/engine_watch.h"
#include "appliance/kiosk/session_authority.h"
#include "appliance/kiosk/unix_listener.h"

namespace sightline::kiosk {

class EngineLink {
  public:
    // Throws std::runtime_error if it cannot listen on `path`.
    EngineLink(boost::asio::any_io_executor executor, std::filesystem::path path,
               SessionAuthority& authority);
    ~EngineLink();

    // Accepts and reads, one engine at a time (a newer connection takes over), until stop().
    boost::asio::awaitable<void> run();
    void stop();

    // Sends what may be sent, join, leave, mute and view as far as the engine does not know them
    // yet.
    void settle();
    // Pings and looks for silence; call it every 100 ms or so.
    void tick(Now now);

    const EngineWatch& watch() const { return watch_; }

  private:
    class Connection;
    void report(const std::vector<EngineEvent>& events, Now now);
    void tell_mute(Mute mute);
    void tell_send_order();
    void tell_keys();
    boost::asio::awaitable<void> serve(std::shared_ptr<Connection> connection);

    UnixListener listener_;
    SessionAuthority& authority_;
    EngineWatch watch_;
    std::shared_ptr<Connection> connection_;  // null: no engine
    base::Instant next_ping_{};
    base::Instant next_send_{};
    std::int64_t ping_ = 0;
};

}  // namespace sightline::kiosk
