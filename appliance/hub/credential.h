// What proves who somebody is, as kiosk and hub tell it to each other: an invitation, the logins
// that came of it, passkeys. Hashes and public keys only. Plain data. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "appliance/base/bytes.h"
#include "appliance/hub/token.h"
#include "session/model/interview.h"
#include "session/model/roster.h"

namespace sightline::hub {

// A kiosk that says more is refused; one login too many displaces the oldest.
using model::kMaxLogins;
using model::kMaxPasskeyIdBytes;
using model::kMaxPasskeys;

struct InvitationSpec {
    TokenHash sha256{};
    model::RecordTime until;  // may be used before
};
struct LoginSpec {
    TokenHash sha256{};
    model::RecordTime until;
};
struct Passkey {
    base::Bytes id;          // the credential's
    base::Bytes public_key;  // COSE_Key, ES256 (RFC 9053 section 2.1)
    std::uint32_t counter = 0;
};
struct CredentialSpec {
    std::optional<InvitationSpec> invitation;
    std::vector<Passkey> passkeys;
    std::vector<LoginSpec> logins;
};

// What happened to somebody's credentials at the hub; the kiosk keeps it over restarts.
struct InvitationUsed {
    model::RecordTime at;
};
struct LoginStarted {
    LoginSpec login;
};
struct LoginEnded {
    TokenHash sha256{};
};
struct PasskeyChanged {  // a new one, or a new counter
    Passkey passkey;
};
using CredentialNews = std::variant<InvitationUsed, LoginStarted, LoginEnded, PasskeyChanged>;

}  // namespace sightline::hub
