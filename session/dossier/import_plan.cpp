#include "session/dossier/import_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <type_traits>
#include <utility>

#include "session/dossier/field_table.h"

namespace sightline::dossier {
namespace {

using base::RecordId;

// Gives an imported form the ids that its entries have, or shall have, in the dossier.
class Renaming {
  public:
    Renaming(const Form* existing, const Import& import, const std::function<RecordId()>& new_id)
        : existing_(existing), import_(import), new_id_(new_id) {
        if (existing == nullptr) return;
        each_list([&](const auto& list) {
            for (const auto& entry : existing_->*list.entries) used_.insert(id_of(entry));
        });
    }

    Form renamed() {
        find_persons();
        Form form = import_.form;
        each_list([&](const auto& list) { rename(form, list); });
        put_in_order(form);
        return form;
    }

  private:
    void find_persons() {
        if (existing_ == nullptr) return;
        std::map<std::string, RecordId> by_number;
        std::map<RecordId, std::string> by_id;
        for (const auto& person : existing_->persons) {
            const std::string key = number_key(person.basics.individual_number);
            if (!key.empty()) by_number.emplace(key, person.basics.id);
            by_id.emplace(person.basics.id, key);
        }
        std::set<RecordId> taken;
        for (const auto& person : import_.form.persons) {
            const auto found = by_number.find(number_key(person.basics.individual_number));
            if (found == by_number.end()) continue;
            persons_.emplace(person.basics.id, found->second);
            taken.insert(found->second);
        }
        if (import_.ids == Ids::Local) return;
        // By id then, unless their numbers say that they are two persons.
        for (const auto& person : import_.form.persons) {
            const auto found = by_id.find(person.basics.id);
            if (found == by_id.end() || taken.contains(found->first)) continue;
            const std::string key = number_key(person.basics.individual_number);
            if (!key.empty() && !found->second.empty() && key != found->second) continue;
            persons_.emplace(found->first, found->first);
        }
    }

    template <class T>
    RecordId id_for(const T& entry, const List<T>& list) {
        const RecordId id = id_of(entry);
        if constexpr (std::is_same_v<T, FormPerson>) {
            const auto found = persons_.find(id);
            if (found != persons_.end()) return found->second;
        } else if (import_.ids == Ids::Own && existing_ != nullptr) {
            for (const auto& known : existing_->*list.entries) {
                if (id_of(known) == id) return id;
            }
        }
        const bool keeps = import_.ids == Ids::Own && used_.insert(id).second;
        return keeps ? id : fresh();
    }

    RecordId fresh() {
        for (;;) {
            const RecordId id = new_id_();
            if (used_.insert(id).second) return id;
        }
    }

    template <class T>
    void rename(Form& form, const List<T>& list) {
        for (T& entry : form.*list.entries) {
            const RecordId before = id_of(entry);
            id_of(entry) = id_for(entry, list);
            // Persons come first, so whoever is meant has been renamed.
            if constexpr (std::is_same_v<T, FormPerson>) {
                persons_.insert_or_assign(before, id_of(entry));
            }
            for (const auto& field : list.fields) {
                if (field.kind != Kind::Reference) continue;
                if (const auto value = field.get(entry)) {
                    const auto who = RecordId::parse(std::string_view(value->get_string()));
                    field.set(entry, boost::json::value(persons_.at(*who).text()));
                }
            }
        }
    }

    const Form* existing_;
    const Import& import_;
    const std::function<RecordId()>& new_id_;
    std::set<RecordId> used_;
    std::map<RecordId, RecordId> persons_;  // from the file's ids to the dossier's
};

// Another spelling of the same number is no change.
void keep_spelling(const Fields& before, Fields& after) {
    for (const auto& [path, value] : before) {
        if (!path.ends_with("number")) continue;
        auto& now = after.at(path);
        if (number_key(std::string_view(now.get_string())) ==
            number_key(std::string_view(value.get_string()))) {
            now = value;
        }
    }
}

Planned plan_one(const Form* existing, const Import& import,
                 const std::function<RecordId()>& new_id) {
    Planned planned;
    const auto faults = faults_of(import.form);
    if (!faults.empty()) {
        planned.effect = Effect::Refused;
        planned.reason = text_of(faults.front());
        return planned;
    }
    Form incoming = Renaming(existing, import, new_id).renamed();
    // Whoever was refused keeps being missed until they are listed.
    if (existing == nullptr && incoming.size == 0 && import.rows > incoming.persons.size()) {
        incoming.size = std::min(import.rows, kMaxPersons);
    }
    const Fields before = existing != nullptr ? fields_of(*existing) : Fields{};
    Fields after = before;
    for (auto& [path, value] : fields_of(incoming)) after.insert_or_assign(path, value);
    if (existing != nullptr) keep_spelling(before, after);
    auto form = form_of(after);
    if (!form) {
        planned.effect = Effect::Refused;
        planned.reason = form.error().text;
        return planned;
    }
    planned.changes = changes(before, after);
    planned.form = std::move(*form);
    planned.effect = existing == nullptr       ? Effect::Created
                     : planned.changes.empty() ? Effect::Unchanged
                                               : Effect::Changed;
    return planned;
}

}  // namespace

Import import_of(CsvCase of) { return {std::move(of.form), Ids::Local, of.rows}; }
Import import_of(JsonDossier of) { return {std::move(of.form), Ids::Own, 0}; }

const char* name_of(Effect effect) {
    switch (effect) {
        case Effect::Created:
            return "created";
        case Effect::Changed:
            return "changed";
        case Effect::Unchanged:
            return "unchanged";
        case Effect::Refused:
            break;
    }
    return "refused";
}

std::vector<Planned> plan_import(std::span<const Form> existing, std::span<const Import> imports,
                                 const std::function<RecordId()>& new_id) {
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < existing.size(); ++i) {
        places.emplace(number_key(existing[i].subject.number), i);
    }
    std::vector<Planned> all;
    for (const Import& import : imports) {
        const auto place = places.find(number_key(import.form.subject.number));
        const bool exists = place != places.end();
        all.push_back(plan_one(exists ? &existing[place->second] : nullptr, import, new_id));
        if (exists) all.back().existing = place->second;
    }
    return all;
}

}  // namespace sightline::dossier
