// Forms for these tests: one that is plainly fictional, and random ones that have every kind of
// field in every spelling that the form knows.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "session/dossier/field_table.h"
#include "session/dossier/fields.h"

namespace sightline::dossier {

inline FormPerson applicant(std::uint64_t id, const std::string& letter,
                            const std::string& number) {
    FormPerson person;
    person.basics.id = base::RecordId::from_value(id);
    person.basics.family_name = "Applicant";
    person.basics.given_names = letter;
    person.basics.individual_number = number;
    person.basics.born = "1984";
    return person;
}

// A case of two, with no doubts about it.
inline Form sample_form() {
    Form form;
    form.subject.number = "123-45-67890";
    form.size = 2;
    form.need.primary_category = SubmissionCategory::Medical;
    form.need.priority = Priority::Urgent;
    form.claim.summary = "First line.\nSecond line, with \"quotes\"; and more.";
    form.claim.grounds = {Ground::Religion, Ground::SocialGroup};
    form.persons = {applicant(0xa, "A", "123-00000001"), applicant(0xb, "B", "123-00000002")};
    FormPerson& a = form.persons[0];
    a.basics.relation = kPrincipal;
    a.basics.nationality = kStateless;
    a.basics.speaks = "apc";
    a.also_speaks = {"ar-SD"};
    a.basics.reads = "ar-Arab";
    a.specific_needs = {"SM", "DS-BD"};
    a.sex = Sex::Female;
    a.interpreter_gender = Preference::Female;
    a.phone = "+00 000 0001";
    form.persons[1].basics.relation = "brother";
    form.relationships = {{base::RecordId::from_value(0x10), a.basics.id, form.persons[1].basics.id,
                           Kinship::Sibling, ""}};
    form.relatives.push_back({base::RecordId::from_value(0x11), a.basics.id, Kinship::Parent,
                              "Relative", "C", "1950", "NLD", "", "", "", ""});
    FormDocument document;
    document.document.id = base::RecordId::from_value(0x12);
    document.document.about = a.basics.id;
    document.document.title = "medical report";
    document.document.media_type = "application/pdf";
    document.document.size = 4096;
    document.sha256 = std::string(64, 'a');
    document.confidential = true;
    form.documents = {document};
    form.confidential = {{base::RecordId::from_value(0x13), a.basics.id, "safety", "Not to B."}};
    form.declarations = {{base::RecordId::from_value(0x14), a.basics.id, "2026-02-11",
                          "Interpreter D", "apc", true, "Witness E"}};
    return form;
}

class RandomForms {
  public:
    explicit RandomForms(std::uint32_t seed) : random_(seed) {}

    Form next() {
        Form form;
        for (const auto& part : parts()) fill(form, part.fields, form);
        each_list([&](const auto& list) {
            // References need persons, and those come first.
            for (std::size_t i = below(4); i > 0; --i) add(form, list);
        });
        std::erase_if(form.relationships, [](const auto& r) { return r.person == r.other; });
        std::erase_if(form.documents,
                      [](const auto& d) { return d.confidential && !d.document.about; });
        put_in_order(form);
        return form;
    }

    std::size_t below(std::size_t n) { return random_() % n; }

  private:
    template <class T>
    void add(Form& form, const List<T>& list) {
        bool has_reference = false;
        for (const auto& field : list.fields) has_reference |= field.kind == Kind::Reference;
        if (has_reference && form.persons.empty()) return;
        T entry;
        id_of(entry) = base::RecordId::from_value(random_() * 0x1'0000'0001ull | 1);
        fill(entry, list.fields, form);
        (form.*list.entries).push_back(std::move(entry));
    }

    template <class T>
    void fill(T& into, const std::vector<Field<T>>& fields, const Form& form) {
        for (const auto& field : fields) {
            if (!field.required && below(3) == 0) continue;
            boost::json::value value;
            switch (field.kind) {
                case Kind::Text:
                    value = text(field.rule, field.most);
                    break;
                case Kind::Texts:
                case Kind::Codes: {
                    boost::json::array all;
                    for (std::size_t i = 0; i < field.several && i < 4; ++i) {
                        boost::json::value one(field.codes.empty()
                                                   ? text(field.rule, field.most)
                                                   : field.codes[below(field.codes.size())]);
                        if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
                    }
                    value = all;
                    break;
                }
                case Kind::Code:
                    value = field.codes[below(field.codes.size())];
                    break;
                case Kind::Count:
                    value = static_cast<std::int64_t>(1 + below(field.most));
                    break;
                case Kind::Yes:
                    value = true;
                    break;
                case Kind::Reference:
                    value = form.persons[below(form.persons.size())].basics.id.text();
                    break;
            }
            const auto fault = field.set(into, value);
            EXPECT_FALSE(fault) << field.name << " " << *fault << " " << value;
        }
    }

    std::string one_of(std::initializer_list<const char*> some) {
        return *(some.begin() + below(some.size()));
    }
    std::string text(Rule rule, std::size_t most) {
        switch (rule) {
            case Rule::Line:
                return one_of({"Applicant F", "=1+1", "'=quoted", "'Abd", "''", "+00 1", "-", "@x",
                               "a,b;c", "say \"so\"", "\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85",
                               "\xEF\xBC\x9D wide"});
            case Rule::Text:
                return one_of({"One line.", "Two\nlines, and \"more\"", "\n\n=late", " edges ",
                               "\ttab", "-1", "' \"", "x;y,z"}) +
                       std::string(below(std::min<std::size_t>(most - 30, 500)), 'x');
            case Rule::Number:
                return "12" + std::to_string(random_()) + one_of({"", "-45C1", "-45-1", "/A.2"});
            case Rule::UncertainDate:
                return one_of({"1984", "1984-06", "1984-02-29", "2099-12-31", "1800"});
            case Rule::FullDate:
                return one_of({"2026-02-11", "2024-02-29"});
            case Rule::Country:
                return kCountries[below(kCountries.size())];
            case Rule::Nationality:
                return one_of({"XXA", "SDN", "AFG", "XKX"});
            case Rule::Language:
                return one_of({"apc", "ar-SD", "ti", "prs-Arab", "es-419", "de-DE-1996", "sl-rozaj",
                               "ku-Latn-TR"});
            case Rule::ReadLanguage:
                return one_of({"prs-Arab", "ti-Ethi", "ku-Latn-TR"});
            case Rule::Need:
                return one_of({"SM", "DS-BD", "TR", "SV", "CR-TP", "FU"});
            case Rule::MediaType:
                return one_of({"application/pdf", "image/svg+xml", "x/y"});
            case Rule::Sha256:
                return std::string(64, static_cast<char>('0' + below(10)));
        }
        return {};
    }

    std::mt19937 random_;
};

}  // namespace sightline::dossier
