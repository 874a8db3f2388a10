// The media workers, and which of them serves a session. The main thread asks with
// `co_await worker_of(session).call(...)`; what the workers report is posted to the main thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "appliance/base/ids.h"
#include "media/io/worker.h"
#include "media/transport/dtls_identity.h"

namespace sightline::hub {

class MediaPlane {
  public:
    struct Config {
        std::string bind_ip = "0.0.0.0";
        std::uint16_t port = 0;
        std::size_t workers = 1;
        std::vector<std::string> advertised_ips;
        std::size_t max_subscriptions = 4;
    };
    // `on_event` runs on `main` and must outlive the plane. Throws std::system_error when a worker
    // cannot bind.
    MediaPlane(const Config& config, boost::asio::any_io_executor main,
               std::function<void(sfu::Event)> on_event);

    io::Worker& worker_of(base::SessionId session);
    const std::vector<std::unique_ptr<io::Worker>>& workers() const { return workers_; }

  private:
    transport::DtlsIdentity identity_;
    std::vector<std::unique_ptr<io::Worker>> workers_;
};

}  // namespace sightline::hub
