// What the two keys of this layer share of Jansson and libjose: values that free themselves, wiped,
// and keys as JSON Web Keys (RFC 7517) in their one spelling. For this layer's own sources.
#pragma once

#include <jansson.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// libjose's headers do not say that they are C. What they include themselves stands above.
extern "C" {
#include <jose/b64.h>
#include <jose/jwe.h>
#include <jose/jwk.h>
#include <jose/jws.h>
#include <jose/openssl.h>
}

#include "appliance/base/bytes.h"
#include "appliance/base/secret.h"

namespace sightline::signature::jose {

struct JsonFree {
    void operator()(json_t* json) const { ::json_decref(json); }
};
using Json = std::unique_ptr<json_t, JsonFree>;

struct CfgFree {
    void operator()(jose_cfg_t* cfg) const { ::jose_cfg_decref(cfg); }
};
using Cfg = std::unique_ptr<jose_cfg_t, CfgFree>;

// Without a configuration libjose writes what it does not like to standard error.
Cfg silent();

// null: not JSON, not an object, or with a member twice.
Json parse_object(std::string_view text);
// Empty: no such member, or no text.
std::string_view member(const json_t* object, const char* name);
std::optional<base::Bytes> from_base64url(std::string_view text);

inline constexpr std::size_t kMaxJwkBytes = 4096;

// Of P-256 and nothing else. Empty: it is none. `secret` has the member "d".
std::string public_jwk(const json_t* jwk);
base::Secret secret_jwk(const json_t* jwk);
// A new one.
base::Secret random_jwk();
// What texts are sealed with, to one key or to several.
inline constexpr const char* kKeyWrap = "ECDH-ES+A256KW";
inline constexpr const char* kContentCipher = "A256GCM";
// In one line.
std::string compact(const json_t* json);
// A text that libjose has opened, and which is wiped there.
base::Secret taken_over(char* text, std::size_t size);
// With its algorithm pinned, so that libjose takes no other one with this key.
Json loaded(std::string_view jwk, const char* algorithm);

}  // namespace sightline::signature::jose
