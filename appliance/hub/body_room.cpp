#include "appliance/hub/body_room.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sightline::hub {

namespace asio = boost::asio;

asio::awaitable<BodyRoom::Place> BodyRoom::enter(std::size_t bytes) {
    if (queue_.empty() && bytes <= free_) {
        free_ -= bytes;
        co_return Place(*this, bytes);
    }
    const auto executor = co_await asio::this_coro::executor;
    const auto waiter =
        std::make_shared<Waiter>(Waiter{bytes, asio::steady_timer(executor), false});
    waiter->timer.expires_at(asio::steady_timer::time_point::max());
    queue_.push_back(waiter);
    // Whether it was admitted says `admitted`: the timer never ends by itself.
    co_await waiter->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (waiter->admitted) co_return Place(*this, bytes);
    std::erase(queue_, waiter);
    leave(0);  // those behind may fit
    throw boost::system::system_error(asio::error::operation_aborted);
}

void BodyRoom::leave(std::size_t bytes) {
    free_ += bytes;
    while (!queue_.empty() && queue_.front()->bytes <= free_) {
        const auto waiter = queue_.front();
        queue_.pop_front();
        free_ -= waiter->bytes;
        waiter->admitted = true;
        waiter->timer.cancel();
    }
}

}  // namespace sightline::hub
