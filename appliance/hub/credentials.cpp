#include "appliance/hub/credentials.h"

#include <iterator>
#include <utility>

namespace sightline::hub {

base::Result<void> Credentials::fits(const ParticipantSpec& spec) const {
    const auto conflict = [&](const char* what) {
        return base::Error(base::Errc::Conflict, "participant " + spec.id.text() + ": " + what +
                                                     " is somebody else's; make a new one");
    };
    const CredentialSpec& stated = spec.credentials;
    if (stated.invitation && invitations.belongs_to_other(stated.invitation->sha256, spec.id)) {
        return conflict("the invitation");
    }
    for (const LoginSpec& login : stated.logins) {
        if (logins.belongs_to_other(login.sha256, spec.id)) return conflict("a login");
    }
    for (const Passkey& passkey : stated.passkeys) {
        if (passkeys.belongs_to_other(passkey.id, spec.id)) return conflict("a passkey");
    }
    return {};
}

std::vector<CredentialNews> Credentials::learn(const Holder& holder, const CredentialSpec& spec) {
    std::vector<CredentialNews> news = logins.learn(holder, spec.logins);
    auto of_passkeys = passkeys.learn(holder, spec.passkeys);
    std::move(of_passkeys.begin(), of_passkeys.end(), std::back_inserter(news));
    if (const auto used = invitations.learn(holder, spec.invitation)) {
        news.push_back(InvitationUsed{*used});
    }
    return news;
}

void Credentials::forget(base::ParticipantId participant) {
    invitations.forget(participant);
    logins.forget(participant);
    passkeys.forget(participant);
    tickets.forget(participant);
}

}  // namespace sightline::hub
