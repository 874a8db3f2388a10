// The running interview as staff and programs read it: a part of SessionAuthority.
#include <boost/json/array.hpp>

#include "appliance/kiosk/json_members.h"
#include "appliance/kiosk/session_authority.h"
#include "session/identity/short_code.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;

const char* state_of(const std::optional<model::Invitation>& invitation) {
    if (!invitation) return "none";
    return invitation->used ? "used" : "open";
}

const char* name_of(KeyRelease::Standing standing) {
    switch (standing) {
        case KeyRelease::Standing::None:
            return "none";
        case KeyRelease::Standing::Unvouched:
            return "unvouched";
        case KeyRelease::Standing::Vouched:
            return "vouched";
    }
    return "none";
}

json::object person_json(const model::Attendee& attendee, bool here, const KeyRelease& keys) {
    const auto* device = keys.device_of(attendee.participant.id);
    return {{"device", name_of(keys.standing_of(attendee))},
            {"device_code",
             device == nullptr ? std::string() : identity::short_code(device->thumbprint())},
            {"id", attendee.participant.id.text()},
            {"name", attendee.participant.name},
            {"role", model::name_of(attendee.participant.role)},
            {"organisation", attendee.organisation},
            {"place", model::name_of(attendee.place)},
            {"present", here},
            {"invitation", state_of(attendee.invitation)},
            {"passkeys", attendee.passkeys.size()},
            {"undertaken", attendee.undertaking.has_value()},
            {"language", attendee.language},
            {"dialect", attendee.dialect},
            {"heard", attendee.warmed_up}};
}

json::value flag_or_null(const std::optional<bool>& flag) {
    return flag ? json::value(*flag) : json::value();
}

// What both sides of the screen show of how it goes.
void add_course(json::object& out, const RunningInterview& now, const Floor& floor,
                model::RecordTime wall) {
    json::value pause;
    if (now.standing().pause) pause = model::name_of(*now.standing().pause);
    out["pause"] = std::move(pause);
    out["pause_until"] = milliseconds_or_null(now.row.pause_until);
    out["understood"] = flag_or_null(now.row.understood);
    out["view"] = model::name_of(floor.view());
    out["asked_view"] = floor.asked_view_name();
    out["live_ms"] = now.live_time().at(wall).count();
    out["training"] = now.training;
}

json::array subjects_json(const RunningInterview& now) {
    json::array out;
    for (const auto& subject : now.row.subjects) {
        out.push_back(
            {{"person", subject.person.text()},
             {"child", subject.child},
             {"guardian", id_or_null(subject.guardian)},
             {"suitable", subject.suitable},
             {"name", now.name_of(subject.person)},
             {"guardian_name", subject.guardian ? now.name_of(*subject.guardian) : std::string()}});
    }
    return out;
}

json::array consents_json(const RunningInterview& now) {
    json::array out;
    for (const auto& consent : now.ledger.all()) {
        out.push_back({{"person", consent.person.text()},
                       {"on_behalf", id_or_null(consent.on_behalf)},
                       {"item", model::name_of(consent.item)},
                       {"scope", consent.scope},
                       {"answer", model::name_of(consent.answer)}});
    }
    return out;
}

}  // namespace

json::object SessionAuthority::status(Names names) const {
    json::object out;
    out["record"] = {{"ok", record_.waiting() == 0 && record_.dropped() == 0},
                     {"waiting", record_.waiting()},
                     {"held", record_.held()},
                     {"dropped", record_.dropped()},
                     {"trouble", record_.trouble()}};
    if (!live_) {
        out["session"] = nullptr;
        return out;
    }
    const auto& now = live_->now;
    json::value pause;
    if (now.standing().pause) pause = model::name_of(*now.standing().pause);
    json::object session{
        {"id", now.id().text()},
        {"state", model::name_of(now.standing().state)},
        {"pause", std::move(pause)},
        {"known_to_hub", live_->known_to_hub},
        {"lease", {{"number", live_->lease.number()}, {"alive", live_->lease_alive}}},
        {"keys",
         {{"epoch", live_->keys.schedule().newest().number},
          {"switched", live_->keys.schedule().switched()}}},
        {"send", {{"audio", send_order().audio}, {"video", send_order().video}}}};
    if (names == Names::Shown) {
        json::array people;
        for (const auto& attendee : now.row.roster) {
            people.push_back(person_json(attendee, is_here(attendee.participant.id), live_->keys));
        }
        session["title"] = now.interview.title;
        session["opened"] = model::to_rfc3339(now.interview.opened);
        session["since"] = model::to_rfc3339(now.row.since);
        add_course(session, now, live_->floor, wall_);
        const auto turn = live_->floor.turn();
        session["turn"] = turn ? turn.text() : std::string();
        session["planned"] = milliseconds_or_null(now.row.planned);
        json::array checks;
        for (const auto& item : now.row.checks) checks.emplace_back(item);
        session["checks"] = std::move(checks);
        session["delegation"] = {{"state", now.row.delegation.state},
                                 {"basis", model::name_of(now.row.delegation.basis)}};
        session["kept"] = name_of(record_.keeping());
        session["subjects"] = subjects_json(now);
        session["consents"] = consents_json(now);
        session["participants"] = std::move(people);
        json::object judged;
        for (const auto& [who, match] : live_->words.judged) judged[who] = match;
        session["words_judged"] = std::move(judged);
    }
    out["session"] = std::move(session);
    return out;
}

json::object SessionAuthority::applicant_view() const {
    json::object out{{"session", nullptr}, {"hub", hub_here_}};
    if (!live_ || live_->now.standing().state == model::State::Scheduled) return out;
    const auto& now = live_->now;
    json::array people;
    for (const auto& attendee : now.row.roster) {
        const auto& person = attendee.participant;
        if (person.role == model::Role::Applicant) continue;
        people.push_back({{"id", person.id.text()},
                          {"name", person.name},
                          {"role", model::name_of(person.role)},
                          {"organisation", attendee.organisation},
                          {"place", model::name_of(attendee.place)},
                          {"present", is_here(person.id)},
                          {"undertaken", attendee.undertaking.has_value()}});
    }
    const auto sent = send_order();
    json::object session{{"id", now.id().text()},
                         {"state", model::name_of(now.standing().state)},
                         {"delegation", now.row.delegation.state},
                         {"basis", model::name_of(now.row.delegation.basis)},
                         {"send", {{"audio", sent.audio}, {"video", sent.video}}},
                         {"people", std::move(people)},
                         {"consents", consents_json(now)},
                         {"subjects", subjects_json(now)}};
    add_course(session, now, live_->floor, wall_);
    out["session"] = std::move(session);
    return out;
}

json::object SessionAuthority::lobby() const {
    json::array waiting;
    if (live_) {
        for (const auto& attendee : live_->now.row.roster) {
            if (attendee.place != model::Place::Lobby) continue;
            waiting.push_back(person_json(attendee, is_here(attendee.participant.id), live_->keys));
        }
    }
    return {{"lobby", std::move(waiting)}};
}

}  // namespace sightline::kiosk
