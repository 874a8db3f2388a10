#include "storage/sync/recipients.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "storage/sync/json_members.h"

namespace sightline::storage::sync {
namespace {

base::Error no_list(const char* what) {
    return {base::Errc::Malformed, std::string("read whom dossiers are sealed to: ") + what};
}

std::optional<signature::PublicKey> key_of(const boost::json::value* value) {
    if (value == nullptr || !value->is_object()) return std::nullopt;
    auto key = signature::PublicKey::parse(boost::json::serialize(*value));
    if (!key) return std::nullopt;
    return std::move(*key);
}

base::Result<void> sound(const RecipientList& list) {
    if (list.number == 0 || list.number > kMaxNumber) return no_list("it has no number");
    if (list.recovery.jwk().empty()) return no_list("it has no recovery key");
    if (list.members.size() > kMaxRecipientMembers) return no_list("it has more than 64 members");
    std::set<std::string> seen{list.recovery.jwk()};
    for (const signature::PublicKey& member : list.members) {
        if (member.jwk().empty() || !seen.insert(member.jwk()).second) {
            return no_list("a key is nobody's, or there twice");
        }
    }
    return {};
}

}  // namespace

base::Result<RecipientList> RecipientList::verify(std::string_view jws,
                                                  const signature::PublicKey& root) {
    const auto payload = root.verify(jws, kRecipientsPurpose);
    if (!payload) return payload.error();
    const auto object = object_of(*payload, 4);
    if (!object || object->size() != 4) return no_list("it is of another form");
    RecipientList list;
    list.delegation = text_in(*object, "delegation", 43).value_or("");
    list.number = number_in(*object, "number").value_or(0);
    list.recovery = key_of(object->if_contains("recovery")).value_or(signature::PublicKey());
    if (list.delegation != root.thumbprint()) return no_list("it is another delegation's");
    const auto* members = object->if_contains("members");
    if (members == nullptr || !members->is_array() ||
        members->get_array().size() > kMaxRecipientMembers) {
        return no_list("it has no members, or more than 64");
    }
    for (const boost::json::value& each : members->get_array()) {
        list.members.push_back(key_of(&each).value_or(signature::PublicKey()));
    }
    if (const auto good = sound(list); !good) return good.error();
    return list;
}

base::Result<std::string> RecipientList::issue(const signature::DeviceKey& root) const {
    if (const auto good = sound(*this); !good) return good.error();
    boost::json::array keys;
    for (const signature::PublicKey& member : members) {
        keys.push_back(boost::json::parse(member.jwk()));
    }
    return root.sign(
        boost::json::serialize(boost::json::object{{"delegation", root.public_key().thumbprint()},
                                                   {"number", number},
                                                   {"recovery", boost::json::parse(recovery.jwk())},
                                                   {"members", std::move(keys)}}),
        kRecipientsPurpose);
}

std::vector<signature::PublicKey> RecipientList::keys() const {
    std::vector<signature::PublicKey> all{recovery};
    all.insert(all.end(), members.begin(), members.end());
    return all;
}

base::Result<void> Recipients::take(std::string_view jws) {
    auto list = RecipientList::verify(jws, root_);
    if (!list) return list.error();
    if (list_ &&
        (list->number < list_->number || (list->number == list_->number && !(*list == *list_)))) {
        return base::Error{base::Errc::Forbidden,
                           "take whom dossiers are sealed to: a newer list is here, and this one "
                           "would bring back who has been revoked since; fetch the newest"};
    }
    list_ = std::move(*list);
    return {};
}

}  // namespace sightline::storage::sync
