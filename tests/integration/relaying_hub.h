// A real hub that relays for the sites of one circle, and their rounds with it, for the integration
// tests of sync. One thread each.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>

#include "appliance/sync_client/round.h"
#include "tests/integration/hub_process.h"
#include "tests/support/journal_site.h"
#include "tests/support/temporary_directory.h"

namespace sightline::integration {

inline hub_client::HubAddress at(std::uint16_t port) {
    return {{hub_client::Scheme::Http, "127.0.0.1", port}, std::nullopt};
}

// A hub that relays for one circle, and may be killed and started again on what it has.
class RelayingHub {
  public:
    explicit RelayingHub(const tests::TestCircle& circle, std::string store = "sqlite:")
        : store_(std::move(store)) {
        std::ofstream(folder_.path() / "root.jwk") << circle.root_jwk();
        start();
        publish(circle.jws());
    }
    void start() {
        hub_.emplace(
            std::vector<std::string>{"--sync-root", folder_.path() / "root.jwk", "--store", store_},
            folder_.path() / "state");
    }
    void kill() { hub_.reset(); }  // kill -9
    std::uint16_t port() const { return hub_->http_port(); }
    HubProcess& process() { return *hub_; }
    std::filesystem::path state() const { return folder_.path() / "state"; }

    void publish(const std::string& jws) {
        const auto answered = ask("PUT", "circle", {}, jws);
        if (!answered || answered->status != 204) throw std::runtime_error("the circle is refused");
    }
    base::Result<hub_client::HttpResponse> ask(std::string method, std::string path,
                                               std::string ticket, std::string body) {
        boost::asio::io_context io;
        hub_client::HttpConnection hub(io.get_executor(), at(port()), sync_client::kMaxAnswerBytes);
        std::vector<hub_client::HttpHeader> headers;
        if (!ticket.empty()) headers.push_back({"Authorization", "Bearer " + ticket});
        auto answer =
            boost::asio::co_spawn(io,
                                  hub.request(std::move(method), "/v1/sync/" + path, headers,
                                              std::move(body), std::chrono::seconds(20)),
                                  boost::asio::use_future);
        io.run();
        return answer.get();
    }

  private:
    tests::TemporaryDirectory folder_;
    std::string store_;
    std::optional<HubProcess> hub_;
};

inline base::Result<sync_client::RoundReport> round(sync_client::Site& site, std::uint16_t port,
                                                    sync_client::RoundRules rules = {}) {
    boost::asio::io_context io;
    hub_client::HttpConnection hub(io.get_executor(), at(port), sync_client::kMaxAnswerBytes);
    sync_client::Round round(hub, site, std::move(rules));
    auto report = boost::asio::co_spawn(io, round.run(), boost::asio::use_future);
    io.run();
    return report.get();
}

}  // namespace sightline::integration
