// Who belongs to a running interview, and how each of them gets in: where they are, the invitation
// that lets them in once, the sign-ins that it led to and the passkeys that follow. Hashes only:
// the clear text is with the person. Plain data and pure transitions. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/ids.h"
#include "appliance/base/result.h"
#include "session/model/interview.h"
#include "session/model/participant.h"
#include "session/model/place.h"

namespace sightline::model {

struct Invitation {
    std::string sha256;  // of the token, 64 hexadecimal digits
    RecordTime until;
    std::optional<RecordTime> used;
    bool operator==(const Invitation&) const = default;
};
struct Login {
    std::string sha256;  // of the cookie's value, 64 hexadecimal digits
    RecordTime until;
    bool operator==(const Login&) const = default;
};
struct Passkey {
    std::string id;          // base64url
    std::string public_key;  // COSE, base64url
    std::uint32_t counter = 0;
    bool operator==(const Passkey&) const = default;
};

// Per participant, for the kiosk that keeps them and the hub that takes them. Here the oldest goes
// when there are more.
inline constexpr std::size_t kMaxLogins = 8;
inline constexpr std::size_t kMaxPasskeys = 4;
inline constexpr std::size_t kMaxPasskeyIdBytes = 256;  // discoverable ones have up to 64 or so
inline constexpr std::size_t kMaxPublicKeyBytes = 768;  // COSE; one of ES256 has 77

struct Attendee {
    Participant participant;   // token_sha256 only for the engine's own, the applicant
    std::string organisation;  // an observer's, which the applicant is asked about; may be empty
    Place place = Place::Lobby;
    std::optional<Invitation> invitation;
    std::vector<Login> logins;      // oldest first
    std::vector<Passkey> passkeys;  // oldest first
    // What the link has beside its token, and the hub is never told: 64 hexadecimal digits. Who
    // knows it binds the key of their device to this person, once.
    std::string link_secret{};
    std::string device_jwk{};  // public (RFC 7517), once it is bound
    // When they undertook what their role asks of them: an interpreter to keep what is said to
    // themselves, an observer to record nothing.
    std::optional<RecordTime> undertaking{};
    // An interpreter's for this interview, in their own words; may be empty.
    std::string language{};
    std::string dialect{};
    bool warmed_up = false;  // heard and understood, both ways
};

inline constexpr std::size_t kMaxLanguageBytes = 60;  // of a language, and of a dialect
// Malformed: a language or a dialect that is no plain text of at most that.
base::Result<void> speak(Attendee& attendee, std::string language, std::string dialect,
                         bool warmed_up);

// Errors: Malformed (a name or an organisation that is none), Forbidden (a role that is at the
// kiosk and is not invited).
base::Result<Attendee> invited(Participant participant, std::string organisation,
                               Invitation invitation);
// False: it was used before, which changes nothing.
bool use_invitation(Attendee& attendee, RecordTime at);
void add_login(Attendee& attendee, Login login);
void remove_login(Attendee& attendee, std::string_view sha256);
// Adds it, or takes over a known one's counter. Malformed: an identifier or a key out of bounds.
base::Result<void> put_passkey(Attendee& attendee, Passkey passkey);

// 64 hexadecimal digits.
bool is_sha256(std::string_view text);

}  // namespace sightline::model
