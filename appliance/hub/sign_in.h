// Signing in, as rules without HTTP: what an invitation, a cookie or a passkey gets somebody, and
// what the kiosk must hear of it. Nothing is half done: an attempt that fails changes nothing but
// the challenge it used up. Pure logic; times come in. Main thread. Must not outlive its parts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "appliance/hub/challenges.h"
#include "appliance/hub/credentials.h"
#include "appliance/hub/webauthn_ceremony.h"

namespace sightline::hub {

struct Now {
    base::Instant steady;
    model::RecordTime wall;
    static Now read();
};

// Nullopt where browsers offer no passkeys: in clear text, except on this very machine, and for
// sites without a name (section 5.1.3, "effective domain").
std::optional<RelyingParty> relying_party(std::string_view origin);

class SignIn {
  public:
    SignIn(const SessionRegistry& registry, Credentials& credentials)
        : registry_(registry), credentials_(credentials) {}

    struct Entered {
        Holder holder;
        std::string cookie;
        std::vector<CredentialNews> news;
    };
    // Whose invitation it is, without using it. Errors: Unauthorized (nobody's), Conflict (used, or
    // too late).
    base::Result<Holder> invited(std::string_view token, Now now) const;
    // Whose it was, though it lets nobody in any more: used, or too late.
    std::optional<Holder> once_invited(std::string_view token, Now now) const;
    base::Result<Entered> by_invitation(std::string_view token, Now now);

    // Who holds this cookie; nullopt: nobody any more.
    std::optional<Holder> signed_in(std::string_view cookie, model::RecordTime now) const;
    std::string ticket(const Holder& holder, std::string_view cookie, base::Instant now);
    std::optional<Holder> redeem_ticket(std::string_view ticket, base::Instant now);
    // Whose login that was.
    std::optional<Holder> sign_out(std::string_view cookie);

    bool may_register(const Holder& holder, const std::optional<RelyingParty>& site) const;
    std::vector<Passkey> passkeys(const Holder& holder) const;
    // `holder`: who registers; nullopt for a sign-in.
    base::Bytes challenge(const RelyingParty& site, const std::optional<Holder>& holder,
                          const std::string& address, base::Instant now);
    // Errors as in webauthn_ceremony.h, and Conflict.
    base::Result<PasskeyChanged> register_passkey(const RelyingParty& site, const Holder& holder,
                                                  const RegistrationAnswer& answer, Now now);
    // Whose passkey it says it is, before anything is verified. Unauthorized: nobody's.
    base::Result<Holder> owner(const AssertionAnswer& answer) const;
    base::Result<Entered> by_passkey(const RelyingParty& site, const AssertionAnswer& answer,
                                     Now now);

  private:
    bool belongs(const Holder& holder) const;
    Entered enter(const Holder& holder, model::RecordTime now);
    // The challenge in the client data, if it was issued for this; used up by the question.
    base::Result<base::Bytes> answered_challenge(const std::string& client_data,
                                                 const Challenges::Purpose& purpose,
                                                 base::Instant now);

    const SessionRegistry& registry_;
    Credentials& credentials_;
    Challenges challenges_;
};

}  // namespace sightline::hub
