// Who belongs to a delegation: names, roles and the keys of their devices, signed by its root with
// a number that grows and a day on which it ends. Whoever is in no newer roster any more is
// revoked; there is no other list. A compact JWS. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "session/identity/unix_time.h"
#include "session/model/role.h"
#include "session/signature/device_key.h"

namespace sightline::identity {

inline constexpr std::string_view kRosterPurpose = "sightline-roster";
// All of them fit with a mission into one request to the kiosk.
inline constexpr std::size_t kMaxMembers = 64;
inline constexpr std::size_t kMaxMemberTextBytes = 120;

// Interviewer, interpreter, observer or supervisor.
bool may_be_member(model::Role role);

struct Member {
    std::string name;
    model::Role role = model::Role::Interviewer;
    std::string organisation;
    signature::PublicKey key;
    std::string code() const;  // the key's short code
    bool operator==(const Member&) const = default;
};

struct DelegationRoster {
    std::string delegation;  // the root's thumbprint
    std::uint64_t number = 0;
    UnixTime issued{};
    UnixTime until{};
    std::vector<Member> members;

    // Errors: Malformed, Forbidden (another root signed it, or nobody). Whether it is still good on
    // a day is the caller's question.
    static base::Result<DelegationRoster> verify(std::string_view jws,
                                                 const signature::PublicKey& root);
    std::string issue(const signature::DeviceKey& root) const;

    // Errors: Malformed (name, organisation or role), Conflict (the key is in it), Exhausted.
    base::Result<void> enrol(Member member);
    // The one whose key has this code, however it is typed, goes. Errors: Malformed, NotFound.
    base::Result<Member> revoke(std::string_view code);
    // null: not in it.
    const Member* find(const signature::PublicKey& key) const;
};

}  // namespace sightline::identity
