#include "session/identity/delegation_roster.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "appliance/base/check.h"
#include "session/identity/json_members.h"
#include "session/identity/short_code.h"

namespace sightline::identity {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;

constexpr std::size_t kThumbprintChars = 43;

Error malformed(const std::string& what) {
    return {Errc::Malformed, "read a roster: " + what +
                                 "; issue it anew with `sightline "
                                 "delegation roster`"};
}

base::Result<Member> member_of(const json::value& value) {
    if (!value.is_object()) return malformed("a member is no object");
    const auto& object = value.get_object();
    const auto role = model::role_from_name(text_or_empty(object, "role", kMaxMemberTextBytes));
    auto key = key_in(object, "key");
    if (!role || !key) return malformed("a member has no role or no key");
    return Member{text_or_empty(object, "name", kMaxMemberTextBytes), *role,
                  text_or_empty(object, "organisation", kMaxMemberTextBytes), std::move(*key)};
}

}  // namespace

bool may_be_member(model::Role role) {
    return model::comes_by_invitation(role) || role == model::Role::Supervisor;
}

std::string Member::code() const { return short_code(key.thumbprint()); }

base::Result<DelegationRoster> DelegationRoster::verify(std::string_view jws,
                                                        const signature::PublicKey& root) {
    const auto payload = root.verify(jws, kRosterPurpose);
    if (!payload) {
        return Error{payload.error().code,
                     "read a roster: the delegation's root has not signed it (" +
                         payload.error().text + "); ask its administrator for the roster"};
    }
    const auto object = object_of(*payload, kMaxDepth);
    if (!object) return malformed("it is no JSON object");
    DelegationRoster roster;
    roster.delegation = text_or_empty(*object, "delegation", kThumbprintChars);
    if (roster.delegation != root.thumbprint()) return malformed("it names another delegation");
    const auto number = number_in(*object, "number");
    const auto issued = time_in(*object, "issued");
    const auto until = time_in(*object, "until");
    if (!number || *number == 0 || !issued || !until || *until <= *issued) {
        return malformed("its number or its times are none");
    }
    roster.number = *number;
    roster.issued = *issued;
    roster.until = *until;
    const auto* members = object->if_contains("members");
    if (members == nullptr || !members->is_array()) return malformed("it has no list of members");
    for (const auto& value : members->get_array()) {
        auto member = member_of(value);
        if (!member) return member.error();
        if (auto enrolled = roster.enrol(std::move(*member)); !enrolled) return enrolled.error();
    }
    return roster;
}

std::string DelegationRoster::issue(const signature::DeviceKey& root) const {
    CHECK(delegation == root.public_key().thumbprint() && number > 0 && issued < until);
    json::array list;
    for (const Member& member : members) {
        list.push_back({{"name", member.name},
                        {"role", model::name_of(member.role)},
                        {"organisation", member.organisation},
                        {"key", json::parse(member.key.jwk())}});
    }
    const json::object payload{{"delegation", delegation},
                               {"number", number},
                               {"issued", count_of(issued)},
                               {"until", count_of(until)},
                               {"members", std::move(list)}};
    return root.sign(json::serialize(payload), kRosterPurpose);
}

base::Result<void> DelegationRoster::enrol(Member member) {
    if (!is_line(member.name, kMaxMemberTextBytes) ||
        !is_line(member.organisation, kMaxMemberTextBytes)) {
        return Error{Errc::Malformed,
                     "enrol: name and organisation have 1 to 120 bytes each, on one line"};
    }
    if (!may_be_member(member.role)) {
        return Error{Errc::Malformed,
                     "enrol: the role must be interviewer, interpreter, observer or supervisor"};
    }
    const std::string code = member.code();
    // Two keys of one code would be revoked for each other.
    for (const Member& other : members) {
        if (other.code() != code) continue;
        return Error{Errc::Conflict, "enrol: the key " + code + " is in the roster already, for " +
                                         other.name + "; revoke it first, or have a new one made"};
    }
    if (members.size() >= kMaxMembers) {
        return Error{Errc::Exhausted, "enrol: a roster has at most 64 members; revoke one first"};
    }
    members.push_back(std::move(member));
    return {};
}

base::Result<Member> DelegationRoster::revoke(std::string_view typed) {
    const auto code = parse_short_code(typed);
    if (!code) {
        return Error{Errc::Malformed,
                     "revoke: a key's code has three groups of four, such as 0000-0000-0000"};
    }
    const auto it = std::find_if(members.begin(), members.end(),
                                 [&](const Member& member) { return member.code() == *code; });
    if (it == members.end()) {
        return Error{Errc::NotFound, "revoke: no member's key is " + *code +
                                         "; `sightline delegation show` lists who there is"};
    }
    Member gone = std::move(*it);
    members.erase(it);
    return gone;
}

const Member* DelegationRoster::find(const signature::PublicKey& key) const {
    const auto it = std::find_if(members.begin(), members.end(),
                                 [&](const Member& member) { return member.key == key; });
    return it == members.end() ? nullptr : &*it;
}

}  // namespace sightline::identity
