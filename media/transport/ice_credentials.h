// ICE user fragment and password (RFC 8839 section 5.4).
#pragma once

#include <string>

#include "appliance/base/random.h"

namespace sightline::transport {

struct IceCredentials {
    std::string ufrag;
    std::string password;

    // 8 and 24 ice-chars: 48 and 144 bits, above the 24 and 128 that RFC 8445 section 5.3 asks for.
    static IceCredentials random() {
        return {base::random_ice_chars(8), base::random_ice_chars(24)};
    }
};

}  // namespace sightline::transport
