#include "session/model/consent.h"

#include <array>
#include <utility>

namespace sightline::model {
namespace {

template <class T, std::size_t N>
using Names = std::array<std::pair<T, const char*>, N>;

constexpr Names<ConsentItem, 5> kItems{{{ConsentItem::Video, "video"},
                                        {ConsentItem::Audio, "audio"},
                                        {ConsentItem::Observers, "observers"},
                                        {ConsentItem::Metadata, "metadata"},
                                        {ConsentItem::ShareDossier, "share-dossier"}}};
constexpr Names<ConsentAnswer, 3> kAnswers{{{ConsentAnswer::Given, "given"},
                                            {ConsentAnswer::Refused, "refused"},
                                            {ConsentAnswer::Withdrawn, "withdrawn"}}};
constexpr Names<ConsentMode, 3> kModes{{{ConsentMode::Touch, "touch"},
                                        {ConsentMode::Spoken, "spoken"},
                                        {ConsentMode::Thumbprint, "thumbprint"}}};
constexpr Names<LegalBasis, 2> kBases{
    {{LegalBasis::Consent, "consent"}, {LegalBasis::Notice, "notice"}}};

template <class T, std::size_t N>
const char* name_in(const Names<T, N>& names, T value) {
    for (const auto& [known, name] : names) {
        if (known == value) return name;
    }
    return "unknown";
}
template <class T, std::size_t N>
std::optional<T> value_in(const Names<T, N>& names, std::string_view text) {
    for (const auto& [value, name] : names) {
        if (text == name) return value;
    }
    return std::nullopt;
}

}  // namespace

const char* name_of(ConsentItem item) { return name_in(kItems, item); }
const char* name_of(ConsentAnswer answer) { return name_in(kAnswers, answer); }
const char* name_of(ConsentMode mode) { return name_in(kModes, mode); }
const char* name_of(LegalBasis basis) { return name_in(kBases, basis); }

std::optional<ConsentItem> consent_item_from_name(std::string_view name) {
    return value_in(kItems, name);
}
std::optional<ConsentAnswer> consent_answer_from_name(std::string_view name) {
    return value_in(kAnswers, name);
}
std::optional<ConsentMode> consent_mode_from_name(std::string_view name) {
    return value_in(kModes, name);
}
std::optional<LegalBasis> legal_basis_from_name(std::string_view name) {
    return value_in(kBases, name);
}

}  // namespace sightline::model
