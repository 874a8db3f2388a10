// Six words by which people who can hear each other find out whether somebody stands between them:
// all pages of an interview show the same ones exactly when all know the same identity keys. They
// depend on nothing else, so they stay through breaks and mean something when they change. The salt
// is committed to before anybody's key is known, so that nobody can look for keys that give the
// same words; stretching makes each try dear. IDENTITY.md has the bytes. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/ids.h"

namespace sightline::identity {

inline constexpr std::size_t kVerificationWords = 6;

// What is said of the salt before it is shown: its SHA-256 in base64url. The salt is 32 bytes in
// hexadecimal, here and below.
std::string commitment_of(std::string_view salt_hex);

// `thumbprints` of everybody in the interview, the kiosk's too, in any order. Takes some 60 ms.
std::vector<std::string> verification_words(base::SessionId session,
                                            std::vector<std::string> thumbprints,
                                            std::string_view salt_hex);

}  // namespace sightline::identity
