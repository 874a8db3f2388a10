// What is wrong with a form as a whole. See fields.h.
#include <algorithm>
#include <set>

#include "session/dossier/field_table.h"
#include "session/dossier/fields.h"

namespace sightline::dossier {
namespace {

class Faults {
  public:
    explicit Faults(const Form& form) : form_(form) {
        for (const auto& person : form.persons) persons_.insert(person.basics.id);
    }

    std::vector<Finding> look() {
        for (const auto& part : parts()) {
            Form scratch;
            look_at(part.name, part.fields, form_, scratch);
        }
        each_list([this](const auto& list) { look_through(list); });
        look_at_entries();
        return std::move(found_);
    }

  private:
    void say(std::string field, std::string reason) {
        found_.push_back({Weight::Refused, 0, 0, std::move(field), std::move(reason)});
    }

    // What a reader would refuse is refused here, by the reader's own words.
    template <class T>
    void look_at(const std::string& path, const std::vector<Field<T>>& fields, const T& of,
                 T& scratch) {
        for (const auto& field : fields) {
            const auto value = field.get(of);
            if (!value && field.required) say(path + "/" + field.name, "is missing");
            if (!value) continue;
            if (auto fault = field.set(scratch, *value)) say(path + "/" + field.name, *fault);
        }
    }

    template <class T>
    void look_through(const List<T>& list) {
        const auto& entries = form_.*list.entries;
        if (entries.size() > list.most) {
            say(list.name, "has more than " + std::to_string(list.most) + " entries");
            return;
        }
        base::RecordId last;
        for (const T& entry : entries) {
            const base::RecordId id = id_of(entry);
            const std::string path = list.name + "/" + id.text();
            if (id <= last) say(path, "is out of order, there twice, or null");
            if (!ids_.insert(id).second && id != last) say(path, "has the id of another entry");
            last = id;
            T scratch;
            look_at(path, list.fields, entry, scratch);
            for (const auto& field : list.fields) {
                if (field.kind != Kind::Reference) continue;
                const auto who = field.get(entry);
                if (!who) continue;
                const auto person = base::RecordId::parse(std::string_view(who->get_string()));
                if (!persons_.contains(*person)) {
                    say(path + "/" + field.name, "is nobody whom this case lists");
                }
            }
        }
    }

    void look_at_entries() {
        std::set<std::string> numbers;
        for (const auto& person : form_.persons) {
            const std::string path = "persons/" + person.basics.id.text();
            const auto& basics = person.basics;
            if (!basics.individual_number.empty() &&
                !numbers.insert(number_key(basics.individual_number)).second) {
                say(path + "/individual_number", "is another person's of this case");
            }
            if (basics.speaks.empty() && !person.also_speaks.empty()) {
                say(path + "/spoken_languages", "has no first one");
            }
        }
        for (const auto& relationship : form_.relationships) {
            if (relationship.person == relationship.other) {
                say("relationships/" + relationship.id.text() + "/other", "is the same person");
            }
        }
        for (const auto& document : form_.documents) {
            const std::string path = "documents/" + document.document.id.text();
            if (document.confidential && !document.document.about) {
                say(path + "/confidential", "needs the person whom the document is about");
            }
        }
    }

    const Form& form_;
    std::set<base::RecordId> persons_;
    std::set<base::RecordId> ids_;
    std::vector<Finding> found_;
};

}  // namespace

std::vector<Finding> faults_of(const Form& form) { return Faults(form).look(); }

std::vector<Finding> doubts_of(const Form& form) {
    std::vector<Finding> found;
    const auto say = [&](std::string field, std::string reason) {
        found.push_back({Weight::Doubt, 0, 0, std::move(field), std::move(reason)});
    };
    if (!is_usual_file_number(form.subject.number)) {
        say("case/number", "is not written as UNHCR does: 123-45C67890, or 123-45-67890");
    }
    if (form.size == 0) {
        say("case/size", "is not stated");
    } else if (form.size != form.persons.size()) {
        say("case/size", "is " + std::to_string(form.size) + ", and " +
                             std::to_string(form.persons.size()) + " persons are listed");
    }
    const auto principals =
        std::count_if(form.persons.begin(), form.persons.end(),
                      [](const auto& person) { return person.basics.relation == kPrincipal; });
    if (principals != 1) {
        say("persons", principals == 0 ? "have no principal applicant (relation: self)"
                                       : "have more than one principal applicant (relation: self)");
    }
    const auto& need = form.need;
    if (!need.primary_category) say("need/primary_category", "is not stated");
    if (need.primary_category && need.primary_category == need.secondary_category) {
        say("need/secondary_category", "is the primary one");
    }
    if (!need.priority) say("need/priority", "is not stated");
    for (const auto& person : form.persons) {
        const std::string path = "persons/" + person.basics.id.text();
        if (person.basics.family_name.empty() && person.basics.given_names.empty()) {
            say(path, "has no name");
        }
        if (person.basics.born.empty()) say(path + "/birth_date", "is not stated, not even a year");
    }
    return found;
}

void put_in_order(Form& form) {
    each_list([&](const auto& list) {
        auto& entries = form.*list.entries;
        std::stable_sort(entries.begin(), entries.end(),
                         [](const auto& a, const auto& b) { return id_of(a) < id_of(b); });
    });
}

}  // namespace sightline::dossier
