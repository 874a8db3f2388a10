// Verbs about the interview itself: schedule, step, note, incident, mute.
#include <array>
#include <boost/json/array.hpp>

#include "appliance/kiosk/json_members.h"
#include "appliance/kiosk/request_members.h"
#include "appliance/kiosk/requests.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using access::Action;
using base::Errc;
using base::Error;
using model::Step;

Error malformed(std::string text) { return {Errc::Malformed, std::move(text)}; }

base::Result<PlannedSubject> read_subject(const json::value& value) {
    if (!value.is_object()) return malformed("each of \"subjects\" must be an object");
    const auto& members = value.as_object();
    PlannedSubject subject;
    const auto person = optional_id_of<base::RecordId>(members, "person");
    if (!person) return person.error();
    subject.person = *person;
    auto name = text_or_empty(members, "name");
    if (!name) return name.error();
    subject.name = std::move(*name);
    auto guardian = text_or_empty(members, "guardian");
    if (!guardian) return guardian.error();
    subject.guardian = std::move(*guardian);
    const auto child = flag_of(members, "child", false);
    if (!child) return child.error();
    subject.child = *child;
    const auto suitable = flag_of(members, "suitable", !subject.child);
    if (!suitable) return suitable.error();
    subject.suitable = *suitable;
    return subject;
}

base::Result<storage::Delegation> read_delegation(const json::object& request) {
    const auto* value = request.if_contains("delegation");
    if (value == nullptr || !value->is_object()) {
        return malformed(
            "the request needs \"delegation\" with \"state\" and \"basis\": where the interview "
            "goes, and on which legal ground it is asked");
    }
    storage::Delegation delegation;
    auto state = text_of(value->as_object(), "state");
    if (!state) return state.error();
    delegation.state = std::move(*state);
    const auto basis_name = text_of(value->as_object(), "basis");
    if (!basis_name) return basis_name.error();
    const auto basis = model::legal_basis_from_name(*basis_name);
    if (!basis) return unknown_name("legal basis", *basis_name, "consent and notice");
    delegation.basis = *basis;
    return delegation;
}

base::Result<Plan> read_plan(const json::object& request) {
    Plan plan;
    auto title = text_of(request, "title");
    if (!title) return title.error();
    plan.title = std::move(*title);
    const auto dossier = optional_id_of<base::DossierId>(request, "dossier");
    if (!dossier) return dossier.error();
    plan.dossier = *dossier;
    const auto* subjects = request.if_contains("subjects");
    if (subjects == nullptr || !subjects->is_array()) {
        return malformed("the request needs \"subjects\": who is to be interviewed");
    }
    for (const auto& value : subjects->as_array()) {
        auto subject = read_subject(value);
        if (!subject) return subject.error();
        plan.subjects.push_back(std::move(*subject));
    }
    auto delegation = read_delegation(request);
    if (!delegation) return delegation.error();
    plan.delegation = std::move(*delegation);
    const auto training = flag_of(request, "training", false);
    if (!training) return training.error();
    plan.training = *training;
    if (request.contains("at")) {
        plan.at = time_in(request, "at");
        if (!plan.at) return malformed("\"at\" must be milliseconds since 1970");
    }
    return plan;
}

Reply schedule(const Request& request, const Desk& desk) {
    auto plan = read_plan(request.members);
    if (!plan) return plan.error();
    const auto id = desk.authority.schedule(std::move(*plan), request.said(), request.now);
    if (!id) return id.error();
    json::array subjects;
    for (const auto& subject : desk.authority.running()->row.subjects) {
        subjects.emplace_back(subject.person.text());
    }
    return json::object{{"session", id->text()}, {"subjects", std::move(subjects)}};
}

Reply choose(const Request& request, const Desk& desk) {
    const auto id = id_of<base::SessionId>(request.members, "session");
    if (!id) return id.error();
    if (auto done = desk.authority.choose(*id, request.said(), request.now); !done) {
        return done.error();
    }
    return json::object{};
}

Action action_of_step(const json::object& request) {
    switch (model::step_from_name(text_in(request, "step")).value_or(Step::CheckIn)) {
        case Step::CheckIn:
            return Action::CheckIn;
        case Step::OpenConsent:
            return Action::OpenConsent;
        case Step::CloseConsent:
            return Action::CloseConsent;
        case Step::Start:
            return Action::Start;
        case Step::Pause:
            return Action::Pause;
        case Step::Resume:
            return Action::Resume;
        case Step::End:
            return Action::End;
    }
    return Action::CheckIn;
}

base::Result<model::StepOrder> read_step(const json::object& request) {
    const auto name = text_of(request, "step");
    if (!name) return name.error();
    const auto step = model::step_from_name(*name);
    if (!step) {
        return unknown_name("step", *name,
                            "check-in, open-consent, close-consent, start, pause, resume and end");
    }
    const auto reason = text_or_empty(request, "reason");
    if (!reason) return reason.error();
    model::StepOrder order{*step, {}, {}};
    if (request.contains("minutes")) {
        const auto minutes = integer_in(request, "minutes");
        // Bounds are the table's; here only what a count of minutes can hold.
        order.pause_for =
            std::chrono::minutes(minutes && *minutes >= 0 && *minutes <= 1'000'000 ? *minutes : 0);
    }
    if (reason->empty()) return order;
    if (*step == Step::Pause) {
        order.pause = model::pause_reason_from_name(*reason);
        // Only the kiosk knows that the link is lost.
        if (!order.pause || order.pause == model::PauseReason::LinkLost) {
            return unknown_name("reason to pause", *reason, "break, private-talk and distress");
        }
        return order;
    }
    order.end_reason = model::end_reason_from_name(*reason);
    if (!order.end_reason) {
        return unknown_name("reason to end", *reason,
                            "complete, by-applicant, by-delegation, distress, medical, emergency, "
                            "technical, interpretation, interrupted, applicant-absent, "
                            "interpreter-absent and delegation-absent");
    }
    return order;
}

Reply step(const Request& request, const Desk& desk) {
    const auto order = read_step(request.members);
    if (!order) return order.error();
    if (auto done = desk.authority.step(*order, request.said(), request.now); !done) {
        return done.error();
    }
    const auto state = desk.authority.state();
    return json::object{{"state", model::name_of(state.value_or(model::State::Ended))}};
}

Reply write_note(const Request& request, const Desk& desk) {
    model::Note note;
    for (const auto& [key, text] : {std::pair{"question", &note.question},
                                    {"answer", &note.answer},
                                    {"demeanour", &note.demeanour}}) {
        auto value = text_or_empty(request.members, key);
        if (!value) return value.error();
        *text = std::move(*value);
    }
    const auto bookmark = flag_of(request.members, "bookmark", false);
    if (!bookmark) return bookmark.error();
    note.bookmark = *bookmark;
    const auto kept = desk.authority.write_note(std::move(note), request.said());
    if (!kept) return kept.error();
    return json::object{{"kept", name_of(*kept)}};
}

Reply report_incident(const Request& request, const Desk& desk) {
    auto kind = text_of(request.members, "kind");
    if (!kind) return kind.error();
    auto detail = text_or_empty(request.members, "detail");
    if (!detail) return detail.error();
    const auto kept =
        desk.authority.report_incident(std::move(*kind), std::move(*detail), request.said());
    if (!kept) return kept.error();
    return json::object{{"kept", name_of(*kept)}};
}

Reply mute(const Request& request, const Desk& desk) {
    Mute wanted = desk.authority.mute();
    for (const auto& [key, flag] : {std::pair{"audio", &wanted.audio}, {"video", &wanted.video}}) {
        const auto value = flag_of(request.members, key, *flag);
        if (!value) return value.error();
        *flag = *value;
    }
    if (auto done = desk.authority.set_mute(wanted, request.said()); !done) return done.error();
    return json::object{{"audio", wanted.audio}, {"video", wanted.video}};
}

Reply read_words(const Request&, const Desk& desk) {
    const auto words = desk.authority.words();
    if (!words) return words.error();
    json::array out;
    for (const auto& word : *words) out.emplace_back(word);
    return json::object{{"words", std::move(out)}};
}

Reply judge_words(const Request& request, const Desk& desk) {
    const auto match = yes_or_no_of(request.members, "match");
    if (!match) return match.error();
    if (auto done = desk.authority.judge_words(*match, request.said()); !done) {
        return done.error();
    }
    return json::object{};
}

constexpr std::array kVerbs{
    Verb{"session.schedule", always<Action::Schedule>, schedule},
    Verb{"session.choose", always<Action::Schedule>, choose},
    Verb{"session.step", action_of_step, step},
    Verb{"note", always<Action::WriteNote>, write_note},
    Verb{"incident", always<Action::ReportIncident>, report_incident},
    Verb{"mute", always<Action::Mute>, mute},
    Verb{"words", always<Action::CompareWords>, read_words},
    Verb{"words.judge", always<Action::CompareWords>, judge_words},
};

}  // namespace

std::span<const Verb> session_verbs() { return kVerbs; }

}  // namespace sightline::kiosk
