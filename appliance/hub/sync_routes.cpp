#include "appliance/hub/sync_routes.h"

#include <algorithm>
#include <chrono>

#include "appliance/base/log.h"
#include "appliance/hub/sync_messages.h"
#include "storage/sync/op_batch.h"

namespace sightline::hub {
namespace {

namespace asio = boost::asio;
using base::Errc;
using base::Error;
using base::Result;
using storage::sync::CircleList;
using storage::sync::Op;
using storage::sync::OpHash;
using storage::sync::RelayStore;
using storage::sync::SiteId;
using storage::sync::StoreFailure;

constexpr std::string_view kPrefix = "/v1/sync/";
constexpr std::string_view kProofPurpose = "sightline-sync";
constexpr std::size_t kMostOpsPulled = 1024;
constexpr std::size_t kMostBytesPulled = std::size_t{1024} * 1024;

std::int64_t seconds_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

Reply reply_of(std::string body, const char* type) {
    Reply reply;
    reply.body = std::move(body);
    reply.set("Content-Type", type);
    return reply;
}
Reply json_reply(std::string body) { return reply_of(std::move(body), "application/json"); }
Reply nothing() {
    Reply reply;
    reply.status = 204;
    return reply;
}

Reply no_ticket() {
    Reply reply = problem(401, "your ticket is missing or over; ask for a new one");
    reply.set("WWW-Authenticate", "Bearer");
    return reply;
}

Reply away() {
    return problem(503,
                   "the hub's database cannot be reached or is full; nothing was taken, try again "
                   "in a moment");
}

// One body's ops of one site; all or nothing.
Result<std::vector<Op>> verified(std::string_view body, SiteId site,
                                 const signature::PublicKey& key) {
    const auto texts = storage::sync::split_ops(body);
    if (!texts) return texts.error();
    return storage::sync::parse_vouched(*texts, storage::sync::KnownKeys({{site, key}}, {}));
}

}  // namespace

SyncRoutes::SyncRoutes(SyncDesk& desk, SyncCircles& circles, const OriginPolicy& origins)
    : desk_(desk), circles_(circles), origins_(origins) {}

std::optional<SiteId> SyncRoutes::holder(const Request& request) const {
    constexpr std::string_view kBearer = "Bearer ";
    const std::string_view header = request.header("Authorization");
    if (!tickets_ || !header.starts_with(kBearer)) return std::nullopt;
    const auto site = tickets_->holder(header.substr(kBearer.size()), seconds_now());
    if (!site) return std::nullopt;
    const auto member = circles_.find(*site);
    // Whoever has been removed since has no ticket any more.
    return member && !member->site.removed ? site : std::nullopt;
}

bool SyncRoutes::is_open() {
    if (!tickets_ && desk_.is_open()) tickets_.emplace(desk_.ticket_key());
    return tickets_.has_value();
}

std::size_t SyncRoutes::body_limit(const Request& head) const {
    return holder(head) ? kMaxSyncBody : kMaxBody;
}

asio::awaitable<Reply> SyncRoutes::handle(Request request) {
    Reply reply;
    try {
        if (is_open() || request.method == "OPTIONS") {
            reply = co_await dispatch(request);
        } else {
            reply = away();
        }
    } catch (const StoreFailure& e) {
        spdlog::error("sync.store_failed error=\"{}\"", e.what());
        reply = away();
    }
    reply.set("Cache-Control", "no-store");
    co_return reply;
}

asio::awaitable<Reply> SyncRoutes::dispatch(Request& request) {
    const std::string_view path = std::string_view(request.path).substr(kPrefix.size());
    const std::string& method = request.method;
    if (method == "OPTIONS") co_return origins_.preflight(request, "GET, POST, PUT, OPTIONS");
    const bool posts = method == "POST";
    if (path == "challenge" && posts) {
        co_return json_reply("{\"challenge\":\"" + tickets_->challenge(seconds_now()) + "\"}");
    }
    if (path == "ticket" && posts) co_return co_await ticket(request);
    if (path == "circle" && method == "PUT") co_return co_await put_circle(request);
    const auto site = holder(request);
    if (!site) co_return no_ticket();
    if (path == "ops" && posts) co_return co_await ops(std::move(request.body), *site);
    if (path == "pull" && posts) co_return co_await pull(request, *site);
    if (path == "missing" && posts) co_return co_await missing(request);
    if (path == "circle" && method == "GET") {
        co_return reply_of(std::string(circles_.find(*site)->jws), "application/jose");
    }
    if (path.starts_with("chunks/")) co_return co_await chunk(request);
    co_return problem(404, "sync has no such interface; check address and method");
}

asio::awaitable<void> SyncRoutes::read_circles() {
    auto reading = [](RelayStore& store) { return store.circles(); };
    for (const std::string& jws : co_await desk_.ask(reading)) {
        // One of a delegation that this hub has stopped relaying for stays where it is.
        (void)circles_.take(jws);
    }
}

asio::awaitable<Reply> SyncRoutes::ticket(const Request& request) {
    const auto asked = parse_ticket_request(request.body);
    if (!asked) co_return problem(asked.error());
    // Another node may have been given a newer list.
    co_await read_circles();
    const auto member = circles_.find(asked->site);
    if (!member || member->site.removed) {
        co_return problem(403,
                          "this site is in no circle that the hub relays for; have the "
                          "delegation's administrator put it into a new list");
    }
    const auto payload = member->site.signing.verify(asked->proof, kProofPurpose);
    if (!payload) co_return problem(payload.error());
    const auto challenge = parse_proof(*payload, asked->site);
    if (!challenge) co_return problem(challenge.error());
    const std::int64_t now = seconds_now();
    if (!tickets_->is_good(*challenge, now)) {
        co_return problem(401, "the challenge is over, or was none of this hub's; ask for another");
    }
    const std::string circle(member->jws);
    auto asking = [site = asked->site](RelayStore& store) {
        Standing standing{store.newest_receipts(site), {}, store.position()};
        for (const auto& fork : store.forks()) {
            if (fork.chain.site == site) standing.fork = fork;
        }
        return standing;
    };
    const Standing standing = co_await desk_.ask(asking);
    co_return json_reply(
        ticket_message(tickets_->ticket(asked->site, now), desk_.public_key(), circle, standing));
}

asio::awaitable<Reply> SyncRoutes::put_circle(const Request& request) {
    const auto taken = circles_.take(request.body);
    if (!taken) co_return problem(taken.error());
    auto keeping = [taken = *taken, jws = request.body](RelayStore& store) {
        store.keep_circle(taken.delegation, taken.number, jws);
        return true;
    };
    co_await desk_.ask(keeping);
    spdlog::info("sync.circle delegation={} number={}", taken->delegation.substr(0, 6),
                 taken->number);
    co_return nothing();
}

asio::awaitable<Reply> SyncRoutes::ops(std::string body, SiteId site) {
    auto verifying = [body = std::move(body), site, key = circles_.find(site)->site.signing] {
        return verified(body, site, key);
    };
    auto ops = co_await desk_.work(verifying);
    if (!ops) co_return problem(ops.error());
    const auto answers = co_await desk_.take(std::move(*ops));
    for (const auto& answer : answers) {
        if (answer.judgement.verdict != storage::sync::Verdict::Fork) continue;
        spdlog::warn("sync.fork {}", answer.judgement.fork->text());
    }
    co_return json_reply(ops_message(answers));
}

asio::awaitable<Reply> SyncRoutes::pull(const Request& request, SiteId site) {
    const auto asked = parse_pull_request(request.body);
    if (!asked) co_return problem(asked.error());
    std::vector<SiteId> sites;
    for (const auto& each : circles_.find(site)->circle.sites) sites.push_back(each.site);
    struct Pulled {
        std::string body;
        bool closed = false;
        bool more = false;
    };
    auto pulling = [marks = asked->marks, sites, site,
                    bytes = std::min(asked->bytes, kMostBytesPulled)](RelayStore& store) {
        Pulled pulled;
        for (const auto& fork : store.forks()) pulled.closed |= fork.chain.site == site;
        if (pulled.closed) return pulled;
        auto seen = marks;
        for (const std::string& op : store.after(sites, marks, kMostOpsPulled, bytes)) {
            const auto envelope = storage::sync::claimed_envelope(op);
            if (!envelope)
                throw StoreFailure("an op in the database is none: " + envelope.error().text);
            seen[envelope->chain] = envelope->seq;
            pulled.body += op + "\n";
        }
        pulled.more = !pulled.body.empty() && !store.after(sites, seen, 1, 1).empty();
        return pulled;
    };
    Pulled pulled = co_await desk_.ask(pulling);
    if (pulled.closed) {
        co_return problem(409, "this site has two pasts and was closed; see its ticket");
    }
    Reply reply = reply_of(std::move(pulled.body), "text/plain");
    if (pulled.more) reply.set("Sightline-More", "yes");
    co_return reply;
}

asio::awaitable<Reply> SyncRoutes::missing(const Request& request) {
    const auto names = storage::sync::parse_chunk_lines(request.body, kMaxChunksAsked);
    if (!names) co_return problem(names.error());
    auto asking = [names = *names](RelayStore& store) { return store.missing(names); };
    const auto missing = co_await desk_.ask(asking);
    co_return reply_of(storage::sync::chunk_lines(missing), "text/plain");
}

asio::awaitable<Reply> SyncRoutes::chunk(const Request& request) {
    constexpr std::size_t kPath = kPrefix.size() + std::string_view("chunks/").size();
    const auto name = storage::sync::hash_from_text(std::string_view(request.path).substr(kPath));
    if (!name) co_return problem(400, "a chunk's name is a SHA-256 in base64url");
    if (request.method == "GET") {
        auto reading = [name = *name](RelayStore& store) { return store.chunk(name); };
        auto bytes = co_await desk_.ask(reading);
        if (!bytes) co_return problem(404, "this chunk has not come yet; ask again later");
        co_return reply_of(std::move(*bytes), "application/octet-stream");
    }
    if (request.method != "PUT") co_return problem(405, "this path takes GET, PUT");
    auto keeping = [name = *name, bytes = request.body](RelayStore& store) {
        if (storage::sync::sha256_of(bytes) != name) return false;
        store.keep_chunk(name, bytes);
        return true;
    };
    const bool kept = co_await desk_.ask(keeping);
    if (!kept) co_return problem(400, "these bytes are not the chunk of that name; send it again");
    co_return nothing();
}

}  // namespace sightline::hub
