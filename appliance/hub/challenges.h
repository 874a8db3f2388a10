// Challenges of passkey ceremonies (WebAuthn section 13.4.3): random, issued for one origin and one
// purpose, good once and for five minutes. Bounded, also per address, so that nobody can crowd
// others out for nothing. Pure logic. Main thread.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "appliance/base/bytes.h"
#include "appliance/base/ids.h"
#include "appliance/base/time.h"

namespace sightline::hub {

inline constexpr std::chrono::minutes kChallengeLife{5};
inline constexpr std::size_t kMaxChallenges = 4096;
inline constexpr std::size_t kMaxChallengesPerAddress = 16;

class Challenges {
  public:
    struct Purpose {
        std::string origin;
        base::ParticipantId registering;  // null: a sign-in, whoever it will be
        bool operator==(const Purpose&) const = default;
    };
    // 32 bytes. Beyond a bound the oldest goes.
    base::Bytes issue(const Purpose& purpose, const std::string& address, base::Instant now);
    // True once, when it was issued for this and not too long ago.
    bool redeem(base::ByteView challenge, const Purpose& purpose, base::Instant now);
    std::size_t size() const { return issued_.size(); }

  private:
    struct Issued {
        base::Bytes challenge;
        Purpose purpose;
        std::string address;
        base::Instant until;
    };
    void expire(base::Instant now);

    std::deque<Issued> issued_;  // in order of issue, which is the order of their ends
};

}  // namespace sightline::hub
