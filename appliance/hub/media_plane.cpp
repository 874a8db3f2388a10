#include "appliance/hub/media_plane.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace sightline::hub {

MediaPlane::MediaPlane(const Config& config, boost::asio::any_io_executor main,
                       std::function<void(sfu::Event)> on_event)
    : identity_(transport::DtlsIdentity::generate()) {
    for (std::size_t i = 0; i < config.workers; ++i) {
        io::Worker::Config worker;
        worker.bind_ip = config.bind_ip;
        worker.port =
            config.port == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(config.port + i);
        worker.advertised_ips = config.advertised_ips;
        worker.identity = &identity_;
        worker.max_subscriptions_per_participant = config.max_subscriptions;
        workers_.push_back(
            std::make_unique<io::Worker>(std::move(worker), [main, on_event](sfu::Event event) {
                boost::asio::post(main, [on_event, event = std::move(event)] { on_event(event); });
            }));
    }
}

io::Worker& MediaPlane::worker_of(base::SessionId session) {
    // Session ids are random, so their value spreads as well as any hash of it would.
    return *workers_[static_cast<std::size_t>(session.value() >> 1) % workers_.size()];
}

}  // namespace sightline::hub
