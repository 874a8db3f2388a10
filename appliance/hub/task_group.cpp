#include "appliance/hub/task_group.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <utility>

#include "appliance/base/log.h"

namespace sightline::hub {

namespace asio = boost::asio;

TaskGroup::TaskGroup(asio::any_io_executor executor) : executor_(executor), changed_(executor) {}

void TaskGroup::start(const char* what, asio::awaitable<void> task) {
    const auto signal = signals_.emplace(signals_.end());
    const auto done = [this, signal, what](std::exception_ptr failure) {
        signals_.erase(signal);
        changed_.cancel();
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const boost::system::system_error& e) {
            if (e.code() == asio::error::operation_aborted) return;  // cancel() ended it
            spdlog::error("task_failed task={} error=\"{}\"", what, e.what());
        } catch (const std::exception& e) {
            spdlog::error("task_failed task={} error=\"{}\"", what, e.what());
        }
    };
    asio::co_spawn(executor_, std::move(task), asio::bind_cancellation_slot(signal->slot(), done));
}

void TaskGroup::cancel() {
    // A task may end while its signal is emitted, and take its entry with it.
    for (auto at = signals_.begin(); at != signals_.end();) {
        const auto next = std::next(at);
        at->emit(asio::cancellation_type::terminal);
        at = next;
    }
}

asio::awaitable<bool> TaskGroup::finished(base::Duration patience) {
    const auto deadline = base::Clock::now() + patience;
    while (!signals_.empty() && base::Clock::now() < deadline) {
        changed_.expires_at(deadline);
        co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    co_return signals_.empty();
}

}  // namespace sightline::hub
