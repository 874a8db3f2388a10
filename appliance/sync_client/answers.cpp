#include "appliance/sync_client/answers.h"

#include <boost/json/serialize.hpp>

#include "appliance/base/json_members.h"

namespace sightline::sync_client {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using base::number_in;
using base::Result;
using storage::sync::Fork;
using storage::sync::OpHash;

// A circle's list is the longest.
constexpr std::size_t kMaxText = std::size_t{128} * 1024;
constexpr std::size_t kMaxDepth = 4;

Error no_answer(const char* what) {
    return {Errc::Malformed, std::string("sync: the hub's answer ") + what +
                                 "; check that hub and this machine have the same version"};
}

// Whether there is a sound one or none; `out` is it.
bool fork_in(const json::object& object, std::optional<Fork>& out) {
    const auto* value = object.if_contains("fork");
    if (value == nullptr || value->is_null()) return true;
    if (!value->is_object()) return false;
    const auto& fork = value->get_object();
    const auto site = storage::sync::SiteId::parse(base::text_or_empty(fork, "site", kMaxText));
    const auto had = storage::sync::hash_from_text(base::text_or_empty(fork, "had", kMaxText));
    const auto offered =
        storage::sync::hash_from_text(base::text_or_empty(fork, "offered", kMaxText));
    const auto incarnation = number_in(fork, "incarnation");
    const auto seq = number_in(fork, "seq");
    if (!site || !had || !offered || !incarnation || !seq) return false;
    out = Fork{{*site, *incarnation}, *seq, *had, *offered};
    return true;
}

}  // namespace

Result<std::string> read_challenge(std::string_view body) {
    const auto object = base::object_of(body, kMaxDepth);
    auto challenge = object ? base::text_in(*object, "challenge", kMaxText) : std::nullopt;
    if (!challenge) return no_answer("is no challenge");
    return std::move(*challenge);
}

Result<TicketAnswer> read_ticket(std::string_view body) {
    const auto object = base::object_of(body, kMaxDepth);
    if (!object) return no_answer("is no ticket");
    auto ticket = base::text_in(*object, "ticket", kMaxText);
    auto circle = base::text_in(*object, "circle", kMaxText);
    const auto* hub = object->if_contains("hub");
    const auto* receipts = object->if_contains("receipts");
    if (!ticket || !circle || hub == nullptr || receipts == nullptr || !receipts->is_array()) {
        return no_answer("is no ticket");
    }
    auto key = signature::PublicKey::parse(json::serialize(*hub));
    if (!key) return key.error();
    TicketAnswer answer{std::move(*ticket), std::move(*key), std::move(*circle), {}, {}};
    for (const json::value& each : receipts->get_array()) {
        if (!each.is_string()) return no_answer("has a receipt that is none");
        answer.receipts.emplace_back(each.get_string());
    }
    if (!fork_in(*object, answer.fork)) return no_answer("has a fork that is none");
    return answer;
}

Result<OpsAnswer> read_ops_answer(std::string_view body) {
    const auto object = base::object_of(body, kMaxDepth);
    const auto taken = object ? number_in(*object, "taken") : std::nullopt;
    if (!taken) return no_answer("does not say what was taken");
    OpsAnswer answer{
        static_cast<std::size_t>(*taken), base::text_or_empty(*object, "receipt", kMaxText), {}};
    if (!fork_in(*object, answer.fork)) return no_answer("has a fork that is none");
    return answer;
}

}  // namespace sightline::sync_client
