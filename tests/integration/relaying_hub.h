// What the tests of sync over a real hub share: a hub that relays for a circle and may be killed, a
// round of a site with it, and some sites that meet there. Include after SIGHTLINE_HUB is defined.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "appliance/base/random.h"
#include "appliance/sync_client/round.h"
#include "tests/integration/hub_process.h"
#include "tests/support/journal_site.h"
#include "tests/support/temporary_directory.h"

namespace sightline::integration {

namespace asio = boost::asio;
using sync_client::RoundReport;
using sync_client::RoundRules;
using tests::JournalSite;
using tests::TestCircle;
namespace sync = storage::sync;

inline const sync::Pseudonym kDossier = sync::Pseudonym::from_value(0xd055);

// How often a test does something: a variable of the environment says so for the long run.
inline std::size_t times(const char* variable, std::size_t usual) {
    const char* text = std::getenv(variable);
    return text == nullptr ? usual : std::stoul(text);
}

inline sync::OpContent setting(std::string path, boost::json::value value) {
    return {"officer 1", 1000, {{sync::Change::Kind::Set, std::move(path), std::move(value)}}};
}

inline hub_client::HubAddress at(std::uint16_t port) {
    return {{hub_client::Scheme::Http, "127.0.0.1", port}, std::nullopt};
}

// A hub that relays for some circles, and may be killed and started again on what it has.
class RelayingHub {
  public:
    explicit RelayingHub(const TestCircle& circle, std::string store = "sqlite:")
        : RelayingHub(std::vector{&circle}, std::move(store)) {}
    RelayingHub(const std::vector<const TestCircle*>& circles, std::string store)
        : store_(std::move(store)) {
        for (const auto* circle : circles) {
            roots_.push_back(folder_.path() / (std::to_string(roots_.size()) + ".jwk"));
            std::ofstream(roots_.back()) << circle->root_jwk();
        }
        start();
        for (const auto* circle : circles) publish(circle->jws());
    }
    void start() {
        std::vector<std::string> options{"--store", store_, "--max-connections-per-address", "500"};
        for (const std::string& root : roots_) {
            options.insert(options.end(), {"--sync-root", root});
        }
        hub_.emplace(std::move(options), folder_.path() / "state");
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
        asio::io_context io;
        hub_client::HttpConnection hub(io.get_executor(), at(port()), sync_client::kMaxAnswerBytes);
        std::vector<hub_client::HttpHeader> headers;
        if (!ticket.empty()) headers.push_back({"Authorization", "Bearer " + ticket});
        auto answer = asio::co_spawn(io,
                                     hub.request(std::move(method), "/v1/sync/" + path, headers,
                                                 std::move(body), std::chrono::seconds(20)),
                                     asio::use_future);
        io.run();
        return answer.get();
    }

  private:
    tests::TemporaryDirectory folder_;
    std::string store_;
    std::vector<std::string> roots_;
    std::optional<HubProcess> hub_;
};

inline base::Result<RoundReport> round(sync_client::Site& site, std::uint16_t port,
                                       RoundRules rules = {}) {
    asio::io_context io;
    hub_client::HttpConnection hub(io.get_executor(), at(port), sync_client::kMaxAnswerBytes);
    sync_client::Round round(hub, site, std::move(rules));
    auto report = asio::co_spawn(io, round.run(), asio::use_future);
    io.run();
    return report.get();
}

struct Meeting {
    explicit Meeting(std::size_t count = 2) : circle(count) {
        for (std::size_t i = 0; i < count; ++i) open(i);
    }
    void open(std::size_t i) {
        const auto folder = folders.path() / std::to_string(i);
        if (sites.size() <= i) sites.resize(i + 1);
        sites[i] = std::make_unique<JournalSite>(folder, circle, i);
    }
    sync::OpHash digest(std::size_t i) const {
        const auto* history = sites[i]->replica().dossier(kDossier);
        return history == nullptr ? sync::OpHash{} : history->state().digest();
    }

    TestCircle circle;
    tests::TemporaryDirectory folders;
    std::vector<std::unique_ptr<JournalSite>> sites;
};

inline std::string random_bytes(std::size_t size) {
    std::string bytes(size, '\0');
    auto* data = reinterpret_cast<std::uint8_t*>(bytes.data());
    base::fill_random(base::MutableBytes(data, size));
    return bytes;
}

inline std::uint64_t bytes_in(const std::filesystem::path& folder) {
    std::uint64_t bytes = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
        if (file.is_regular_file()) bytes += file.file_size();
    }
    return bytes;
}

}  // namespace sightline::integration
