// The requests about registration forms: import, look, edit, settle, hand out, release. See
// requests.h.
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "appliance/kiosk/form_merge.h"
#include "appliance/kiosk/json_members.h"
#include "appliance/kiosk/open_dossiers.h"
#include "appliance/kiosk/request_members.h"
#include "appliance/kiosk/requests.h"
#include "appliance/kiosk/store_requests.h"
#include "session/dossier/confidential.h"
#include "session/dossier/json_form.h"
#include "storage/transaction.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using access::Action;
using base::Errc;
using base::Error;

// Members: "form" (JSON text of one dossier), "ids" ("own" or "local"), "rows".
Reply import_one(const Request& request, const Desk& targets) {
    const auto desk = when_open(targets, targets.dossiers);
    if (!desk) return desk.error();
    const auto text = text_of(request.members, "form");
    if (!text) return text.error();
    auto read = dossier::read_json(*text);
    if (!read) return read.error();
    if (read->dossiers.size() != 1) {
        const auto& found = read->findings.kept();
        return Error{Errc::Malformed,
                     "import a dossier: " + (found.empty() ? std::string("it is not one")
                                                           : dossier::text_of(found[0]))};
    }
    auto one = dossier::import_of(std::move(read->dossiers.front()));
    if (text_in(request.members, "ids") == "local") one.ids = dossier::Ids::Local;
    const auto rows = integer_in(request.members, "rows");
    one.rows = rows && *rows > 0 ? static_cast<std::size_t>(*rows) : 0;
    const auto done = (*desk)->import(one, request.said());
    if (!done) return done.error();
    return json::object{{"dossier", done->dossier.text()},
                        {"effect", dossier::name_of(done->effect)},
                        {"reason", done->reason}};
}

Reply list(const Request& request, const Desk& targets) {
    const auto desk = when_open(targets, targets.dossiers);
    if (!desk) return desk.error();
    return json::object{{"dossiers", (*desk)->list(request.said())}};
}

// Members: "dossier", and "for": the person of the case who is shown it.
Reply show(const Request& request, const Desk& targets) {
    const auto desk = when_open(targets, targets.dossiers);
    if (!desk) return desk.error();
    const auto id = dossier_of(request.members);
    if (!id) return id.error();
    const auto reader = optional_id_of<base::RecordId>(request.members, "for");
    if (!reader) return reader.error();
    auto opened = (*desk)->open(*id, request.said());
    if (!opened) return opened.error();
    json::object out{{"dossier", id->text()}};
    if (opened->form) {
        // What is between the office and one person is not for the others of their case, and what
        // the circle says is not for the screen that they see either.
        const bool all = !*reader;
        out["form"] = dossier::json_of(all ? *opened->form
                                           : dossier::shown_to(*reader, std::move(*opened->form)));
        if (!all) return out;
        json::array doubts;
        for (const auto& doubt : dossier::doubts_of(*opened->form)) {
            doubts.push_back(json::string(dossier::text_of(doubt)));
        }
        out["doubts"] = std::move(doubts);
    }
    out["circles"] = (*desk)->circles_of(opened->file);
    return out;
}

Reply conflicts(const Request& request, const Desk& targets) {
    const auto desk = when_open(targets, targets.dossiers);
    if (!desk) return desk.error();
    const auto id = dossier_of(request.members);
    if (!id) return id.error();
    const auto opened = (*desk)->open(*id, request.said());
    if (!opened) return opened.error();
    json::array out;
    for (auto& circle : (*desk)->circles_of(opened->file)) {
        for (auto& conflict : circle.as_object().at("conflicts").as_array()) {
            conflict.as_object()["state"] = circle.as_object().at("state");
            out.push_back(std::move(conflict));
        }
    }
    return json::object{{"conflicts", std::move(out)}};
}

// A number, a list or true only where the field wants one: a year of birth is a text.
base::Result<void> set_field(DossierDesk& desk, base::DossierId id, const std::string& path,
                             const std::string& text, const storage::Said& said) {
    const auto as_text = desk.edit(id, {{{path, json::string(text)}}, {}}, said);
    if (as_text || as_text.error().code != Errc::Malformed) return as_text;
    boost::system::error_code wrong;
    json::value value = json::parse(text, wrong);
    if (wrong || value.is_string()) return as_text;
    return desk.edit(id, {{{path, std::move(value)}}, {}}, said);
}

// Members: "dossier", "path", and "value"; without it the field goes.
Reply edit(const Request& request, const Desk& targets) {
    const auto desk = when_open(targets, targets.dossiers);
    if (!desk) return desk.error();
    const auto id = dossier_of(request.members);
    if (!id) return id.error();
    const auto path = text_of(request.members, "path");
    if (!path) return path.error();
    base::Result<void> done;
    if (request.members.contains("value")) {
        const auto value = text_of(request.members, "value");
        if (!value) return value.error();
        done = set_field(**desk, *id, *path, *value, request.said());
    } else {
        done = (*desk)->remove(*id, *path, request.said());
    }
    if (!done) return done.error();
    return json::object{};
}

// Members: "dossier", "path", "pick": the number of the value, as "dossier.conflicts" has them.
Reply settle(const Request& request, const Desk& targets) {
    const auto desk = when_open(targets, targets.dossiers);
    if (!desk) return desk.error();
    const auto id = dossier_of(request.members);
    if (!id) return id.error();
    const auto path = text_of(request.members, "path");
    if (!path) return path.error();
    const auto pick = integer_in(request.members, "pick");
    const auto done = (*desk)->settle(
        *id, *path, pick && *pick > 0 ? static_cast<std::size_t>(*pick) : 0, request.said());
    if (!done) return done.error();
    return json::object{};
}

// Members: "dossier", "for". The form as JSON text.
Reply hand_out(const Request& request, const Desk& targets) {
    const auto desk = when_open(targets, targets.dossiers);
    if (!desk) return desk.error();
    const auto id = dossier_of(request.members);
    if (!id) return id.error();
    const auto reader = optional_id_of<base::RecordId>(request.members, "for");
    if (!reader) return reader.error();
    auto form = (*desk)->hand_out(*id, request.said());
    if (!form) return form.error();
    if (*reader) *form = dossier::shown_to(*reader, std::move(*form));
    return json::object{{"form", record_of(*form)}};
}

// Members: "dossier", "state", "agreement".
Reply release(const Request& request, const Desk& targets) {
    const auto desk = when_open(targets, targets.dossiers);
    if (!desk) return desk.error();
    const auto id = dossier_of(request.members);
    if (!id) return id.error();
    const auto state = text_of(request.members, "state");
    if (!state) return state.error();
    const auto agreement = text_of(request.members, "agreement");
    if (!agreement) return agreement.error();
    const auto done = (*desk)->release(*id, *state, *agreement, request.said());
    if (!done) return done.error();
    return json::object{{"pseudonym", done->text()}};
}

constexpr std::array kVerbs{
    Verb{"dossier.import", always<Action::EditDossier>, import_one},
    Verb{"dossier.list", always<Action::OpenDossier>, list},
    Verb{"dossier.show", always<Action::OpenDossier>, show},
    Verb{"dossier.conflicts", always<Action::OpenDossier>, conflicts},
    Verb{"dossier.edit", always<Action::EditDossier>, edit},
    Verb{"dossier.settle", always<Action::EditDossier>, settle},
    Verb{"dossier.export", always<Action::ReleaseDossier>, hand_out},
    Verb{"dossier.release", always<Action::ReleaseDossier>, release},
};

}  // namespace

std::span<const Verb> dossier_verbs() { return kVerbs; }

}  // namespace sightline::kiosk
