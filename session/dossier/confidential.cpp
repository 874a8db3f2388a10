#include "session/dossier/confidential.h"

#include <vector>

namespace sightline::dossier {

Form shown_to(std::optional<base::RecordId> reader, Form form) {
    std::erase_if(form.confidential,
                  [&](const ConfidentialStatement& said) { return said.person != reader; });
    std::erase_if(form.documents, [&](const FormDocument& document) {
        return document.confidential && document.document.about != reader;
    });
    for (FormPerson& person : form.persons) {
        if (person.basics.id == reader) continue;
        person.gender.clear();
        person.phone.clear();
        person.specific_needs.clear();
        person.needs_remarks.clear();
        person.interviewer_gender.reset();
        person.interpreter_gender.reset();
        person.remarks.clear();
    }
    return form;
}

}  // namespace sightline::dossier
