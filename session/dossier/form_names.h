// The coded answers of the form, and their names in JSON, CSV and flat fields. Any thread.
#pragma once

#include <cstdint>

#include "session/model/names.h"

namespace sightline::dossier {

enum class Sex : std::uint8_t { Female, Male, Other };
// Of the person who interviews, or interprets.
enum class Preference : std::uint8_t { Female, Male, Any };
enum class MaritalStatus : std::uint8_t {
    Single,
    Engaged,
    Married,
    CommonLaw,
    Separated,
    Divorced,
    Widowed
};
// What one person is to another.
enum class Kinship : std::uint8_t {
    Spouse,
    Partner,
    Parent,
    Child,
    StepParent,
    StepChild,
    FosterParent,
    FosterChild,
    Guardian,
    Ward,
    Sibling,
    Grandparent,
    Grandchild,
    AuntOrUncle,
    NieceOrNephew,
    Cousin,
    InLaw,
    Dependant,
    Other
};
// Article 1A(2) of the 1951 Convention, and the wider definitions of the OAU Convention and the
// Cartagena Declaration.
enum class Ground : std::uint8_t {
    Race,
    Religion,
    Nationality,
    SocialGroup,
    PoliticalOpinion,
    WiderDefinition
};
// The seven of UNHCR's Resettlement Handbook.
enum class SubmissionCategory : std::uint8_t {
    LegalOrPhysicalProtection,
    SurvivorsOfViolenceOrTorture,
    Medical,
    WomenAndGirlsAtRisk,
    FamilyReunification,
    ChildrenAndAdolescentsAtRisk,
    LackOfForeseeableSolutions
};
enum class Priority : std::uint8_t { Emergency, Urgent, Normal };

inline constexpr model::Names<Sex, 3> kSexes{
    {{Sex::Female, "female"}, {Sex::Male, "male"}, {Sex::Other, "other"}}};
inline constexpr model::Names<Preference, 3> kPreferences{
    {{Preference::Female, "female"}, {Preference::Male, "male"}, {Preference::Any, "any"}}};
inline constexpr model::Names<MaritalStatus, 7> kMaritalStatuses{
    {{MaritalStatus::Single, "single"},
     {MaritalStatus::Engaged, "engaged"},
     {MaritalStatus::Married, "married"},
     {MaritalStatus::CommonLaw, "common_law"},
     {MaritalStatus::Separated, "separated"},
     {MaritalStatus::Divorced, "divorced"},
     {MaritalStatus::Widowed, "widowed"}}};
inline constexpr model::Names<Kinship, 19> kKinships{{{Kinship::Spouse, "spouse"},
                                                      {Kinship::Partner, "partner"},
                                                      {Kinship::Parent, "parent"},
                                                      {Kinship::Child, "child"},
                                                      {Kinship::StepParent, "step_parent"},
                                                      {Kinship::StepChild, "step_child"},
                                                      {Kinship::FosterParent, "foster_parent"},
                                                      {Kinship::FosterChild, "foster_child"},
                                                      {Kinship::Guardian, "guardian"},
                                                      {Kinship::Ward, "ward"},
                                                      {Kinship::Sibling, "sibling"},
                                                      {Kinship::Grandparent, "grandparent"},
                                                      {Kinship::Grandchild, "grandchild"},
                                                      {Kinship::AuntOrUncle, "aunt_or_uncle"},
                                                      {Kinship::NieceOrNephew, "niece_or_nephew"},
                                                      {Kinship::Cousin, "cousin"},
                                                      {Kinship::InLaw, "in_law"},
                                                      {Kinship::Dependant, "dependant"},
                                                      {Kinship::Other, "other"}}};
inline constexpr model::Names<Ground, 6> kGrounds{{{Ground::Race, "race"},
                                                   {Ground::Religion, "religion"},
                                                   {Ground::Nationality, "nationality"},
                                                   {Ground::SocialGroup, "social_group"},
                                                   {Ground::PoliticalOpinion, "political_opinion"},
                                                   {Ground::WiderDefinition, "wider_definition"}}};
inline constexpr model::Names<SubmissionCategory, 7> kSubmissionCategories{
    {{SubmissionCategory::LegalOrPhysicalProtection, "legal_or_physical_protection"},
     {SubmissionCategory::SurvivorsOfViolenceOrTorture, "survivors_of_violence_or_torture"},
     {SubmissionCategory::Medical, "medical"},
     {SubmissionCategory::WomenAndGirlsAtRisk, "women_and_girls_at_risk"},
     {SubmissionCategory::FamilyReunification, "family_reunification"},
     {SubmissionCategory::ChildrenAndAdolescentsAtRisk, "children_and_adolescents_at_risk"},
     {SubmissionCategory::LackOfForeseeableSolutions, "lack_of_foreseeable_solutions"}}};
inline constexpr model::Names<Priority, 3> kPriorities{{{Priority::Emergency, "emergency"},
                                                        {Priority::Urgent, "urgent"},
                                                        {Priority::Normal, "normal"}}};

// One name for all tables, for code that is written once for every coded answer.
constexpr const auto& names_of(Sex) { return kSexes; }
constexpr const auto& names_of(Preference) { return kPreferences; }
constexpr const auto& names_of(MaritalStatus) { return kMaritalStatuses; }
constexpr const auto& names_of(Kinship) { return kKinships; }
constexpr const auto& names_of(Ground) { return kGrounds; }
constexpr const auto& names_of(SubmissionCategory) { return kSubmissionCategories; }
constexpr const auto& names_of(Priority) { return kPriorities; }

}  // namespace sightline::dossier
