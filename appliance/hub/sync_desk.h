// The hub's database of sync, on a thread of its own: a disk that is slow must not hold up a call,
// and a database that is away at the start not the hub. What several sites have sent by the time
// that one transaction is done goes into the next one together, so that many kiosks share the cost
// of a commit. Main thread, but for what it runs.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "appliance/hub/side_thread.h"
#include "appliance/hub/task_group.h"
#include "session/signature/device_key.h"
#include "storage/sync/jose_keys.h"
#include "storage/sync/relay.h"

namespace sightline::hub {

class SyncDesk {
  public:
    using Answers = std::vector<storage::sync::Relay::Answer>;

    using Open = std::function<std::unique_ptr<storage::sync::RelayStore>()>;

    // `open` is called now, and while it throws StoreAway once more every few seconds, on the
    // database's thread. Throws StoreFailure when there is nothing to wait for.
    SyncDesk(Open open, TaskGroup& tasks);

    // Nothing below may be used before.
    bool is_open() const { return opened_ != nullptr; }
    // The key that receipts are signed with, and what tickets are sealed with.
    const signature::PublicKey& public_key() const { return opened_->key.public_key(); }
    base::Secret ticket_key() const { return base::Secret(opened_->ticket_key.reveal()); }

    // Verified ops, judged and stored. Throws StoreFailure: nothing of them was taken.
    boost::asio::awaitable<Answers> take(std::vector<storage::sync::Op> ops);

    // f(RelayStore&) on the database's thread. Throws what it throws.
    template <class F>
    auto ask(F f) -> boost::asio::awaitable<std::invoke_result_t<F, storage::sync::RelayStore&>> {
        auto asking = [this, f = std::move(f)]() mutable { return f(*opened_->store); };
        co_return co_await thread_.run(std::move(asking));
    }
    // f() on a thread for work that only costs time: signatures.
    template <class F>
    auto work(F f) -> boost::asio::awaitable<std::invoke_result_t<F>> {
        return workers_.run(std::move(f));
    }

  private:
    struct Turn {
        std::vector<storage::sync::Op> ops;
        Answers answers = {};
        std::exception_ptr failure = {};
        bool done = false;
        boost::asio::steady_timer waiting;
    };
    struct Opened {
        explicit Opened(std::unique_ptr<storage::sync::RelayStore> opened);

        std::unique_ptr<storage::sync::RelayStore> store;
        signature::DeviceKey key;
        base::Secret ticket_key;
        storage::sync::DeviceSigner signer;
        storage::sync::Relay relay;
    };
    boost::asio::awaitable<void> wait_for_store();
    boost::asio::awaitable<void> write();

    TaskGroup& tasks_;
    Open open_;
    std::unique_ptr<Opened> opened_;  // null until the database has answered once
    std::deque<std::shared_ptr<Turn>> turns_;
    bool writing_ = false;
    SideThread thread_;
    SideThread workers_;
};

}  // namespace sightline::hub
