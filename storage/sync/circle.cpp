#include "storage/sync/circle.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "storage/sync/json_members.h"
#include "storage/sync/op_content.h"

namespace sightline::storage::sync {
namespace {

using base::Errc;
using base::Error;

Error no_list(const char* what) {
    return {Errc::Malformed, std::string("read a delegation's circle: ") + what};
}

signature::PublicKey key_in(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_object()) return {};
    auto key = signature::PublicKey::parse(boost::json::serialize(*value));
    return key ? std::move(*key) : signature::PublicKey();
}

base::Result<void> sound(const CircleList& list) {
    if (list.number == 0 || list.number > kMaxNumber) return no_list("it has no number");
    if (list.recovery.jwk().empty()) return no_list("it has no recovery key");
    if (list.sites.size() > kMaxCircleSites) return no_list("it has more than 64 sites");
    std::set<std::string> keys{list.recovery.jwk()};
    std::set<SiteId> ids;
    for (const CircleSite& each : list.sites) {
        if (!is_line(each.name, kMaxAuthorBytes)) return no_list("a site has no name");
        if (each.site.value() == 0 || !ids.insert(each.site).second) {
            return no_list("a site has no id, or another one's");
        }
        for (const auto* key : {&each.signing, &each.sealing}) {
            if (key->jwk().empty() || !keys.insert(key->jwk()).second) {
                return no_list("a key is nobody's, or there twice");
            }
        }
    }
    return {};
}

std::optional<CircleSite> site_of(const boost::json::value& value) {
    if (!value.is_object()) return std::nullopt;
    const auto& object = value.get_object();
    const auto id = SiteId::parse(text_in(object, "site", 16).value_or(""));
    const auto name = text_in(object, "name", kMaxAuthorBytes);
    if (!id || !name) return std::nullopt;
    const auto* removed = object.if_contains("removed");
    if (removed != nullptr && !(removed->is_bool() && removed->get_bool())) return std::nullopt;
    return CircleSite{*id, *name, key_in(object, "signing"), key_in(object, "sealing"),
                      removed != nullptr};
}

boost::json::value json_of(const CircleSite& each) {
    boost::json::object object{{"site", each.site.text()},
                               {"name", each.name},
                               {"signing", boost::json::parse(each.signing.jwk())},
                               {"sealing", boost::json::parse(each.sealing.jwk())}};
    if (each.removed) object["removed"] = true;
    return object;
}

// Whether `next` may follow on `had`: what a site has signed must stay good, and who was taken out
// stays out, under that id.
bool follows(const CircleList& next, const CircleList& had) {
    for (const CircleSite& before : had.sites) {
        const CircleSite* now = next.find(before.site);
        if (now == nullptr || now->signing != before.signing || now->sealing != before.sealing ||
            (before.removed && !now->removed)) {
            return false;
        }
    }
    return true;
}

}  // namespace

base::Result<CircleList> CircleList::verify(std::string_view jws,
                                            const signature::PublicKey& root) {
    if (jws.size() > kMaxCircleBytes) return no_list("it is larger than 64 KiB");
    const auto payload = root.verify(jws, kCirclePurpose);
    if (!payload) return payload.error();
    const auto object = object_of(*payload, 5);
    if (!object || object->size() != 4) return no_list("it is of another form");
    CircleList list;
    list.delegation = text_in(*object, "delegation", 43).value_or("");
    list.number = number_in(*object, "number").value_or(0);
    list.recovery = key_in(*object, "recovery");
    if (list.delegation != root.thumbprint()) return no_list("it is another delegation's");
    const auto* sites = object->if_contains("sites");
    if (sites == nullptr || !sites->is_array() || sites->get_array().size() > kMaxCircleSites) {
        return no_list("it has no sites, or more than 64");
    }
    for (const boost::json::value& each : sites->get_array()) {
        auto site = site_of(each);
        if (!site) return no_list("a site is of another form");
        list.sites.push_back(std::move(*site));
    }
    if (const auto good = sound(list); !good) return good.error();
    return list;
}

base::Result<std::string> CircleList::issue(const signature::DeviceKey& root) const {
    if (const auto good = sound(*this); !good) return good.error();
    boost::json::array all;
    for (const CircleSite& each : sites) all.push_back(json_of(each));
    auto jws = root.sign(
        boost::json::serialize(boost::json::object{{"delegation", root.public_key().thumbprint()},
                                                   {"number", number},
                                                   {"recovery", boost::json::parse(recovery.jwk())},
                                                   {"sites", std::move(all)}}),
        kCirclePurpose);
    if (jws.size() > kMaxCircleBytes) return no_list("it is larger than 64 KiB");
    return jws;
}

std::vector<signature::PublicKey> CircleList::recipients() const {
    std::vector<signature::PublicKey> all{recovery};
    for (const CircleSite& each : sites) {
        if (!each.removed) all.push_back(each.sealing);
    }
    return all;
}

const CircleSite* CircleList::find(SiteId site) const {
    for (const CircleSite& each : sites) {
        if (each.site == site) return &each;
    }
    return nullptr;
}

base::Result<void> Circle::take(std::string_view jws) {
    auto list = CircleList::verify(jws, root_);
    if (!list) return list.error();
    if (list_ && !(*list == *list_)) {
        if (list->number <= list_->number) {
            return Error{Errc::Forbidden,
                         "take a delegation's circle: a newer list is here, and this one would "
                         "bring back who has been revoked since; fetch the newest"};
        }
        if (!follows(*list, *list_)) {
            return Error{Errc::Forbidden,
                         "take a delegation's circle: it lacks a site, changes a site's keys or "
                         "puts one back; give a site that returns a new id"};
        }
    }
    list_ = std::move(*list);
    return {};
}

}  // namespace sightline::storage::sync
