// Verbs about consent: the texts, an answer, a withdrawal, and whether a child or a vulnerable
// person is fit to be asked.
#include <array>
#include <boost/json/array.hpp>

#include "appliance/kiosk/request_members.h"
#include "appliance/kiosk/requests.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using access::Action;
using model::ConsentItem;

constexpr std::size_t kMaxNamedBytes = 120;
constexpr const char* kItems = "video, audio, observers, metadata and share-dossier";

base::Result<ConsentItem> item_of(const json::object& request) {
    const auto name = text_of(request, "item");
    if (!name) return name.error();
    const auto item = model::consent_item_from_name(*name);
    if (!item) return unknown_name("item of consent", *name, kItems);
    return *item;
}

// Who interpreted, who witnessed, which organisation: a short plain name, or nothing.
base::Result<std::string> short_name_of(const json::object& request, const char* key) {
    auto text = text_or_empty(request, key);
    if (text && !text->empty() && !model::is_plain_name(*text, kMaxNamedBytes)) {
        return base::Error{base::Errc::Malformed,
                           std::string("\"") + key + "\" must be at most 120 bytes of plain text"};
    }
    return text;
}

Reply texts(const Request& request, const Desk& desk) {
    const auto wanted = text_or_empty(request.members, "language");
    if (!wanted) return wanted.error();
    json::array out;
    for (const auto& text : desk.texts.present()) {
        if (!wanted->empty() && text.language != *wanted) continue;
        json::object entry{{"item", model::name_of(text.item)},
                           {"language", text.language},
                           {"review", consent::name_of(text.review)},
                           {"sha256", text.sha256}};
        // All of them in all languages would be a long line.
        if (!wanted->empty()) entry["body"] = text.body;
        out.push_back(std::move(entry));
    }
    return json::object{{"texts", std::move(out)}};
}

Reply as_written(const base::Result<model::Consent>& consent) {
    if (!consent) return consent.error();
    return json::object{{"consent", consent->id.text()}, {"signature", consent->signature}};
}

// A yes or no about sharing the dossier concerns those to whom it is released.
void heed(const Request& request, const Desk& desk, std::optional<base::SessionId> session) {
    if (desk.dossiers == nullptr || desk.store == nullptr) return;
    const auto* running = desk.authority.running();
    if (!session && running != nullptr) session = running->id();
    const auto dossier = session ? desk.store->interviews.dossier_of(*session) : std::nullopt;
    if (dossier) desk.dossiers->heed_consents(*dossier, request.said());
}

Reply record(const Request& request, const Desk& desk) {
    const auto& members = request.members;
    model::Consent consent;
    const auto person = id_of<base::RecordId>(members, "person");
    if (!person) return person.error();
    consent.person = *person;
    const auto child = optional_id_of<base::RecordId>(members, "on_behalf");
    if (!child) return child.error();
    consent.on_behalf = *child;
    const auto item = item_of(members);
    if (!item) return item.error();
    consent.item = *item;
    const auto answer_name = text_of(members, "answer");
    if (!answer_name) return answer_name.error();
    const auto answer = model::consent_answer_from_name(*answer_name);
    if (!answer) return unknown_name("answer", *answer_name, "given and refused");
    consent.answer = *answer;
    const auto mode_name = text_of(members, "mode");
    if (!mode_name) return mode_name.error();
    const auto mode = model::consent_mode_from_name(*mode_name);
    if (!mode) return unknown_name("mode", *mode_name, "touch, spoken and thumbprint");
    consent.mode = *mode;
    for (const auto& [key, text] : {std::pair{"scope", &consent.scope},
                                    {"language", &consent.language},
                                    {"interpreter", &consent.interpreter},
                                    {"witness", &consent.witness}}) {
        auto value = short_name_of(members, key);
        if (!value) return value.error();
        *text = std::move(*value);
    }
    auto mark = text_or_empty(members, "mark");
    if (!mark) return mark.error();
    consent.mark = std::move(*mark);
    // Who writes it down has seen it, unless they name somebody else.
    if (consent.witness.empty()) consent.witness = request.asker.actor;
    auto text_sha256 = text_of(members, "text_sha256");
    if (!text_sha256) return text_sha256.error();
    consent.text_sha256 = std::move(*text_sha256);
    const auto written = desk.authority.record_consent(std::move(consent), request.said());
    if (written) heed(request, desk, std::nullopt);
    return as_written(written);
}

Reply withdraw(const Request& request, const Desk& desk) {
    const auto& members = request.members;
    Withdrawal withdrawal;
    const auto person = id_of<base::RecordId>(members, "person");
    if (!person) return person.error();
    withdrawal.person = *person;
    const auto child = optional_id_of<base::RecordId>(members, "on_behalf");
    if (!child) return child.error();
    withdrawal.on_behalf = *child;
    const auto item = item_of(members);
    if (!item) return item.error();
    withdrawal.item = *item;
    auto scope = short_name_of(members, "scope");
    if (!scope) return scope.error();
    withdrawal.scope = std::move(*scope);
    const auto session = optional_id_of<base::SessionId>(members, "session");
    if (!session) return session.error();
    withdrawal.session = *session;
    const auto written = desk.authority.withdraw(withdrawal, request.said());
    if (written) heed(request, desk, withdrawal.session);
    return as_written(written);
}

Reply judge(const Request& request, const Desk& desk) {
    const auto person = id_of<base::RecordId>(request.members, "person");
    if (!person) return person.error();
    const auto suitable = flag_of(request.members, "suitable", true);
    if (!suitable) return suitable.error();
    const auto done = desk.authority.judge_subject(*person, *suitable, request.said());
    if (!done) return done.error();
    return json::object{};
}

constexpr std::array kVerbs{
    Verb{"consent.texts", always<Action::SeeStatus>, texts},
    Verb{"consent.record", always<Action::RecordConsent>, record},
    Verb{"consent.withdraw", always<Action::WithdrawConsent>, withdraw},
    // As the applicant is checked in, or whenever something changes.
    Verb{"subject.judge", always<Action::ReportIncident>, judge},
};

}  // namespace

std::span<const Verb> consent_verbs() { return kVerbs; }

}  // namespace sightline::kiosk
