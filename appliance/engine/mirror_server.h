// The demo's mirror page: on a host without a display it shows the applicant's screen in a browser
// on the same machine, as a stream of JPEG pictures that exist in memory only. Bound to loopback,
// read only, and never built into a run with a real camera (see engine::mirror_allowed). Runs on
// the engine's io_context; must not outlive it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "appliance/base/bytes.h"

namespace sightline::engine {

class MirrorServer {
  public:
    using Picture = std::shared_ptr<const base::Bytes>;  // one JPEG; null: none yet

    // Port 0: any free one. Throws std::system_error naming the port and --mirror-port when it is
    // busy.
    MirrorServer(boost::asio::io_context& io, std::uint16_t port,
                 std::function<Picture()> latest_picture);
    ~MirrorServer();

    std::string url() const;  // "http://127.0.0.1:PORT/"

    // Serves until the io_context stops.
    boost::asio::awaitable<void> run();

    static constexpr int kMaxViewers = 8;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sightline::engine
