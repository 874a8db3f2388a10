// One worker thread: its own io_context, one UDP socket and one ICE-TCP listener on the same port
// number, and the Sfu that owns every session placed here. Nothing on the packet path is shared or
// locked; other threads ask by posting a call to it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "media/sfu/sfu.h"

namespace sightline::io {

class Worker {
  public:
    struct Config {
        std::string bind_ip = "0.0.0.0";
        std::uint16_t port = 0;                   // 0: any free one
        std::vector<std::string> advertised_ips;  // what goes into candidates; empty: every address
                                                  // of this machine, loopback included
        const transport::DtlsIdentity* identity = nullptr;
        std::size_t max_subscriptions_per_participant = 4;
    };
    // Binds its sockets and starts its thread. `on_event` is called on the worker's thread and must
    // only hand over (post). Throws std::system_error naming the address and port when it cannot
    // bind.
    Worker(Config config, std::function<void(sfu::Event)> on_event);
    ~Worker();  // stops and joins

    std::uint16_t port() const;

    // Runs f(Sfu&, Instant now, PacketBatch&) on the worker's thread, then flushes what it wrote.
    // Resumes the awaiting coroutine on its own executor with f's value; that executor's context
    // must outlive the worker, whose thread is the last to let go of it.
    template <class F>
    auto call(F f) -> boost::asio::awaitable<
        std::invoke_result_t<F, sfu::Sfu&, base::Instant, wire::PacketBatch&>> {
        using Value = std::invoke_result_t<F, sfu::Sfu&, base::Instant, wire::PacketBatch&>;
        // Named, not a temporary in the co_await expression: GCC 12 destroys such a one twice.
        auto task = [this, f = std::move(f)]() mutable -> boost::asio::awaitable<Value> {
            auto done = Flush(*this);
            co_return f(sfu(), base::Clock::now(), batch());
        };
        co_return co_await boost::asio::co_spawn(executor(), std::move(task),
                                                 boost::asio::use_awaitable);
    }

  private:
    struct Parts;
    struct Flush {  // flushes the batch and rearms the timer when the call is done
        explicit Flush(Worker& w) : worker(w) {}
        ~Flush() { worker.flush(); }
        Flush(const Flush&) = delete;
        Worker& worker;
    };
    boost::asio::io_context::executor_type executor();
    sfu::Sfu& sfu();
    wire::PacketBatch& batch();
    void flush();

    std::unique_ptr<Parts> parts_;
};

}  // namespace sightline::io
