#include "storage/sync/json_members.h"

#include <algorithm>
#include <boost/json/array.hpp>
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
