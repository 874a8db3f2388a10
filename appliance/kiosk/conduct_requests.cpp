// Verbs about how an interview is conducted in the room: the checklists, whether the applicant
// understands the interpreter, what an interpreter speaks, which view the camera shows.
#include <array>

#include "appliance/kiosk/request_members.h"
#include "appliance/kiosk/requests.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using access::Action;

Reply attested(const Request& request, const Desk& desk, const Attestation& attestation) {
    if (auto done = desk.authority.attest(attestation, request.said()); !done) return done.error();
    return json::object{};
}

Reply understood(const Request& request, const Desk& desk) {
    const auto answer = yes_or_no_of(request.members, "understood");
    if (!answer) return answer.error();
    return attested(request, desk, Understanding{*answer});
}

Reply check(const Request& request, const Desk& desk) {
    auto item = text_of(request.members, "item");
    if (!item) return item.error();
    const auto done = yes_or_no_of(request.members, "done");
    if (!done) return done.error();
    return attested(request, desk, ChecklistTick{std::move(*item), *done});
}

Reply languages(const Request& request, const Desk& desk) {
    const auto participant = id_of<base::ParticipantId>(request.members, "participant");
    if (!participant) return participant.error();
    auto language = text_or_empty(request.members, "language");
    if (!language) return language.error();
    auto dialect = text_or_empty(request.members, "dialect");
    if (!dialect) return dialect.error();
    const auto heard = flag_of(request.members, "heard", false);
    if (!heard) return heard.error();
    return attested(
        request, desk,
        SpokenLanguages{*participant, std::move(*language), std::move(*dialect), *heard});
}

Reply view(const Request& request, const Desk& desk) {
    const auto name = text_of(request.members, "view");
    if (!name) return name.error();
    const auto wanted = model::view_from_name(*name);
    if (!wanted) return unknown_name("view", *name, "face, room and document");
    if (auto done = desk.authority.show_view(*wanted); !done) return done.error();
    return json::object{{"view", model::name_of(*wanted)}};
}

constexpr std::array kVerbs{
    Verb{"understood", always<Action::Understand>, understood},
    Verb{"check", always<Action::KeepChecklist>, check},
    Verb{"languages", always<Action::DeclareLanguages>, languages},
    Verb{"view", always<Action::ChooseView>, view},
};

}  // namespace

std::span<const Verb> conduct_verbs() { return kVerbs; }

}  // namespace sightline::kiosk
