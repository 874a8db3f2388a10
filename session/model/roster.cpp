#include "session/model/roster.h"

#include <algorithm>
#include <utility>

#include "appliance/base/hex.h"

namespace sightline::model {
namespace {

using base::Errc;
using base::Error;

bool is_base64url(std::string_view text, std::size_t max_bytes) {
    if (text.size() / 4 * 3 > max_bytes) return false;
    const auto bytes = base::from_base64url(text);
    return bytes && !bytes->empty() && bytes->size() <= max_bytes;
}

template <class T>
void keep_newest(std::vector<T>& all, std::size_t most) {
    if (all.size() > most) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(most));
}

}  // namespace

bool is_sha256(std::string_view text) {
    const auto bytes = base::from_hex(text);
    return bytes && bytes->size() == 32;
}

base::Result<Attendee> invited(Participant participant, std::string organisation,
                               Invitation invitation) {
    const Role role = participant.role;
    if (!comes_by_invitation(role)) {
        return Error{Errc::Forbidden, std::string("invite: a person in the role ") + name_of(role) +
                                          " is at the kiosk; invite an interviewer, an interpreter "
                                          "or an observer"};
    }
    if (!is_plain_name(participant.name, kMaxNameBytes)) {
        return Error{Errc::Malformed, "invite: the name must be 1 to 120 bytes of plain text"};
    }
    if (!organisation.empty() && !is_plain_name(organisation, kMaxNameBytes)) {
        return Error{Errc::Malformed,
                     "invite: the organisation must be at most 120 bytes of plain text"};
    }
    if (role == Role::Observer && organisation.empty()) {
        return Error{Errc::Malformed,
                     "invite: an observer comes from an organisation, which the applicant is asked "
                     "about; name it"};
    }
    return Attendee{std::move(participant),
                    std::move(organisation),
                    Place::Lobby,
                    std::move(invitation),
                    {},
                    {}};
}

base::Result<void> speak(Attendee& attendee, std::string language, std::string dialect,
                         bool warmed_up) {
    for (const auto& text : {language, dialect}) {
        if (text.empty() || is_plain_name(text, kMaxLanguageBytes)) continue;
        return Error{Errc::Malformed,
                     "declare languages: language and dialect are at most 60 bytes of plain text "
                     "each, such as \"Arabic\" and \"Sudanese\""};
    }
    attendee.language = std::move(language);
    attendee.dialect = std::move(dialect);
    attendee.warmed_up = warmed_up;
    return {};
}

bool use_invitation(Attendee& attendee, RecordTime at) {
    if (!attendee.invitation || attendee.invitation->used) return false;
    attendee.invitation->used = at;
    return true;
}

void add_login(Attendee& attendee, Login login) {
    remove_login(attendee, login.sha256);
    attendee.logins.push_back(std::move(login));
    keep_newest(attendee.logins, kMaxLogins);
}

void remove_login(Attendee& attendee, std::string_view sha256) {
    std::erase_if(attendee.logins, [&](const Login& login) { return login.sha256 == sha256; });
}

base::Result<void> put_passkey(Attendee& attendee, Passkey passkey) {
    if (!is_base64url(passkey.id, kMaxPasskeyIdBytes) ||
        !is_base64url(passkey.public_key, kMaxPublicKeyBytes)) {
        return Error{Errc::Malformed, "keep a passkey: its id or its key is not base64url"};
    }
    for (auto& known : attendee.passkeys) {
        if (known.id != passkey.id) continue;
        known.counter = std::max(known.counter, passkey.counter);
        return {};
    }
    attendee.passkeys.push_back(std::move(passkey));
    keep_newest(attendee.passkeys, kMaxPasskeys);
    return {};
}

}  // namespace sightline::model
