#include "session/identity/json_members.h"

#include <boost/json/serialize.hpp>

#include "session/model/interview.h"

namespace sightline::identity {

namespace json = boost::json;

namespace {

constexpr std::int64_t kLastSecond = 253'402'300'799;  // of the year 9999

}  // namespace

std::string day_of(UnixTime time) {
    return model::to_rfc3339(std::chrono::time_point_cast<model::RecordTime::duration>(time))
        .substr(0, 10);
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
