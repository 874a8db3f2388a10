#include "storage/sync/dossier_state.h"

#include <algorithm>
#include <boost/json/array.hpp>

#include "storage/sync/json_members.h"

namespace sightline::storage::sync {

namespace json = boost::json;

bool FieldState::in_conflict() const {
    return std::any_of(entries.begin(), entries.end(), [&](const FieldEntry& entry) {
        return entry.value != entries.front().value;
    });
}

const json::value* FieldState::value() const {
    const json::value* found = nullptr;
    for (const FieldEntry& entry : entries) {
        if (!entry.value) continue;
        if (found != nullptr && *found != *entry.value) return nullptr;
        found = &*entry.value;
    }
    return found;
}

bool ConsentState::in_force() const {
    return !entries.empty() &&
           std::all_of(entries.begin(), entries.end(), [](const ConsentEntry& entry) {
               return entry.answer == model::ConsentAnswer::Given;
           });
}

std::vector<std::string> DossierState::conflicts() const {
    std::vector<std::string> paths;
    for (const auto& [path, field] : fields) {
        if (field.in_conflict()) paths.push_back(path);
    }
    return paths;
}

OpHash DossierState::digest() const {
    json::object all_fields, all_consents;
    const auto saying = [](const Saying& by) {
        return json::array{text_of(by.op), by.author, by.at_ms};
    };
    for (const auto& [path, field] : fields) {
        json::array entries;
        for (const FieldEntry& entry : field.entries) {
            entries.push_back(entry.value ? json::array{saying(entry.by), *entry.value}
                                          : json::array{saying(entry.by)});
        }
        all_fields[path] = std::move(entries);
    }
    for (const auto& [path, consent] : consents) {
        json::array entries;
        for (const ConsentEntry& entry : consent.entries) {
            entries.push_back(
                json::array{saying(entry.by), model::name_of(entry.answer), entry.record});
        }
        all_consents[path] = std::move(entries);
    }
    json::array closed;
    for (const OpHash& op : unreadable) closed.emplace_back(text_of(op));
    const std::string text =
        canonical(json::array{std::move(all_fields), std::move(all_consents), std::move(closed)});
    return audit::sha256({base::as_bytes(text)});
}

}  // namespace sightline::storage::sync
