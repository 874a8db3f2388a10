// A thread for what waits for a disk or computes for long, so that calls need not wait for it. Main
// thread, but for what it runs. What it runs must not outlive what it refers to: the last member of
// its owner, it is joined before the others go.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>
#include <utility>

namespace sightline::hub {

class SideThread {
  public:
    ~SideThread() { pool_.join(); }

    // f() over there. Throws what it throws. `f` is to be a variable, not a temporary in the
    // co_await expression: GCC 12 destroys such a one twice.
    template <class F>
    auto run(F f) -> boost::asio::awaitable<std::invoke_result_t<F>> {
        using Value = std::invoke_result_t<F>;
        auto task = [f = std::move(f)]() mutable -> boost::asio::awaitable<Value> {
            co_return f();
        };
        co_return co_await boost::asio::co_spawn(pool_, std::move(task),
                                                 boost::asio::use_awaitable);
    }

  private:
    boost::asio::thread_pool pool_{1};
};

}  // namespace sightline::hub
