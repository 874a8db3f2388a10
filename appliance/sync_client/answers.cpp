#include "appliance/sync_client/answers.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace sightline::sync_client {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using base::Result;
using storage::sync::Fork;
using storage::sync::OpHash;

Error no_answer(const char* what) {
    return {Errc::Malformed, std::string("sync: the hub's answer ") + what +
                                 "; check that hub and this machine have the same version"};
}

std::optional<json::object> object_of(std::string_view body) {
    json::parse_options bounded;
    bounded.max_depth = 4;
    json::error_code failed;
    const auto value = json::parse(body, failed, {}, bounded);
    if (failed || !value.is_object()) return std::nullopt;
    return value.get_object();
}

std::optional<std::string> text_in(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

std::optional<std::uint64_t> number_in(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return std::nullopt;
    return static_cast<std::uint64_t>(value->get_int64());
}

// Whether there is a sound one or none; `out` is it.
bool fork_in(const json::object& object, std::optional<Fork>& out) {
    const auto* value = object.if_contains("fork");
    if (value == nullptr || value->is_null()) return true;
    if (!value->is_object()) return false;
    const auto& fork = value->get_object();
    const auto site = storage::sync::SiteId::parse(text_in(fork, "site").value_or(""));
    const auto had = storage::sync::hash_from_text(text_in(fork, "had").value_or(""));
    const auto offered = storage::sync::hash_from_text(text_in(fork, "offered").value_or(""));
    const auto incarnation = number_in(fork, "incarnation");
    const auto seq = number_in(fork, "seq");
    if (!site || !had || !offered || !incarnation || !seq) return false;
    out = Fork{{*site, *incarnation}, *seq, *had, *offered};
    return true;
}

}  // namespace

Result<std::string> read_challenge(std::string_view body) {
    const auto object = object_of(body);
    auto challenge = object ? text_in(*object, "challenge") : std::nullopt;
    if (!challenge) return no_answer("is no challenge");
    return std::move(*challenge);
}

Result<TicketAnswer> read_ticket(std::string_view body) {
    const auto object = object_of(body);
    if (!object) return no_answer("is no ticket");
    auto ticket = text_in(*object, "ticket");
    auto circle = text_in(*object, "circle");
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
    const auto object = object_of(body);
    const auto taken = object ? number_in(*object, "taken") : std::nullopt;
    if (!taken) return no_answer("does not say what was taken");
    OpsAnswer answer{
        static_cast<std::size_t>(*taken), text_in(*object, "receipt").value_or(""), {}};
    if (!fork_in(*object, answer.fork)) return no_answer("has a fork that is none");
    return answer;
}

}  // namespace sightline::sync_client
