#include "session/model/consent.h"

#include "session/model/names.h"

namespace sightline::model {
namespace {

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

bool is_mark(std::string_view text) {
    return text.size() <= kMaxMarkBytes && text.starts_with('M') &&
           text.find_first_not_of("ML0123456789.- ") == std::string_view::npos;
}

}  // namespace sightline::model
