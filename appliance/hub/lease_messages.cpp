#include "appliance/hub/lease_messages.h"

#include <boost/json.hpp>

#include "appliance/base/hex.h"
#include "session/lease/heartbeat.h"
#include "session/lease/lease.h"

namespace sightline::hub {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;

constexpr std::size_t kMaxKeyText = 1024;

std::string_view text_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

}  // namespace

base::Result<std::optional<KioskDevice>> kiosk_device_of(const json::object& hello) {
    const json::value* jwk = hello.if_contains("device_key");
    const json::value* incarnation = hello.if_contains("incarnation");
    if (!jwk && !incarnation) return std::optional<KioskDevice>();
    if (!jwk || !jwk->is_object()) {
        return Error(Errc::Malformed, "\"device_key\" must be a public JWK as an object");
    }
    json::error_code no_number;
    const auto number = incarnation ? incarnation->to_number<std::uint64_t>(no_number) : 0;
    if (!incarnation || no_number) {
        return Error(Errc::Malformed, "\"incarnation\" must be a number, not below zero");
    }
    const std::string text = json::serialize(*jwk);
    if (text.size() > kMaxKeyText) return Error(Errc::Malformed, "\"device_key\" is too long");
    auto key = signature::PublicKey::parse(text);
    if (!key) return key.error();
    return std::optional(KioskDevice{*std::move(key), number});
}

base::Result<LeaseMessage> lease_message_of(const json::object& message) {
    LeaseMessage lease;
    const auto session = base::SessionId::parse(text_of(message, "session"));
    if (!session || !*session) {
        return Error(Errc::Malformed,
                     "\"session\" must be 16 hexadecimal digits, not all zero, in a lease");
    }
    lease.session = *session;
    const std::string_view jws = text_of(message, "jws");
    if (jws.empty() || jws.size() > lease::kMaxLeaseBytes) {
        return Error(Errc::Malformed, "\"jws\" must be a compact JWS of at most 48 KiB");
    }
    lease.jws = jws;
    const auto key = base::from_hex(text_of(message, "heartbeat_key"));
    if (!key || key->size() != lease::kHeartbeatKeyBytes) {
        return Error(Errc::Malformed, "\"heartbeat_key\" must be 64 hexadecimal digits");
    }
    lease.heartbeat_key = base::Secret(base::ByteView(*key));
    return lease;
}

std::string lease_life_message(base::SessionId session, LeaseLife life) {
    return json::serialize(
        json::object{{"type", life == LeaseLife::Alive ? "lease.alive" : "lease.dead"},
                     {"session", session.text()}});
}

}  // namespace sightline::hub
