#include "appliance/kiosk/consent_signature.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace sightline::kiosk {

namespace json = boost::json;

std::string consent_statement(const model::Consent& consent, base::SessionId session) {
    json::value on_behalf;
    if (consent.on_behalf) on_behalf = consent.on_behalf->text();
    json::object statement{{"session", session.text()},
                           {"id", consent.id.text()},
                           {"person", consent.person.text()},
                           {"on_behalf", std::move(on_behalf)},
                           {"item", model::name_of(consent.item)},
                           {"scope", consent.scope},
                           {"answer", model::name_of(consent.answer)},
                           {"text_sha256", consent.text_sha256},
                           {"language", consent.language},
                           {"mode", model::name_of(consent.mode)},
                           {"interpreter", consent.interpreter},
                           {"witness", consent.witness},
                           {"basis", model::name_of(consent.basis)},
                           {"at", consent.at.time_since_epoch().count()}};
    // Only where there is one, so that what was signed before there were any is still what it was.
    if (!consent.mark.empty()) statement["mark"] = consent.mark;
    return json::serialize(statement);
}

std::string sign_consent(const model::Consent& consent, base::SessionId session,
                         const signature::DeviceKey& key) {
    return key.sign(consent_statement(consent, session), kConsentPurpose);
}

}  // namespace sightline::kiosk
