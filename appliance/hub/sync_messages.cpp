#include "appliance/hub/sync_messages.h"

#include "appliance/hub/json_members.h"
#include "appliance/hub/sync_tickets.h"

namespace sightline::hub {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using base::Result;
using storage::sync::Fork;
using storage::sync::Marks;
using storage::sync::OpHash;
using storage::sync::SiteId;
using storage::sync::Verdict;

constexpr std::size_t kMaxProof = 1024;
constexpr std::size_t kMaxChallenge = 200;

json::value json_of(const std::optional<Fork>& fork) {
    if (!fork) return nullptr;
    return json::object{{"site", fork->chain.site.text()},
                        {"incarnation", fork->chain.incarnation},
                        {"seq", fork->seq},
                        {"had", storage::sync::text_of(fork->had)},
                        {"offered", storage::sync::text_of(fork->offered)}};
}

bool is_number(const json::value& value) {
    return value.is_int64() && value.get_int64() >= 0 &&
           static_cast<std::uint64_t>(value.get_int64()) <= storage::sync::kMaxNumber;
}

}  // namespace

Result<TicketRequest> parse_ticket_request(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    const auto site = id_of<SiteId>(*object, "site");
    if (!site) return site.error();
    auto proof = text_of(*object, "proof", kMaxProof);
    if (!proof) return proof.error();
    return TicketRequest{*site, std::move(*proof)};
}

Result<std::string> parse_proof(std::string_view payload, SiteId site) {
    const auto object = parse_object(payload);
    if (!object) return object.error();
    const auto who = id_of<SiteId>(*object, "site");
    if (!who) return who.error();
    if (*who != site) return Error{Errc::Forbidden, "the proof is another site's"};
    return text_of(*object, "challenge", kMaxChallenge);
}

Result<PullRequest> parse_pull_request(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    const auto bytes = number_of(*object, "bytes");
    if (!bytes) return bytes.error();
    const auto* marks = object->if_contains("marks");
    const Error wrong =
        malformed("\"marks\" must be a list of at most 4,096 triples of site, incarnation, number");
    if (*bytes < 1 || marks == nullptr || !marks->is_array() ||
        marks->get_array().size() > kMaxMarks) {
        return wrong;
    }
    PullRequest request{{}, static_cast<std::size_t>(*bytes)};
    for (const json::value& each : marks->get_array()) {
        if (!each.is_array() || each.get_array().size() != 3 || !each.at(0).is_string() ||
            !is_number(each.at(1)) || !is_number(each.at(2))) {
            return wrong;
        }
        const auto site = SiteId::parse(std::string_view(each.at(0).get_string()));
        if (!site) return wrong;
        request.marks[{*site, static_cast<std::uint64_t>(each.at(1).get_int64())}] =
            static_cast<std::uint64_t>(each.at(2).get_int64());
    }
    return request;
}

std::string ticket_message(std::string_view ticket, const signature::PublicKey& hub,
                           std::string_view circle, const Standing& standing) {
    json::array receipts;
    for (const std::string& receipt : standing.receipts) receipts.emplace_back(receipt);
    return json::serialize(json::object{{"ticket", ticket},
                                        {"seconds", kSyncTicketSeconds},
                                        {"hub", json::parse(hub.jwk())},
                                        {"circle", circle},
                                        {"receipts", std::move(receipts)},
                                        {"fork", json_of(standing.fork)},
                                        {"position", standing.position}});
}

std::string ops_message(const std::vector<storage::sync::Relay::Answer>& answers) {
    std::size_t taken = 0;
    while (taken < answers.size() && !answers[taken].receipt.empty()) ++taken;
    json::value receipt = nullptr, expected = nullptr, fork = nullptr;
    if (taken > 0) receipt = answers[taken - 1].receipt;
    if (taken < answers.size()) {
        const auto& judgement = answers[taken].judgement;
        if (judgement.verdict == Verdict::Gap) expected = judgement.expected;
        fork = json_of(judgement.fork);
    }
    return json::serialize(json::object{{"taken", taken},
                                        {"receipt", std::move(receipt)},
                                        {"expected", std::move(expected)},
                                        {"fork", std::move(fork)}});
}

}  // namespace sightline::hub
