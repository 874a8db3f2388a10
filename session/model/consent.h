// What one person agreed to, or did not: the item, the very text they were given and how, who
// interpreted and who witnessed. A withdrawal is a record of its own, so that the history stays.
// Plain data. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "appliance/base/ids.h"
#include "session/model/interview.h"

namespace sightline::model {

enum class ConsentItem : std::uint8_t { Video, Audio, Observers, Metadata, ShareDossier };
enum class ConsentAnswer : std::uint8_t { Given, Refused, Withdrawn };
enum class ConsentMode : std::uint8_t { Touch, Spoken, Thumbprint };
// What the delegation's law asks for.
enum class LegalBasis : std::uint8_t { Consent, Notice };

const char* name_of(ConsentItem item);
const char* name_of(ConsentAnswer answer);
const char* name_of(ConsentMode mode);
const char* name_of(LegalBasis basis);
std::optional<ConsentItem> consent_item_from_name(std::string_view name);
std::optional<ConsentAnswer> consent_answer_from_name(std::string_view name);
std::optional<ConsentMode> consent_mode_from_name(std::string_view name);
std::optional<LegalBasis> legal_basis_from_name(std::string_view name);

struct Consent {
    base::RecordId id;
    base::RecordId person;                    // who agrees: an adult, or a guardian
    std::optional<base::RecordId> on_behalf;  // the child a guardian agrees for
    ConsentItem item = ConsentItem::Video;
    std::string scope;  // the organisation whose observers, or the state that gets the dossier
    ConsentAnswer answer = ConsentAnswer::Refused;
    std::string text_sha256;  // of the exact text, 64 hexadecimal digits
    std::string language;     // BCP 47
    ConsentMode mode = ConsentMode::Touch;
    std::string interpreter;  // role and short id, or empty
    std::string witness;      // role and short id
    LegalBasis basis = LegalBasis::Consent;
    RecordTime at;
    std::string signature =
        {};  // of all of it but this member: compact JWS (RFC 7515) by the device key
    // What the person drew under it, a signature or a thumb mark; may be empty. See is_mark.
    std::string mark = {};
};

inline constexpr std::size_t kMaxMarkBytes = std::size_t{6} * 1024;
// Strokes as SVG path data and nothing else that SVG has: a first "M", then "M" and "L" with plain
// numbers. A page draws it for whoever reads the record, so what could be markup never gets in.
bool is_mark(std::string_view text);

}  // namespace sightline::model
