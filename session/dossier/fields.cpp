#include "session/dossier/fields.h"

#include <algorithm>
#include <optional>

#include "session/dossier/field_table.h"

namespace sightline::dossier {
namespace {

namespace json = boost::json;

base::Error refused(std::string_view path, const std::string& reason) {
    return {base::Errc::Malformed, "read a dossier's fields: " +
                                       std::string(path.substr(0, kMaxPathBytes)) + " " + reason};
}

template <class T>
const Field<T>* find(const std::vector<Field<T>>& fields, std::string_view name) {
    for (const auto& field : fields) {
        if (field.name == name) return &field;
    }
    return nullptr;
}

// "persons/0123456789abcdef/birth_date" in its pieces; the last is empty for the entry itself.
struct Path {
    std::string_view part;
    base::RecordId id;
    std::string_view field;
};

std::optional<Path> parse(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos || text.size() > kMaxPathBytes) return std::nullopt;
    Path path{text.substr(0, slash), {}, text.substr(slash + 1)};
    const auto id = base::RecordId::parse(path.field.substr(0, 16));
    const bool ends = path.field.size() == 16 || (path.field.size() > 17 && path.field[16] == '/');
    // Exactly as it is written, so that no two paths are one field.
    if (id && *id && ends && id->text() == path.field.substr(0, 16)) {
        path.id = *id;
        path.field.remove_prefix(std::min<std::size_t>(17, path.field.size()));
    }
    return path;
}

std::optional<std::string> take_once(Form& form, const Path& path, const json::value& value) {
    for (const auto& part : parts()) {
        if (part.name != path.part || path.id) continue;
        if (const auto* field = find(part.fields, path.field)) return field->set(form, value);
    }
    return "is no field of the form";
}

// In a map's order an entry comes right before its fields, and entries come in order of their ids.
template <class T>
std::optional<std::string> take_listed(Form& form, const List<T>& list, const Path& path,
                                       const json::value& value) {
    auto& entries = form.*list.entries;
    if (!path.id) return "is no field of the form";
    const bool listed = !entries.empty() && id_of(entries.back()) == path.id;
    if (path.field.empty()) {
        if (!value.is_bool() || !value.get_bool()) return "is not true";
        if (entries.size() == list.most) return "is one more than there may be";
        id_of(entries.emplace_back()) = path.id;
        return std::nullopt;
    }
    const auto* field = find(list.fields, path.field);
    if (field == nullptr) return "is no field of the form";
    if (!listed) return "is of an entry that is not listed";
    return field->set(entries.back(), value);
}

}  // namespace

Fields fields_of(const Form& form) {
    Fields all;
    for (const auto& part : parts()) {
        for (const auto& field : part.fields) {
            if (auto value = field.get(form)) all.emplace(part.name + "/" + field.name, *value);
        }
    }
    each_list([&](const auto& list) {
        for (const auto& entry : form.*list.entries) {
            const std::string path = list.name + "/" + id_of(entry).text();
            all.emplace(path, true);
            for (const auto& field : list.fields) {
                if (auto value = field.get(entry)) all.emplace(path + "/" + field.name, *value);
            }
        }
    });
    return all;
}

base::Result<Form> form_of(const Fields& fields) {
    Form form;
    for (const auto& [text, value] : fields) {
        const auto path = parse(text);
        if (!path) return refused(text, "is no field of the form");
        std::optional<std::string> fault;
        bool in_list = false;
        each_list([&](const auto& list) {
            if (list.name != path->part) return;
            in_list = true;
            fault = take_listed(form, list, *path, value);
        });
        if (!in_list) fault = take_once(form, *path, value);
        if (fault) return refused(text, *fault);
    }
    const auto faults = faults_of(form);
    if (!faults.empty()) return refused(faults.front().field, faults.front().reason);
    return form;
}

Changes changes(const Fields& before, const Fields& after) {
    Changes result;
    for (const auto& [path, value] : after) {
        const auto earlier = before.find(path);
        if (earlier == before.end() || earlier->second != value) result.set.emplace(path, value);
    }
    for (const auto& [path, value] : before) {
        if (!after.contains(path)) result.removed.push_back(path);
    }
    return result;
}

Fields changed(Fields before, const Changes& changes) {
    for (const auto& path : changes.removed) before.erase(path);
    for (const auto& [path, value] : changes.set) before.insert_or_assign(path, value);
    return before;
}

bool operator==(const Form& a, const Form& b) { return fields_of(a) == fields_of(b); }

}  // namespace sightline::dossier
