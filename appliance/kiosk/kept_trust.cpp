#include "appliance/kiosk/kept_trust.h"

#include <boost/json/array.hpp>
#include <utility>

#include "session/identity/short_code.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;

identity::UnixTime seconds_of(model::RecordTime wall) {
    return std::chrono::floor<std::chrono::seconds>(wall);
}

std::string text_of(identity::UnixTime time) {
    return model::to_rfc3339(std::chrono::time_point_cast<model::RecordTime::duration>(time));
}

storage::DelegationPapers row_of(base::RecordId id, const identity::Papers& papers) {
    return {id, papers.root_jwk, papers.roster_jws, papers.mission_jws};
}

}  // namespace

KeptTrust::KeptTrust(storage::DelegationRepository& repository, std::function<Now()> clock,
                     std::function<void()> changed)
    : repository_(repository), clock_(std::move(clock)), changed_(std::move(changed)) {}

void KeptTrust::load(const signature::PublicKey& kiosk) {
    const auto row = repository_.papers();
    if (!row) {
        trust_ = {};
        return;
    }
    auto kept = identity::Trust::kept({row->root_jwk, row->roster_jws, row->mission_jws}, kiosk);
    if (!kept) throw storage::StorageError(kept.error().text);
    trust_ = std::move(*kept);
    record_ = row->id;
}

base::Result<void> KeptTrust::vouch(const signature::PublicKey& device, model::Role role) const {
    return trust_.vouch(device, role, seconds_of(clock_().wall));
}

// Codes and a number; neither says who anybody is.
std::string KeptTrust::detail() const {
    return "delegation " + identity::short_code(trust_.root().thumbprint()) + ", roster " +
           std::to_string(trust_.roster().number);
}

base::Result<void> KeptTrust::take(const identity::Papers& papers,
                                   const signature::PublicKey& kiosk, const storage::Said& said) {
    identity::Trust next = trust_;
    if (auto taken = next.take(papers, kiosk, seconds_of(said.at)); !taken) return taken.error();
    const identity::Trust before = std::exchange(trust_, std::move(next));
    try {
        repository_.put(row_of(record_, trust_.papers()), detail(), said);
    } catch (...) {
        trust_ = before;
        throw;
    }
    if (changed_) changed_();
    return {};
}

base::Result<void> KeptTrust::leave(const storage::Said& said) {
    if (!is_enrolled()) {
        return base::Error{base::Errc::Conflict,
                           "leave the delegation: this kiosk serves none; there is nothing to do"};
    }
    repository_.remove(row_of(record_, trust_.papers()), detail(), said);
    trust_ = {};
    record_ = base::RecordId::random();
    if (changed_) changed_();
    return {};
}

json::object KeptTrust::status() const {
    if (!is_enrolled()) return {{"enrolled", false}};
    json::array members;
    for (const auto& member : trust_.roster().members) {
        members.push_back({{"code", member.code()},
                           {"name", member.name},
                           {"role", model::name_of(member.role)},
                           {"organisation", member.organisation}});
    }
    return {{"enrolled", true},
            {"delegation", identity::short_code(trust_.root().thumbprint())},
            {"roster", trust_.roster().number},
            {"until", text_of(trust_.roster().until)},
            {"mission", trust_.mission().mission},
            {"mission_from", text_of(trust_.mission().from)},
            {"mission_until", text_of(trust_.mission().until)},
            {"members", std::move(members)}};
}

}  // namespace sightline::kiosk
