#include "appliance/kiosk/share_consent.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <string>

#include "session/consent/ledger.h"

namespace sightline::kiosk {
namespace {

using model::Consent;
using model::ConsentItem;

bool is_about(const Consent& consent, std::string_view state) {
    return consent.item == ConsentItem::ShareDossier && consent.scope == state;
}

// Who was interviewed, and whoever else has answered for themselves. That somebody is a child shows
// by a guardian's answer for them.
std::vector<consent::Subject> subjects_of(const storage::FormFile& file, std::string_view state) {
    std::vector<base::RecordId> ids = file.interviewed;
    for (const auto& each : file.consents) {
        if (is_about(each, state)) ids.push_back(each.on_behalf ? *each.on_behalf : each.person);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<consent::Subject> subjects;
    for (const auto id : ids) {
        consent::Subject subject{id};
        for (const auto& each : file.consents) {
            if (each.on_behalf != id) continue;
            subject.child = true;
            subject.guardian = each.person;
        }
        subjects.push_back(subject);
    }
    return subjects;
}

}  // namespace

Sharing sharing_of(const storage::FormFile& file, std::string_view state) {
    consent::Ledger ledger;
    ledger.set_subjects(subjects_of(file, state));
    for (const auto& each : file.consents) ledger.add(each);
    if (ledger.declined(ConsentItem::ShareDossier, state)) return Sharing::Declined;
    return ledger.in_force(ConsentItem::ShareDossier, state) ? Sharing::Given : Sharing::NotAsked;
}

std::vector<Consent> last_words(const storage::FormFile& file, std::string_view state) {
    std::vector<Consent> last;
    for (const auto& each : file.consents) {
        if (!is_about(each, state)) continue;
        std::erase_if(last, [&](const Consent& before) {
            return before.person == each.person && before.on_behalf == each.on_behalf;
        });
        last.push_back(each);
    }
    return last;
}

storage::sync::Change change_of(const Consent& consent) {
    std::string person = consent.person.text();
    if (consent.on_behalf) person += "." + consent.on_behalf->text();
    return {storage::sync::Change::Kind::Consent,
            "consents/" + person + "/share-dossier/" + consent.scope,
            boost::json::object{{"id", consent.id.text()},
                                {"text_sha256", consent.text_sha256},
                                {"language", consent.language},
                                {"mode", model::name_of(consent.mode)},
                                {"interpreter", consent.interpreter},
                                {"witness", consent.witness},
                                {"basis", model::name_of(consent.basis)},
                                {"at", model::to_rfc3339(consent.at)},
                                {"signature", consent.signature}},
            consent.answer};
}

}  // namespace sightline::kiosk
