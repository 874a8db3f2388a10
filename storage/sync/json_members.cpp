#include "storage/sync/json_members.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <vector>

namespace sightline::storage::sync {

namespace json = boost::json;

OpHash sha256_of(std::string_view bytes) { return audit::sha256({base::as_bytes(bytes)}); }

std::string text_of(const OpHash& hash) { return base::to_base64url(hash); }

std::optional<OpHash> hash_from_text(std::string_view text) {
    const auto bytes = base::from_base64url(text);
    OpHash hash{};
    if (!bytes || bytes->size() != hash.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), hash.begin());
    return hash;
}

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

std::optional<std::uint64_t> number_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return std::nullopt;
    const auto number = static_cast<std::uint64_t>(value->get_int64());
    return number <= kMaxNumber ? std::optional(number) : std::nullopt;
}

std::optional<OpHash> hash_in(const json::object& object, std::string_view name) {
    const auto text = text_in(object, name, 43);
    return text ? hash_from_text(*text) : std::nullopt;
}

std::optional<ChainId> chain_in(const json::object& object) {
    const auto site = SiteId::parse(text_in(object, "site", 16).value_or(""));
    const auto incarnation = number_in(object, "incarnation").value_or(0);
    if (!site || !*site || incarnation == 0) return std::nullopt;
    return ChainId{*site, incarnation};
}

std::optional<Pseudonym> dossier_in(const json::object& object) {
    const auto dossier = Pseudonym::parse(text_in(object, "dossier", 16).value_or(""));
    return dossier && *dossier ? dossier : std::nullopt;
}

bool is_line(std::string_view text, std::size_t most) {
    return !text.empty() && text.size() <= most &&
           std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string canonical(const json::value& value) {
    if (value.is_array()) {
        std::string text = "[";
        for (const json::value& each : value.get_array()) {
            if (text.size() > 1) text += ',';
            text += canonical(each);
        }
        return text + "]";
    }
    if (!value.is_object()) return json::serialize(value);
    std::vector<std::string_view> names;
    for (const auto& member : value.get_object()) names.emplace_back(member.key());
    std::sort(names.begin(), names.end());
    std::string text = "{";
    for (const std::string_view name : names) {
        if (text.size() > 1) text += ',';
        text += json::serialize(json::string(name)) + ":" + canonical(value.get_object().at(name));
    }
    return text + "}";
}

}  // namespace sightline::storage::sync
