// What of a dossier one member of the case may be shown. Each person may keep facts from the others
// of their own case, and a printed or exported form is handed to one of them at a time. Any thread.
#pragma once

#include <optional>

#include "session/dossier/form.h"

namespace sightline::dossier {

// For `reader`, a person of the case, or for nobody in particular. Without the confidential
// statements and documents of others, and without what of another person's own part is between them
// and the office: gender, phone, specific needs, preferences, remarks. The refugee claim stays: it
// is the case's, and what one person tells alone belongs in a confidential statement.
Form shown_to(std::optional<base::RecordId> reader, Form form);

}  // namespace sightline::dossier
