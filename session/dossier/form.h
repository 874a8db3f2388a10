// The content of UNHCR's Resettlement Registration Form, as a dossier carries it between offices:
// what is imported, exported, checked and synced. session/dossier/FORM.md lists every field. Plain
// data, any thread.
//
// How it relates to session/model: the store's records (model::Case, model::Person,
// model::Document) are what an interview needs and are contained here, with their ids; the form
// adds what selection needs and what those are too thin for. Nothing is kept twice. Notes,
// consents, decisions and interviews are not of the form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "session/dossier/form_names.h"
#include "session/model/case_file.h"

namespace sightline::dossier {

// A person's part. `basics.speaks` is the first of the spoken languages, `also_speaks` the others.
// `basics.nationality` is ISO 3166-1 alpha-3, or "XXA" (ICAO Doc 9303-3) for the stateless, so that
// empty means unknown only. `basics.relation` is "self" for the principal applicant.
struct FormPerson {
    model::Person basics;
    std::string other_names;
    std::string birth_place;
    std::string birth_country;
    std::optional<Sex> sex;
    std::string gender;  // in their own words, where it matters to them
    std::optional<MaritalStatus> marital_status;
    std::vector<std::string> further_nationalities;
    std::vector<std::string> also_speaks;
    std::string religion;
    std::string ethnicity;
    std::string education;
    std::string occupation;
    std::string phone;
    std::string address;
    std::string arrived;  // in the country of asylum: an uncertain date
    std::vector<std::string> specific_needs;
    std::string needs_remarks;
    std::optional<Preference> interviewer_gender;
    std::optional<Preference> interpreter_gender;
    std::string remarks;
};

// What `person` is to `other`, both of this case.
struct Relationship {
    base::RecordId id;
    base::RecordId person;
    base::RecordId other;
    Kinship kind = Kinship::Other;
    std::string remarks;
};

// Somebody who is not of this case: what they are to `of`, and where they live.
struct Relative {
    base::RecordId id;
    base::RecordId of;
    Kinship kind = Kinship::Other;
    std::string family_name;
    std::string given_names;
    std::string born;
    std::string country;
    std::string status;  // there, such as "recognised refugee"
    std::string contact;
    std::string number;  // of their own registration, if they have one
    std::string remarks;
};

// An attachment, by name only: its bytes travel by their hash. `document.parts` is where a store
// has them and stays empty here. A confidential one is its person's alone, like a statement.
struct FormDocument {
    model::Document document;
    std::string sha256;  // of the content, 64 hexadecimal digits
    bool confidential = false;
};

// What one person said and the others of the case are not to learn.
struct ConfidentialStatement {
    base::RecordId id;
    base::RecordId person;
    std::string topic;
    std::string text;
};

// That the form is true, by one adult of the case.
struct Declaration {
    base::RecordId id;
    base::RecordId person;
    std::string on;  // a full date
    std::string interpreter;
    std::string language;  // in which it was read to them
    bool read_back = false;
    std::string witness;
};

struct Claim {
    std::string summary;
    std::vector<Ground> grounds;
    std::string country_of_origin;
    std::string fled;        // an uncertain date
    std::string recognised;  // an uncertain date
    std::string exclusion;   // what was examined, and found
};

struct Need {
    std::optional<SubmissionCategory> primary_category;
    std::optional<SubmissionCategory> secondary_category;
    std::string statement;
    std::optional<Priority> priority;
    std::string priority_reason;
    std::string return_prospects;
    std::string integration_prospects;
};

// Each list is in ascending order of ids and has each once: see check().
struct Form {
    model::Case subject;
    std::uint64_t size = 0;  // persons, as the case says itself; 0: it does not say
    std::string registered;  // an uncertain date
    std::string country_of_asylum;
    std::string office;
    std::string prepared_by;
    Claim claim;
    Need need;
    std::vector<FormPerson> persons;
    std::vector<Relationship> relationships;
    std::vector<Relative> relatives;
    std::vector<FormDocument> documents;
    std::vector<ConfidentialStatement> confidential;
    std::vector<Declaration> declarations;
};

inline constexpr std::size_t kMaxPersons = 60;
inline constexpr std::size_t kMaxRelationships = 400;
inline constexpr std::size_t kMaxRelatives = 200;
inline constexpr std::size_t kMaxDocuments = 300;
inline constexpr std::size_t kMaxStatements = 120;
inline constexpr std::size_t kMaxDeclarations = 60;
inline constexpr std::size_t kMaxFileBytes = std::size_t{32} << 20;  // of what is imported
inline constexpr const char* kStateless = "XXA";
inline constexpr const char* kPrincipal = "self";

// Same content, whatever the ids of records that the form does not carry (`subject.id`).
bool operator==(const Form& a, const Form& b);

}  // namespace sightline::dossier
