// Whatever the bytes are: cases that are read are well formed, can be written and read again, and
// importing them twice changes nothing; all else says what is wrong.
#include "appliance/base/check.h"
#include "session/dossier/import_plan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    using namespace sightline::dossier;
    const std::string_view input = base::as_text({data, size});
    auto import = read_csv(input);
    if (!import) {
        CHECK(!import.error().text.empty());
        return 0;
    }
    std::vector<Form> forms;
    std::vector<Import> imports;
    for (auto& one : import->cases) {
        CHECK(faults_of(one.form).empty());
        CHECK(one.lines.size() == one.form.persons.size() && one.rows >= one.lines.size());
        forms.push_back(one.form);
        imports.push_back(import_of(std::move(one)));
    }
    for (const auto& finding : import->findings.kept()) CHECK(!text_of(finding).empty());

    const auto again = read_csv(write_csv(forms, ';'));
    CHECK(again && again->findings.refusals() == 0 && again->cases.size() == forms.size());

    std::uint64_t next = 1;
    const auto new_id = [&] { return base::RecordId::from_value(next++); };
    std::vector<Form> existing;
    for (auto& planned : plan_import({}, imports, new_id)) {
        CHECK(planned.effect == Effect::Created);
        existing.push_back(std::move(planned.form));
    }
    for (const auto& planned : plan_import(existing, imports, new_id)) {
        CHECK(planned.effect == Effect::Unchanged);
    }
    return 0;
}
