#include "appliance/kiosk/form_merge.h"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <chrono>

#include "session/dossier/json_form.h"
#include "session/model/interview.h"
#include "storage/database.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using dossier::Fields;
using storage::sync::Change;
using storage::sync::DossierState;
using storage::sync::FieldState;

constexpr std::array<std::string_view, 9> kParts{"case",      "claim",         "need",
                                                 "persons",   "relationships", "relatives",
                                                 "documents", "confidential",  "declarations"};

// Of the sealed part's 128 KiB: other members, and what escaping adds, need room too.
constexpr std::size_t kMostOfAnOp = std::size_t{96} * 1024;

std::string_view part_of(std::string_view path) { return path.substr(0, path.find('/')); }

json::object values_of(const std::string& path, const FieldState& field) {
    json::array values;
    for (const auto& entry : field.entries) {
        json::object value{
            {"author", entry.by.author},
            {"site", entry.by.chain.site.brief()},
            {"at",
             model::to_rfc3339(model::RecordTime(std::chrono::milliseconds(entry.by.at_ms)))}};
        if (entry.value) value["value"] = *entry.value;
        values.push_back(std::move(value));
    }
    return {{"path", path}, {"values", std::move(values)}};
}

}  // namespace

bool is_form_path(std::string_view path) {
    return std::find(kParts.begin(), kParts.end(), part_of(path)) != kParts.end();
}

Fields form_fields(const DossierState& state, const Fields& stored) {
    Fields fields;
    for (const auto& [path, field] : state.fields) {
        if (!is_form_path(path)) continue;
        if (const auto* value = field.value()) {
            fields.emplace(path, *value);
            continue;
        }
        const auto here = stored.find(path);
        for (const auto& entry : field.entries) {
            if (!entry.value) continue;
            const bool stands = here != stored.end() && here->second == *entry.value;
            if (stands || !fields.contains(path)) fields.insert_or_assign(path, *entry.value);
        }
    }
    return fields;
}

Fields merged(const Fields& stored, const Fields* before, const Fields& after) {
    return dossier::changed(stored, dossier::changes(before != nullptr ? *before : stored, after));
}

std::vector<Change> changes_of(const dossier::Changes& changes) {
    std::vector<Change> out;
    // In order, so an entry comes before its fields, which go with it.
    std::string gone;
    for (const auto& path : changes.removed) {
        if (!gone.empty() && path.starts_with(gone)) continue;
        gone = path + "/";
        out.push_back({Change::Kind::Remove, path});
    }
    for (const auto& [path, value] : changes.set) out.push_back({Change::Kind::Set, path, value});
    return out;
}

std::vector<Change> changes_to(const DossierState& state, const Fields& form) {
    auto changes = dossier::changes(form_fields(state, form), form);
    const auto is_disputed = [&](const std::string& path) {
        const auto field = state.fields.find(path);
        return field != state.fields.end() && field->second.in_conflict();
    };
    std::erase_if(changes.set, [&](const auto& entry) { return is_disputed(entry.first); });
    std::erase_if(changes.removed, is_disputed);
    return changes_of(changes);
}

std::size_t fitting(const std::vector<Change>& changes) {
    std::size_t bytes = 0;
    std::size_t count = 0;
    for (const Change& change : changes) {
        bytes += change.path.size() + json::serialize(change.value).size() + 48;
        if (count == storage::sync::kMaxChanges || (count > 0 && bytes > kMostOfAnOp)) break;
        ++count;
    }
    return count;
}

json::array conflicts_of(const DossierState& state) {
    json::array out;
    for (const auto& [path, field] : state.fields) {
        if (field.in_conflict()) out.push_back(values_of(path, field));
    }
    return out;
}

json::array office_part_of(const DossierState& state) {
    json::array out;
    for (const auto& [path, field] : state.fields) {
        const auto part = part_of(path);
        if (part == "decision" || part == "notes") out.push_back(values_of(path, field));
    }
    return out;
}

dossier::Form form_of_record(std::string_view text) {
    auto read = dossier::read_json(text);
    if (!read || read->dossiers.size() != 1) {
        throw storage::StorageError(
            "read a registration form: the record is not of the form it should have; update this "
            "program, and if that does not help restore the last backup");
    }
    return std::move(read->dossiers.front().form);
}

std::string record_of(const dossier::Form& form) { return json::serialize(dossier::json_of(form)); }

}  // namespace sightline::kiosk
