#include "appliance/hub/sync_desk.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <span>

#include "appliance/base/log.h"
#include "appliance/base/random.h"

namespace sightline::hub {
namespace {

namespace asio = boost::asio;
using storage::sync::Op;

// Of one transaction: what it holds in memory, and how long the first one waits for the last.
constexpr std::size_t kMostOpsTogether = 512;
constexpr std::chrono::seconds kOpenAgain{3};

signature::DeviceKey kept_key(storage::sync::RelayStore& store) {
    const base::Secret fresh = signature::DeviceKey::random().secret_jwk();
    const base::Secret kept(store.kept("receipt-key", fresh.reveal_text()));
    auto key = signature::DeviceKey::parse(kept);
    if (!key) {
        throw storage::sync::StoreFailure(
            "--store: the key that receipts are signed with cannot be read; restore the database");
    }
    return std::move(*key);
}

}  // namespace

SyncDesk::Opened::Opened(std::unique_ptr<storage::sync::RelayStore> opened)
    : store(std::move(opened)),
      key(kept_key(*store)),
      ticket_key(store->kept("ticket-key", base::random_token())),
      signer(key),
      relay(signer, *store) {}

SyncDesk::SyncDesk(Open open, TaskGroup& tasks) : tasks_(tasks), open_(std::move(open)) {
    try {
        opened_ = std::make_unique<Opened>(open_());
    } catch (const storage::sync::StoreAway& e) {
        spdlog::error("sync.store_away error=\"{}\"", e.what());
        tasks_.start("sync_store", wait_for_store());
    }
}

asio::awaitable<void> SyncDesk::wait_for_store() {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    std::string trouble;
    while (!opened_) {
        timer.expires_after(kOpenAgain);
        co_await timer.async_wait(asio::use_awaitable);
        try {
            auto opening = [this] { return std::make_unique<Opened>(open_()); };
            opened_ = co_await thread_.run(std::move(opening));
        } catch (const storage::sync::StoreAway&) {
            // Has been said.
        } catch (const storage::sync::StoreFailure& e) {
            // It has come, and is none that we can use: said once, as at the start.
            if (trouble != e.what()) spdlog::error("sync.store_unusable error=\"{}\"", e.what());
            trouble = e.what();
        }
    }
    spdlog::info("sync.store_here");
}

asio::awaitable<SyncDesk::Answers> SyncDesk::take(std::vector<Op> ops) {
    const auto executor = co_await asio::this_coro::executor;
    const auto turn =
        std::make_shared<Turn>(Turn{std::move(ops), {}, {}, false, asio::steady_timer(executor)});
    turn->waiting.expires_at(asio::steady_timer::time_point::max());
    turns_.push_back(turn);
    if (!writing_) {
        writing_ = true;
        tasks_.start("sync", write());
    }
    while (!turn->done) {
        co_await turn->waiting.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    if (turn->failure) std::rethrow_exception(turn->failure);
    co_return std::move(turn->answers);
}

// One transaction after the other, as long as anybody waits for one.
asio::awaitable<void> SyncDesk::write() {
    while (!turns_.empty()) {
        std::vector<std::shared_ptr<Turn>> together;
        std::vector<Op> ops;
        while (!turns_.empty() &&
               (together.empty() || ops.size() + turns_.front()->ops.size() <= kMostOpsTogether)) {
            together.push_back(std::move(turns_.front()));
            turns_.pop_front();
            for (Op& op : together.back()->ops) ops.push_back(std::move(op));
        }
        Answers answers;
        std::exception_ptr failure;
        try {
            auto taking = [&] { return opened_->relay.take(ops); };
            answers = co_await thread_.run(std::move(taking));
        } catch (...) {
            failure = std::current_exception();
        }
        std::size_t next = 0;
        for (const auto& turn : together) {
            turn->failure = failure;
            if (!failure) {
                for (std::size_t i = 0; i < turn->ops.size(); ++i) {
                    turn->answers.push_back(std::move(answers[next++]));
                }
            }
            turn->done = true;
            turn->waiting.cancel();
        }
    }
    writing_ = false;
}

}  // namespace sightline::hub
