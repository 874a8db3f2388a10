// The kiosk's sync with the hub: a round for each circle, soon after something is to be sent and
// else every half minute, with back-off and jitter while the hub does not answer. While an
// interview is on it waits, unless told otherwise: the link is for people then. Asio; one thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "appliance/hub_client/http_connection.h"
#include "appliance/kiosk/circle_site.h"
#include "appliance/sync_client/round.h"

namespace sightline::kiosk {

class SyncLink {
  public:
    struct Rules {
        // Whether an interview has the link to itself now.
        std::function<bool()> is_busy;
        std::function<Now()> clock;
    };
    // `hubs`: at least one; of several on one database any is as good, and the next one is asked
    // when one fails.
    SyncLink(boost::asio::any_io_executor executor, const std::vector<hub_client::HubAddress>& hubs,
             DossierDesk& desk, Rules rules);

    // Until stop().
    boost::asio::awaitable<void> run();
    void stop();
    // Called now and then: ends what is under way when an interview begins.
    void tick();

  private:
    boost::asio::awaitable<void> sync_all();
    boost::asio::awaitable<void> sync_one(sync::SiteId site);
    boost::asio::awaitable<void> wait(base::Duration most);
    bool something_waits();

    hub_client::HttpConnection& hub() { return *hubs_[at_]; }

    std::vector<std::unique_ptr<hub_client::HttpConnection>> hubs_;
    std::size_t at_ = 0;
    DossierDesk& desk_;
    Rules rules_;
    boost::asio::steady_timer timer_;
    base::Instant next_{};  // of a round that nothing is waiting for
    base::Duration back_off_{};
    bool under_way_ = false;
    bool stopped_ = false;
};

}  // namespace sightline::kiosk
