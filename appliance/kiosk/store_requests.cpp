#include "appliance/kiosk/store_requests.h"

#include <array>
#include <boost/json/array.hpp>
#include <string>
#include <utility>

#include "appliance/kiosk/export_requests.h"
#include "appliance/kiosk/request_members.h"
#include "appliance/kiosk/session_view.h"
#include "storage/transaction.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using access::Action;
using base::Errc;
using base::Error;

constexpr std::size_t kMaxListed = 1000;

Reply done(const base::Result<void>& result) {
    if (!result) return result.error();
    return json::object{};
}

bool wants_text(const json::object& request) {
    const auto format = text_of(request, "format");
    return format && *format == "text";
}

Reply change_pin(const Request& asked, const Desk& targets) {
    const json::object& request = asked.members;
    const StoreDesk& desk = *targets.store;
    const auto present = text_of(request, "pin");
    if (!present) return present.error();
    const auto next = text_of(request, "new_pin");
    if (!next) return next.error();
    return done(desk.lock.change_pin(base::Secret(*present), base::Secret(*next), asked.now));
}

Reply list_sessions(const Request& asked, const Desk& targets) {
    const json::object& request = asked.members;
    const StoreDesk& desk = *targets.store;
    const auto lines = desk.interviews.list(kMaxListed);
    if (wants_text(request)) return json::object{{"text", session_table(lines)}};
    json::array out;
    for (const auto& line : lines) out.push_back(session_line_json(line));
    return json::object{{"sessions", std::move(out)}};
}

Reply show_session(const Request& asked, const Desk& targets) {
    const json::object& request = asked.members;
    const StoreDesk& desk = *targets.store;
    const auto text = text_of(request, "session");
    if (!text) return text.error();
    const auto id = base::SessionId::parse(*text);
    const auto place = id ? desk.interviews.dossier_of(*id) : std::nullopt;
    if (!place) {
        return Error{Errc::NotFound, "show session " + text->substr(0, 40) +
                                         ": there is none; `sightline sessions` lists them"};
    }
    desk.store.write([&](storage::Transaction& transaction) {
        transaction.audit(asked.now.wall, asked.asker.actor, storage::audit::Action::DossierOpened,
                          *place, "session " + *text);
    });
    const auto record = desk.interviews.find(*id);
    if (!record) return Error{Errc::NotFound, "show session " + *text + ": there is none"};
    if (wants_text(request)) return json::object{{"text", session_text(*record)}};
    return json::object{{"record", session_json(*record)}};
}

Reply list_dossiers(const Request&, const Desk& targets) {
    const StoreDesk& desk = *targets.store;
    json::array out;
    for (const auto id : desk.store.dossiers()) {
        if (id == storage::kSiteDossier) continue;
        const auto terms = desk.store.terms(id);
        json::value until;
        if (terms.retain_until) until = model::to_rfc3339(*terms.retain_until);
        out.push_back({{"id", id.text()},
                       {"created", model::to_rfc3339(terms.created)},
                       {"retain_until", std::move(until)},
                       {"held", terms.held}});
        if (out.size() == kMaxListed) break;
    }
    return json::object{{"dossiers", std::move(out)}};
}

Reply erase(const Request& asked, const Desk& targets) {
    const json::object& request = asked.members;
    const StoreDesk& desk = *targets.store;
    const auto dossier = dossier_of(request);
    if (!dossier) return dossier.error();
    const auto reason = text_of(request, "reason");
    if (!reason) return reason.error();
    for (const auto& running : desk.interviews.running()) {
        if (desk.interviews.dossier_of(running.row.interview.id) == *dossier) {
            return Error{Errc::Conflict, "erase dossier " + dossier->text() +
                                             ": its interview is running; end it first"};
        }
    }
    auto certificate = desk.erasure.erase({{*dossier}, *reason, asked.asker.actor, asked.now.wall});
    if (!certificate) return certificate.error();
    if (targets.dossiers != nullptr) targets.dossiers->reload(asked.now.wall);
    return json::object{{"certificate", std::move(*certificate)}};
}

Reply hold(const Request& asked, const Desk& targets) {
    const json::object& request = asked.members;
    const StoreDesk& desk = *targets.store;
    const auto dossier = dossier_of(request);
    if (!dossier) return dossier.error();
    const auto reason = text_of(request, "reason");
    if (!reason) return reason.error();
    return done(desk.erasure.hold(*dossier, *reason, asked.asker.actor, asked.now.wall));
}

Reply lift(const Request& asked, const Desk& targets) {
    const json::object& request = asked.members;
    const StoreDesk& desk = *targets.store;
    const auto dossier = dossier_of(request);
    if (!dossier) return dossier.error();
    const auto reason = text_of(request, "reason");
    if (!reason) return reason.error();
    return done(desk.erasure.lift(*dossier, *reason, asked.asker.actor, asked.now.wall));
}

Reply retain(const Request& asked, const Desk& targets) {
    const json::object& request = asked.members;
    const StoreDesk& desk = *targets.store;
    const auto dossier = dossier_of(request);
    if (!dossier) return dossier.error();
    const auto* days = request.if_contains("days");
    if (days == nullptr || !days->is_int64() || days->as_int64() < 0 || days->as_int64() > 36500) {
        return Error{Errc::Malformed, "retain: give \"days\" from today, 0 to 36500"};
    }
    return done(desk.erasure.retain_until(*dossier,
                                          asked.now.wall + std::chrono::days(days->as_int64()),
                                          asked.asker.actor, asked.now.wall));
}

Reply certificates(const Request&, const Desk& targets) {
    const StoreDesk& desk = *targets.store;
    json::array out;
    for (auto& note : desk.erasure.certificates()) out.emplace_back(std::move(note));
    return json::object{{"certificates", std::move(out)}};
}

constexpr std::array kVerbs{
    Verb{"pin.change", always<Action::ManageStaff>, change_pin},
    Verb{"sessions.list", always<Action::ReadSessions>, list_sessions},
    Verb{"sessions.show", always<Action::ReadSessions>, show_session},
    Verb{"dossiers", always<Action::ReadSessions>, list_dossiers},
    Verb{"erase", always<Action::EraseDossier>, erase},
    Verb{"hold", always<Action::HoldDossier>, hold},
    Verb{"lift", always<Action::HoldDossier>, lift},
    Verb{"retain", always<Action::HoldDossier>, retain},
    Verb{"certificates", always<Action::ReadAudit>, certificates},
    Verb{"backup", always<Action::Backup>, make_backup_file},
    Verb{"audit.export", always<Action::ReadAudit>, export_audit_file},
    Verb{"export", always<Action::ExportPerson>, export_person_files},
};

}  // namespace

base::Result<base::DossierId> dossier_of(const json::object& request) {
    const auto text = text_of(request, "dossier");
    if (!text) return text.error();
    const auto id = base::DossierId::parse(*text);
    if (!id) {
        return Error{Errc::Malformed,
                     "a dossier's id is 16 hexadecimal digits; `sightline dossiers` lists them"};
    }
    return *id;
}

std::span<const Verb> store_verbs() { return kVerbs; }

Reply unlock(const json::object& request, const StoreDesk& desk, Now now) {
    const auto pin = text_of(request, "pin");
    if (!pin) return pin.error();
    const auto opened = desk.lock.unlock(base::Secret(*pin), now);
    if (!opened) return opened.error();
    if (desk.on_opened) desk.on_opened(now);
    return json::object{};
}

json::object store_status(const StoreDesk& desk) {
    const bool open = desk.store.is_unlocked();
    return {
        {"open", open},
        {"new", !open && desk.store.is_new()},
        {"epoch", desk.store.epoch()},
        {"dossiers", open ? desk.store.dossiers().size() - 1 : 0},
        {"guaranteed", desk.store.device().assurance() == hardware::DeviceSecret::Assurance::Tpm},
        {"restored", desk.store.was_restored()}};
}

}  // namespace sightline::kiosk
