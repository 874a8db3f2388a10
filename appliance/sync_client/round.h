// One round of sync with a hub, as storage/sync/FORMAT.md has it over HTTP: a ticket, then ops both
// ways, then chunks. Small forms go before big media. Whatever is cut off goes on in the next round
// where this one ended: only the request that was under way is sent again. Asio; one thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>

#include "appliance/base/result.h"
#include "appliance/hub_client/http_connection.h"
#include "appliance/sync_client/site.h"

namespace sightline::sync_client {

// An answer is at most a chunk or as many ops.
inline constexpr std::size_t kMaxAnswerBytes = std::size_t{1024} * 1024 + std::size_t{512} * 1024;

struct RoundReport {
    std::size_t ops_sent = 0;
    std::size_t ops_taken = 0;
    std::size_t chunks_sent = 0;
    std::size_t chunks_taken = 0;
    // Everything went that there was; else it was told to stop in between.
    bool complete = false;
};

struct RoundRules {
    // Asked before every request: false while something else needs the link, such as a call.
    std::function<bool()> may_go_on = [] { return true; };
    // The same for chunks alone.
    std::function<bool()> may_send_chunks = [] { return true; };
    std::function<void(const RoundReport&)> progress = [](const RoundReport&) {};
    // A request and its answer had so many bytes together and took so long: for LinePace.
    std::function<void(std::size_t bytes, base::Duration took)> moved = [](std::size_t,
                                                                           base::Duration) {};
    base::Duration patience = std::chrono::seconds(60);
};

class Round {
  public:
    // What is referred to must outlive it.
    Round(hub_client::HttpConnection& hub, Site& site, RoundRules rules);

    // Errors: those of HttpConnection::request and of the site; Conflict: this site has two pasts
    // and is stopped. What was done until then is done.
    boost::asio::awaitable<base::Result<RoundReport>> run();

  private:
    boost::asio::awaitable<base::Result<void>> get_ticket();
    boost::asio::awaitable<base::Result<void>> send_ops();
    boost::asio::awaitable<base::Result<void>> pull_ops();
    boost::asio::awaitable<base::Result<void>> send_chunks();
    boost::asio::awaitable<base::Result<void>> take_chunks();
    // Of these chunks, those that the hub has not.
    boost::asio::awaitable<base::Result<std::vector<sync::OpHash>>> ask_missing(
        const std::vector<sync::OpHash>& names);
    // With the ticket. An answer that is no success is an error.
    boost::asio::awaitable<base::Result<hub_client::HttpResponse>> ask(std::string method,
                                                                       std::string path,
                                                                       std::string body);
    // After an answer: how large the next piece is to be, so that one takes some seconds.
    void suit_pieces(std::size_t bytes, base::Duration took);
    bool goes_on() const { return rules_.may_go_on(); }

    hub_client::HttpConnection& hub_;
    Site& site_;
    RoundRules rules_;
    RoundReport report_;
    std::string ticket_;
    std::size_t piece_ = std::size_t{64} * 1024;
};

}  // namespace sightline::sync_client
