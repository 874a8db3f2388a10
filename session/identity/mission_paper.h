// What a delegation certifies a kiosk with: this key serves this mission of ours, from a day to a
// day. Pages that know the delegation's root believe the kiosk by it. A compact JWS. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "session/identity/unix_time.h"
#include "session/signature/device_key.h"

namespace sightline::identity {

inline constexpr std::string_view kMissionPurpose = "sightline-mission";
inline constexpr std::size_t kMaxMissionBytes = 120;

struct MissionPaper {
    std::string delegation;  // the root's thumbprint
    std::string mission;     // what people call it
    signature::PublicKey kiosk;
    UnixTime from{};
    UnixTime until{};

    // Errors: Malformed, Forbidden (another root signed it, or nobody).
    static base::Result<MissionPaper> verify(std::string_view jws,
                                             const signature::PublicKey& root);
    // Its bounds are the caller's to keep: see `check`.
    std::string issue(const signature::DeviceKey& root) const;
    // Malformed: the title, or times that are none.
    base::Result<void> check() const;
};

}  // namespace sightline::identity
