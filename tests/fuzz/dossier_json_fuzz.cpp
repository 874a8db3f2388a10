// Whatever the bytes are: dossiers that are read are well formed, come out of JSON and of flat
// fields as they went in, and importing them twice changes nothing; all else says what is wrong.
#include "appliance/base/check.h"
#include "session/dossier/import_plan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    using namespace sightline::dossier;
    auto import = read_json(base::as_text({data, size}));
    if (!import) {
        CHECK(!import.error().text.empty());
        return 0;
    }
    std::vector<Form> forms;
    std::vector<Import> imports;
    for (auto& one : import->dossiers) {
        CHECK(faults_of(one.form).empty());
        const auto again = form_of(fields_of(one.form));
        CHECK(again && *again == one.form);
        forms.push_back(one.form);
        imports.push_back(import_of(std::move(one)));
    }
    for (const auto& finding : import->findings.kept()) CHECK(!text_of(finding).empty());

    const auto again = read_json(write_json(forms));
    CHECK(again && again->dossiers.size() == forms.size());
    for (std::size_t i = 0; i < forms.size(); ++i) CHECK(again->dossiers[i].form == forms[i]);

    const auto new_id = [] { return base::RecordId::random(); };
    for (const auto& planned : plan_import(forms, imports, new_id)) {
        CHECK(planned.effect == Effect::Unchanged);
    }
    return 0;
}
