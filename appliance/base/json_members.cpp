#include "appliance/base/json_members.h"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "appliance/base/exact_number.h"

namespace sightline::base {

namespace json = boost::json;

std::optional<json::object> object_of(std::string_view text, std::size_t max_depth) {
    json::parse_options bounded;
    bounded.max_depth = max_depth;
    boost::system::error_code wrong;
    json::value value = json::parse(text, wrong, {}, bounded);
    if (wrong || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::optional<std::string> text_in(const json::object& object, std::string_view name,
                                   std::size_t most) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string() || value->get_string().size() > most) {
        return std::nullopt;
    }
    return std::string(value->get_string());
}

std::string text_or_empty(const json::object& object, std::string_view name, std::size_t most) {
    return text_in(object, name, most).value_or("");
}

std::optional<std::uint64_t> number_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return std::nullopt;
    const auto number = static_cast<std::uint64_t>(value->get_int64());
    return number <= kMaxNumber ? std::optional(number) : std::nullopt;
}

bool is_line(std::string_view text, std::size_t most) {
    return !text.empty() && text.size() <= most &&
           std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace sightline::base
