// Coroutines that somebody keeps count of: each is started here, logged when it fails, and waited
// for when the program stops. One thread; must outlive the tasks it started.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>

#include "appliance/base/time.h"

namespace sightline::hub {

class TaskGroup {
  public:
    explicit TaskGroup(boost::asio::any_io_executor executor);
    TaskGroup(const TaskGroup&) = delete;

    // `what` names the task in the log and must be a literal.
    void start(const char* what, boost::asio::awaitable<void> task);
    // Ends every task at its next wait.
    void cancel();
    // Returns when no task is left, or after `patience`; true: none is left.
    boost::asio::awaitable<bool> finished(base::Duration patience);

    std::size_t size() const { return signals_.size(); }

  private:
    boost::asio::any_io_executor executor_;
    boost::asio::steady_timer changed_;
    std::list<boost::asio::cancellation_signal> signals_;
};

}  // namespace sightline::hub
