#include "appliance/hub/json_members.h"

#include <algorithm>
#include <utility>

#include "appliance/base/hex.h"

namespace sightline::hub {

namespace json = boost::json;
using base::Errc;
using base::Error;
using base::Result;

namespace {

constexpr std::int64_t kYear2500Ms = 16'725'225'600'000;

}  // namespace

Error malformed(std::string text) { return Error(Errc::Malformed, std::move(text)); }

Result<json::value> parse_bounded(std::string_view text) {
    json::parse_options options;
    options.max_depth = 8;
    json::error_code ec;
    json::value value = json::parse(text, ec, {}, options);
    if (ec) return malformed("not JSON: send one JSON object per message");
    return value;
}

Result<json::object> parse_object(std::string_view text) {
    auto value = parse_bounded(text);
    if (!value) return value.error();
    if (!value->is_object()) return malformed("not a JSON object: send one object per message");
    return std::move(value->as_object());
}

Result<std::string> text_of(const json::object& object, std::string_view key, std::size_t most) {
    const json::value* value = object.if_contains(key);
    if (!value || !value->is_string()) {
        return malformed("\"" + std::string(key) + "\" is missing or not a string");
    }
    const json::string& text = value->get_string();
    if (text.size() > most) {
        return malformed("\"" + std::string(key) + "\" is longer than " + std::to_string(most) +
                         " bytes");
    }
    // A name goes on other people's screens and in logs of theirs: no line breaks, no escapes.
    const bool clean = std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    if (!clean) return malformed("\"" + std::string(key) + "\" has control characters");
    return std::string(text);
}

Result<std::int64_t> number_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    json::error_code ec;
    const auto number = value && value->is_number() ? value->to_number<std::int64_t>(ec) : 0;
    if (!value || !value->is_number() || ec) {
        return malformed("\"" + std::string(key) + "\" is missing or not a whole number");
    }
    return number;
}

Result<model::RecordTime> time_of(const json::object& object, std::string_view key) {
    auto number = number_of(object, key);
    if (!number) return number.error();
    if (*number < 0 || *number > kYear2500Ms) {
        return malformed("\"" + std::string(key) + "\" must be a time in milliseconds since 1970");
    }
    return model::RecordTime(std::chrono::milliseconds(*number));
}

Result<base::Bytes> base64url_of(const json::object& object, std::string_view key,
                                 std::size_t most) {
    auto text = text_of(object, key, most);
    if (!text) return text.error();
    auto bytes = base::from_base64url(*text);
    if (!bytes) return malformed("\"" + std::string(key) + "\" must be base64url without padding");
    return *std::move(bytes);
}

}  // namespace sightline::hub
