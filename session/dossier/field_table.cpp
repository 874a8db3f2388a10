#include "session/dossier/field_table.h"

#include "session/dossier/field_kinds.h"

namespace sightline::dossier {
namespace {

using namespace kinds;

constexpr std::size_t kName = 100;
constexpr std::size_t kLine = 200;
constexpr std::size_t kRemarks = 4000;
constexpr std::size_t kStory = 30'000;
constexpr std::size_t kDate = 10;
constexpr std::size_t kCode = 3;

template <class T>
Field<T> required(Field<T> field) {
    field.required = true;
    return field;
}

// The first is the one that an interpreter is found for: the model's.
Field<FormPerson> spoken_languages() {
    constexpr std::size_t kSeveral = 8;
    Field<FormPerson> field{"spoken_languages",
                            Kind::Texts,
                            Rule::Language,
                            kMaxLanguageLength,
                            kSeveral,
                            false,
                            {},
                            {},
                            {}};
    field.get = [](const FormPerson& of) -> std::optional<json::value> {
        if (of.basics.speaks.empty()) return std::nullopt;
        json::array all{json::value(of.basics.speaks)};
        all.insert(all.end(), of.also_speaks.begin(), of.also_speaks.end());
        return all;
    };
    field.set = [](FormPerson& of, const json::value& value) {
        std::vector<std::string> all;
        auto fault = take_several(value, kSeveral, all, [](const auto& one, std::string& into) {
            return take_text(one, Rule::Language, kMaxLanguageLength, into);
        });
        if (!fault) {
            of.basics.speaks = all.front();
            of.also_speaks.assign(all.begin() + 1, all.end());
        }
        return fault;
    };
    return field;
}

}  // namespace

// What a maker gets to reach a member by, of a form that is written or only read.
#define AT(member) \
    [](auto& of) -> auto& { return of.member; }

const std::vector<Part>& parts() {
    using F = Form;
    static const std::vector<Part> all = {
        {"case",
         {required(text<F>("number", AT(subject.number), Rule::Number, kMaxNumberLength)),
          count<F>("size", AT(size), kMaxPersons),
          text<F>("registered", AT(registered), Rule::UncertainDate, kDate),
          text<F>("country_of_asylum", AT(country_of_asylum), Rule::Country, kCode),
          text<F>("office", AT(office), Rule::Line, kLine),
          text<F>("prepared_by", AT(prepared_by), Rule::Line, kLine),
          text<F>("remarks", AT(subject.remarks), Rule::Text, kRemarks)}},
        {"claim",
         {text<F>("summary", AT(claim.summary), Rule::Text, kStory),
          codes<F, Ground>("grounds", AT(claim.grounds)),
          text<F>("country_of_origin", AT(claim.country_of_origin), Rule::Country, kCode),
          text<F>("fled", AT(claim.fled), Rule::UncertainDate, kDate),
          text<F>("recognised", AT(claim.recognised), Rule::UncertainDate, kDate),
          text<F>("exclusion", AT(claim.exclusion), Rule::Text, kRemarks)}},
        {"need",
         {code<F, SubmissionCategory>("primary_category", AT(need.primary_category)),
          code<F, SubmissionCategory>("secondary_category", AT(need.secondary_category)),
          text<F>("statement", AT(need.statement), Rule::Text, kStory),
          code<F, Priority>("priority", AT(need.priority)),
          text<F>("priority_reason", AT(need.priority_reason), Rule::Text, kRemarks),
          text<F>("return_prospects", AT(need.return_prospects), Rule::Text, kRemarks),
          text<F>("integration_prospects", AT(need.integration_prospects), Rule::Text, kRemarks)}}};
    return all;
}

const List<FormPerson>& persons() {
    using P = FormPerson;
    static const List<P> list = {
        "persons",
        kMaxPersons,
        &Form::persons,
        {text<P>("individual_number", AT(basics.individual_number), Rule::Number, kMaxNumberLength),
         text<P>("family_name", AT(basics.family_name), Rule::Line, kName),
         text<P>("given_names", AT(basics.given_names), Rule::Line, kName),
         text<P>("other_names", AT(other_names), Rule::Line, kLine),
         text<P>("relation", AT(basics.relation), Rule::Line, kName),
         text<P>("birth_date", AT(basics.born), Rule::UncertainDate, kDate),
         text<P>("birth_place", AT(birth_place), Rule::Line, kLine),
         text<P>("birth_country", AT(birth_country), Rule::Country, kCode),
         code<P, Sex>("sex", AT(sex)),
         text<P>("gender", AT(gender), Rule::Line, kName),
         code<P, MaritalStatus>("marital_status", AT(marital_status)),
         text<P>("nationality", AT(basics.nationality), Rule::Nationality, kCode),
         texts<P>("further_nationalities", AT(further_nationalities), Rule::Country, kCode, 4),
         spoken_languages(),
         text<P>("reading_language", AT(basics.reads), Rule::ReadLanguage, kMaxLanguageLength),
         text<P>("religion", AT(religion), Rule::Line, kName),
         text<P>("ethnicity", AT(ethnicity), Rule::Line, kName),
         text<P>("education", AT(education), Rule::Text, kRemarks),
         text<P>("occupation", AT(occupation), Rule::Text, kRemarks),
         text<P>("phone", AT(phone), Rule::Line, kName),
         text<P>("address", AT(address), Rule::Text, kRemarks),
         text<P>("arrived", AT(arrived), Rule::UncertainDate, kDate),
         texts<P>("specific_needs", AT(specific_needs), Rule::Need, 5, 20),
         text<P>("needs_remarks", AT(needs_remarks), Rule::Text, kRemarks),
         code<P, Preference>("interviewer_gender", AT(interviewer_gender)),
         code<P, Preference>("interpreter_gender", AT(interpreter_gender)),
         text<P>("remarks", AT(remarks), Rule::Text, kRemarks)}};
    return list;
}

const List<Relationship>& relationships() {
    using R = Relationship;
    static const List<R> list = {
        "relationships",
        kMaxRelationships,
        &Form::relationships,
        {required(reference<R>("person", AT(person))), required(reference<R>("other", AT(other))),
         required(code<R, Kinship>("kind", AT(kind))),
         text<R>("remarks", AT(remarks), Rule::Text, kRemarks)}};
    return list;
}

const List<Relative>& relatives() {
    using R = Relative;
    static const List<R> list = {
        "relatives",
        kMaxRelatives,
        &Form::relatives,
        {required(reference<R>("of", AT(of))), required(code<R, Kinship>("kind", AT(kind))),
         text<R>("family_name", AT(family_name), Rule::Line, kName),
         text<R>("given_names", AT(given_names), Rule::Line, kName),
         text<R>("birth_date", AT(born), Rule::UncertainDate, kDate),
         text<R>("country", AT(country), Rule::Country, kCode),
         text<R>("status", AT(status), Rule::Line, kLine),
         text<R>("contact", AT(contact), Rule::Text, kRemarks),
         text<R>("number", AT(number), Rule::Number, kMaxNumberLength),
         text<R>("remarks", AT(remarks), Rule::Text, kRemarks)}};
    return list;
}

const List<FormDocument>& documents() {
    using D = FormDocument;
    constexpr std::size_t kMostBytes = std::size_t{1} << 40;
    static const List<D> list = {
        "documents",
        kMaxDocuments,
        &Form::documents,
        {reference<D>("about", AT(document.about)),
         required(text<D>("name", AT(document.title), Rule::Line, kLine)),
         required(text<D>("media_type", AT(document.media_type), Rule::MediaType, 127)),
         count<D>("bytes", AT(document.size), kMostBytes),
         required(text<D>("sha256", AT(sha256), Rule::Sha256, 64)),
         yes<D>("confidential", AT(confidential))}};
    return list;
}

const List<ConfidentialStatement>& confidential() {
    using S = ConfidentialStatement;
    static const List<S> list = {"confidential",
                                 kMaxStatements,
                                 &Form::confidential,
                                 {required(reference<S>("person", AT(person))),
                                  text<S>("topic", AT(topic), Rule::Line, kLine),
                                  required(text<S>("text", AT(text), Rule::Text, kStory))}};
    return list;
}

const List<Declaration>& declarations() {
    using D = Declaration;
    static const List<D> list = {
        "declarations",
        kMaxDeclarations,
        &Form::declarations,
        {required(reference<D>("person", AT(person))),
         required(text<D>("on", AT(on), Rule::FullDate, kDate)),
         text<D>("interpreter", AT(interpreter), Rule::Line, kLine),
         text<D>("language", AT(language), Rule::Language, kMaxLanguageLength),
         yes<D>("read_back", AT(read_back)), text<D>("witness", AT(witness), Rule::Line, kLine)}};
    return list;
}

#undef AT

}  // namespace sightline::dossier
