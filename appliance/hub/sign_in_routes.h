// Signing in over HTTP, for pages of listed origins only (no Origin: refused): invitations,
// passkeys, tickets for the control socket, signing out; and, of several hubs, at which one a
// person's interview is. Main thread. Must not outlive its parts.
#pragma once

#include "appliance/hub/failed_attempts.h"
#include "appliance/hub/http_message.h"
#include "appliance/hub/metrics.h"
#include "appliance/hub/origin_policy.h"
#include "appliance/hub/place_book.h"
#include "appliance/hub/sign_in.h"
#include "appliance/hub/signalling.h"

namespace sightline::hub {

class SignInRoutes {
  public:
    SignInRoutes(SignIn& sign_in, const SessionRegistry& registry, Signalling& signalling,
                 const PlaceBook& places, const OriginPolicy& origins, Metrics& metrics);

    // True for a path of the kind that is served here.
    static bool takes(std::string_view path);
    Reply handle(const Request& request);

  private:
    Reply answer(const Request& request);
    Reply place(const Request& request);
    Reply by_invitation(const Request& request);
    Reply sign_out(const Request& request);
    Reply ticket(const Request& request);
    Reply creation_options(const Request& request);
    Reply register_passkey(const Request& request);
    Reply request_options(const Request& request);
    Reply by_passkey(const Request& request);

    Reply entered(const Request& request, const SignIn::Entered& entered);
    // Who asks, by the cookie; Unauthorized.
    base::Result<Holder> asker(const Request& request) const;
    base::Result<RelyingParty> site(const Request& request) const;
    // Where the cookie counts, if that is another hub.
    std::optional<std::string> cookie_elsewhere(const Request& request) const;
    // To whoever is not signed in here.
    Reply stranger(const Request& request, const base::Error& error) const;
    // An error that counts against the address.
    Reply failed(const Request& request, const base::Error& error);

    SignIn& sign_in_;
    const SessionRegistry& registry_;
    Signalling& signalling_;
    const PlaceBook& places_;
    const OriginPolicy& origins_;
    Metrics& metrics_;
    FailedAttempts attempts_;
};

}  // namespace sightline::hub
