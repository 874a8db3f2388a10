#include "appliance/sync_client/round.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "appliance/sync_client/answers.h"
#include "storage/sync/op_batch.h"

namespace sightline::sync_client {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using base::Errc;
using base::Error;
using base::Result;
using hub_client::HttpResponse;
using sync::OpHash;

constexpr std::string_view kProofPurpose = "sightline-sync";
constexpr std::size_t kMostOps = 512;
constexpr std::size_t kMostChunks = 1024;
constexpr std::size_t kSmallestPiece = std::size_t{16} * 1024;
constexpr std::size_t kLargestPiece = std::size_t{768} * 1024;
// Below the first a piece may grow, beyond the second it shrinks.
constexpr std::chrono::seconds kQuick{2};
constexpr std::chrono::seconds kSlow{10};

std::string marks_text(const sync::Marks& marks) {
    json::array all;
    for (const auto& [chain, seq] : marks) {
        all.push_back(json::array{chain.site.text(), chain.incarnation, seq});
    }
    return json::serialize(all);
}

// Not within a coroutine, where GCC 12 cannot compile the braces.
std::string two_members(sync::SiteId site, const char* name, std::string_view value) {
    return json::serialize(json::object{{"site", site.text()}, {name, value}});
}

}  // namespace

Round::Round(hub_client::HttpConnection& hub, Site& site, RoundRules rules)
    : hub_(hub), site_(site), rules_(std::move(rules)) {}

asio::awaitable<Result<RoundReport>> Round::run() {
    // Not a table of them: GCC 12 cannot compile an array within a coroutine.
    if (auto done = co_await get_ticket(); !done) co_return done.error();
    if (auto done = co_await send_ops(); !done) co_return done.error();
    if (auto done = co_await pull_ops(); !done) co_return done.error();
    if (auto done = co_await send_chunks(); !done) co_return done.error();
    if (auto done = co_await take_chunks(); !done) co_return done.error();
    report_.complete = goes_on() && rules_.may_send_chunks();
    co_return report_;
}

asio::awaitable<Result<HttpResponse>> Round::ask(std::string method, std::string path,
                                                 std::string body) {
    std::vector<hub_client::HttpHeader> headers;
    if (!ticket_.empty()) headers.push_back({"Authorization", "Bearer " + ticket_});
    const std::size_t sent = body.size();
    const auto begun = base::Clock::now();
    auto answer = co_await hub_.request(std::move(method), "/v1/sync/" + path, std::move(headers),
                                        std::move(body), rules_.patience);
    if (!answer) co_return answer;
    rules_.moved(sent + answer->body.size(), base::Clock::now() - begun);
    if (answer->status < 200 || answer->status > 299) {
        co_return hub_client::error_from_response(
            hub_.hub().url, "sync: " + path.substr(0, path.find('/')), *answer);
    }
    co_return answer;
}

asio::awaitable<Result<void>> Round::get_ticket() {
    const auto asked = co_await ask("POST", "challenge", "");
    if (!asked) co_return asked.error();
    const auto challenge = read_challenge(asked->body);
    if (!challenge) co_return challenge.error();
    const std::string proof =
        site_.sign(two_members(site_.id(), "challenge", *challenge), kProofPurpose);
    const std::string request = two_members(site_.id(), "proof", proof);
    auto answered = co_await ask("POST", "ticket", request);
    if (!answered && answered.error().code == Errc::Forbidden) {
        // A hub that has not been told of this site yet; any site may bring it the list.
        if (!co_await ask("PUT", "circle", site_.circle())) co_return answered.error();
        answered = co_await ask("POST", "ticket", request);
    }
    if (!answered) co_return answered.error();
    auto answer = read_ticket(answered->body);
    if (!answer) co_return answer.error();
    if (const auto good = site_.take_hub(answer->hub); !good) co_return good.error();
    if (const auto good = site_.take_circle(answer->circle); !good) {
        // The hub's is older than ours, or we believe another root.
        if (!co_await ask("PUT", "circle", site_.circle())) co_return good.error();
    }
    if (answer->fork) site_.take_fork(*answer->fork);
    for (const std::string& receipt : answer->receipts) {
        if (const auto good = site_.take_receipt(receipt); !good) co_return good.error();
    }
    ticket_ = std::move(answer->ticket);
    co_return Result<void>();
}

asio::awaitable<Result<void>> Round::send_ops() {
    while (goes_on()) {
        const auto ops = site_.to_send(kMostOps, piece_);
        if (ops.empty()) break;
        std::string body = sync::joined(ops);
        const std::size_t bytes = body.size();
        const auto begun = base::Clock::now();
        const auto answered = co_await ask("POST", "ops", std::move(body));
        if (!answered) co_return answered.error();
        suit_pieces(bytes, base::Clock::now() - begun);
        const auto answer = read_ops_answer(answered->body);
        if (!answer) co_return answer.error();
        if (!answer->receipt.empty()) {
            if (const auto good = site_.take_receipt(answer->receipt); !good) {
                co_return good.error();
            }
        }
        report_.ops_sent += answer->taken;
        if (answer->fork) site_.take_fork(*answer->fork);
        if (site_.stopped()) break;
        if (answer->taken == 0) {
            co_return Error{Errc::Conflict,
                            "sync: the hub lacks an op of this site that it had given a receipt "
                            "for; its database was set back, tell its operator"};
        }
        rules_.progress(report_);
    }
    if (site_.stopped()) {
        co_return Error{Errc::Conflict,
                        "sync: this site has two pasts and is stopped; see its sync status"};
    }
    co_return Result<void>();
}

asio::awaitable<Result<void>> Round::pull_ops() {
    bool more = true;
    while (more && goes_on()) {
        const auto begun = base::Clock::now();
        const auto answered = co_await ask("POST", "pull",
                                           "{\"bytes\":" + std::to_string(piece_) +
                                               ",\"marks\":" + marks_text(site_.marks()) + "}");
        if (!answered) co_return answered.error();
        suit_pieces(answered->body.size(), base::Clock::now() - begun);
        const auto ops = sync::whole_ops(answered->body);
        if (const auto good = site_.take_ops(ops); !good) co_return good.error();
        report_.ops_taken += ops.size();
        more = answered->header("Sightline-More") == "yes" && !ops.empty();
        rules_.progress(report_);
    }
    co_return Result<void>();
}

asio::awaitable<Result<std::vector<OpHash>>> Round::ask_missing(const std::vector<OpHash>& names) {
    const auto answered = co_await ask("POST", "missing", sync::chunk_lines(names));
    if (!answered) co_return answered.error();
    co_return sync::parse_chunk_lines(answered->body, kMostChunks);
}

asio::awaitable<Result<void>> Round::send_chunks() {
    while (goes_on() && rules_.may_send_chunks()) {
        const auto names = site_.chunks_to_send(kMostChunks);
        if (names.empty()) break;
        const auto missing = co_await ask_missing(names);
        if (!missing) co_return missing.error();
        std::vector<OpHash> there;
        for (const OpHash& name : names) {
            if (std::find(missing->begin(), missing->end(), name) == missing->end()) {
                there.push_back(name);
            }
        }
        site_.chunks_sent(there);
        for (const OpHash& name : *missing) {
            if (!goes_on() || !rules_.may_send_chunks()) co_return Result<void>();
            auto bytes = site_.read_chunk(name);
            // A withdrawal has come meanwhile.
            if (!bytes && bytes.error().code == Errc::NotFound) continue;
            if (!bytes) co_return bytes.error();
            const auto kept =
                co_await ask("PUT", "chunks/" + sync::text_of(name), std::move(*bytes));
            if (!kept) co_return kept.error();
            site_.chunks_sent({name});
            ++report_.chunks_sent;
            rules_.progress(report_);
        }
    }
    co_return Result<void>();
}

asio::awaitable<Result<void>> Round::take_chunks() {
    const auto wanted = site_.chunks_wanted(kMostChunks);
    if (wanted.empty() || !goes_on() || !rules_.may_send_chunks()) co_return Result<void>();
    // One question for all, where each that has not come would be one of its own in every round.
    const auto missing = co_await ask_missing(wanted);
    if (!missing) co_return missing.error();
    for (const OpHash& name : wanted) {
        if (!goes_on() || !rules_.may_send_chunks()) break;
        if (std::find(missing->begin(), missing->end(), name) != missing->end()) continue;
        const auto answered = co_await ask("GET", "chunks/" + sync::text_of(name), "");
        // It has gone meanwhile.
        if (!answered && answered.error().code == Errc::NotFound) continue;
        if (!answered) co_return answered.error();
        if (sync::sha256_of(answered->body) != name) {
            co_return Error{Errc::Malformed, "sync: the hub gave a chunk that is another one"};
        }
        if (const auto good = site_.keep_chunk(name, answered->body); !good) {
            co_return good.error();
        }
        ++report_.chunks_taken;
        rules_.progress(report_);
    }
    co_return Result<void>();
}

void Round::suit_pieces(std::size_t bytes, base::Duration took) {
    if (took < kQuick && bytes >= piece_ / 2) piece_ = std::min(piece_ * 2, kLargestPiece);
    if (took > kSlow) piece_ = std::max(piece_ / 2, kSmallestPiece);
}

}  // namespace sightline::sync_client
