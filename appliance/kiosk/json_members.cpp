#include "appliance/kiosk/json_members.h"

#include "appliance/base/json_members.h"

namespace sightline::kiosk {

namespace json = boost::json;

namespace {

// A passkey's identifier is the longest.
constexpr std::size_t kMaxText = 2048;
constexpr std::size_t kMaxDepth = 8;

}  // namespace

base::Result<json::object> parse_object(std::string_view text) {
    auto object = base::object_of(text, kMaxDepth);
    if (!object) return malformed("no JSON object");
    return std::move(*object);
}

std::string text_in(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_string()) return {};
    return std::string(value->as_string().subview(0, kMaxText));
}

std::optional<std::int64_t> integer_in(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return std::nullopt;
    boost::system::error_code no_integer;
    const auto number = value->to_number<std::int64_t>(no_integer);
    if (no_integer) return std::nullopt;
    return number;
}

std::optional<model::RecordTime> time_in(const json::object& object, std::string_view key) {
    // Up to the year 9999: what RFC 3339 can write.
    constexpr std::int64_t kLatest = 253'402'300'799'999;
    const auto ms = integer_in(object, key);
    if (!ms || *ms < 0 || *ms > kLatest) return std::nullopt;
    return model::RecordTime{std::chrono::milliseconds(*ms)};
}

}  // namespace sightline::kiosk
