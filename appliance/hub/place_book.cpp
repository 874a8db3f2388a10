#include "appliance/hub/place_book.h"

#include "appliance/hub/origin_policy.h"

namespace sightline::hub {
namespace {

PlaceMark mark_of(std::string_view kind, base::ByteView bytes) {
    const TokenHash hash =
        hash_token("sightline-place " + std::string(kind) + std::string(base::as_text(bytes)));
    return base::load64(hash.data());
}

template <class Key>
std::optional<std::string> found_in(const std::map<Key, std::string>& origins, Key key) {
    const auto at = origins.find(key);
    if (at == origins.end()) return std::nullopt;
    return at->second;
}

}  // namespace

PlaceMark place_mark(const TokenHash& credential) { return mark_of("token ", credential); }
PlaceMark place_mark_of_passkey(base::ByteView id) { return mark_of("passkey ", id); }

void PlaceBook::hold(base::SessionId session, BootClock::time_point sure_until) {
    held_[session] = sure_until;
}

void PlaceBook::let_go(base::SessionId session) { held_.erase(session); }

std::vector<base::SessionId> PlaceBook::held() const {
    std::vector<base::SessionId> sessions;
    for (const auto& [session, until] : held_) sessions.push_back(session);
    return sessions;
}

bool PlaceBook::is_sure(base::SessionId session, BootClock::time_point now) const {
    const auto at = held_.find(session);
    return at == held_.end() || now < at->second;
}

void PlaceBook::learn(const std::vector<storage::relay::SessionPlace>& others) {
    by_mark_.clear();
    by_session_.clear();
    for (const auto& place : others) {
        // Whatever else is in the database, people are sent to origins only.
        if (!is_origin(place.origin)) continue;
        by_session_[place.session] = place.origin;
        for (const PlaceMark mark : place.marks) by_mark_[mark] = place.origin;
    }
}

std::optional<std::string> PlaceBook::origin_of(PlaceMark mark) const {
    return found_in(by_mark_, mark);
}

std::optional<std::string> PlaceBook::origin_of(base::SessionId session) const {
    return found_in(by_session_, session);
}

}  // namespace sightline::hub
