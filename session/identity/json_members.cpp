#include "session/identity/json_members.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "session/model/interview.h"

namespace sightline::identity {

namespace json = boost::json;

namespace {

// Exact up to here in every program that reads numbers in JSON (RFC 8259 section 6).
constexpr std::int64_t kMaxNumber = std::int64_t{1} << 53;
constexpr std::int64_t kLastSecond = 253'402'300'799;  // of the year 9999

}  // namespace

std::string day_of(UnixTime time) {
    return model::to_rfc3339(std::chrono::time_point_cast<model::RecordTime::duration>(time))
        .substr(0, 10);
}

std::optional<json::object> object_of(std::string_view text) {
    json::parse_options bounded;
    bounded.max_depth = 6;
    boost::system::error_code wrong;
    json::value value = json::parse(text, wrong, {}, bounded);
    if (wrong || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::string text_in(const json::object& object, std::string_view name, std::size_t most) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string() || value->get_string().size() > most) return {};
    return std::string(value->get_string());
}

bool is_line(std::string_view text, std::size_t most) {
    return !text.empty() && text.size() <= most &&
           std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::optional<std::uint64_t> number_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_int64() || value->get_int64() < 0 ||
        value->get_int64() > kMaxNumber) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(value->get_int64());
}

std::optional<UnixTime> time_in(const json::object& object, std::string_view name) {
    const auto seconds = number_in(object, name);
    if (!seconds || static_cast<std::int64_t>(*seconds) > kLastSecond) return std::nullopt;
    return UnixTime(std::chrono::seconds(*seconds));
}

std::optional<signature::PublicKey> key_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_object()) return std::nullopt;
    auto key = signature::PublicKey::parse(json::serialize(*value));
    if (!key) return std::nullopt;
    return std::move(*key);
}

}  // namespace sightline::identity
