// The rows by which this hub, one of several, is the place of its interviews: taken when a kiosk
// opens one, renewed well within their length, and given up when the interview is no more. What it
// learns is in the PlaceBook. The database is asked on a thread of its own, so that sync does not
// delay a renewal. Main thread. Must not outlive its parts.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <string>

#include "appliance/hub/credentials.h"
#include "appliance/hub/place_book.h"
#include "appliance/hub/session_registry.h"
#include "appliance/hub/side_thread.h"
#include "appliance/hub/signalling.h"
#include "storage/relay/session_places.h"

namespace sightline::hub {

// A row is good for so long by the database's clock.
inline constexpr std::chrono::seconds kPlaceLength{15};
// Of that, what its hub relies on: the rest is for clocks of databases that take each other's turn.
inline constexpr std::chrono::seconds kPlaceTrust{10};
inline constexpr std::chrono::seconds kPlaceTick{2};

class PlaceDesk {
  public:
    // Throws StoreFailure when the database is none that we can use; one that is away is waited
    // for.
    PlaceDesk(boost::asio::any_io_executor executor, const std::string& store,
              const std::string& origin, PlaceBook& book, const SessionRegistry& registry,
              const Credentials& credentials);

    // Before a session is opened here. none: it may be. Else the origin that it is at. Unavailable:
    // nobody can tell now; a session that is open here already does not ask.
    boost::asio::awaitable<base::Result<std::optional<std::string>>> take(base::SessionId session);

    // Until cancelled: renews, gives up, tells others whose credentials count here, and ends what
    // another hub has taken.
    boost::asio::awaitable<void> keep(Signalling& signalling);
    // When the hub stops: others need not wait until the rows run out.
    boost::asio::awaitable<void> give_up_all();

  private:
    boost::asio::awaitable<void> round(Signalling& signalling);
    boost::asio::awaitable<void> tell_marks();
    std::vector<PlaceMark> marks_of(const Session& session) const;
    void failed(const std::string& why);

    // f(SessionPlaces&) on the database's thread. Throws what it throws.
    template <class F>
    auto ask(F f)
        -> boost::asio::awaitable<std::invoke_result_t<F, storage::relay::SessionPlaces&>> {
        auto asking = [this, f = std::move(f)]() mutable { return f(places_); };
        co_return co_await thread_.run(std::move(asking));
    }

    PlaceBook& book_;
    const SessionRegistry& registry_;
    const Credentials& credentials_;
    storage::relay::SessionPlaces places_;
    std::map<base::SessionId, std::vector<PlaceMark>> told_;
    std::string trouble_;  // empty: the database answered last time
    bool stopping_ = false;
    boost::asio::steady_timer timer_;
    SideThread thread_;
};

}  // namespace sightline::hub
