#include "appliance/kiosk/dossier_desk.h"

#include <algorithm>
#include <utility>

#include "appliance/base/log.h"
#include "appliance/kiosk/form_merge.h"
#include "session/dossier/rules.h"
#include "storage/transaction.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using dossier::Fields;
using storage::ReleaseStanding;
using storage::audit::Action;

constexpr std::size_t kMaxFormsListed = 1000;

}  // namespace

base::Error no_form(base::DossierId id) {
    return {Errc::NotFound, "open dossier " + id.text() +
                                ": it has no registration form that can be read here; `sightline "
                                "dossier list` says which have"};
}

DossierDesk::DossierDesk(storage::Store& store)
    : store_(store), journal_(store), forms_(store), attachments_(store) {}

void DossierDesk::load(const signature::DeviceKey& signing, model::RecordTime now) {
    auto kept = journal_.sealing_key();
    if (!kept) {
        kept = storage::SiteSealingKey{
            base::RecordId::random(),
            std::string(signature::SealingKey::random().secret_jwk().reveal_text())};
        store_.write([&](auto& transaction) { journal_.put(transaction, *kept); });
    }
    auto own = signature::DeviceKey::parse(signing.secret_jwk());
    auto sealing = signature::SealingKey::parse(base::Secret(kept->secret_jwk));
    if (!own || !sealing) {
        throw storage::StorageError("read this kiosk's keys: they are none; restore a backup");
    }
    keys_ = std::make_shared<const SyncKeys>(SyncKeys{std::move(*own), std::move(*sealing)});
    reload(now);
}

void DossierDesk::reload(model::RecordTime now) {
    circles_.clear();
    if (!keys_) return;
    for (auto& circle : journal_.circles()) {
        circles_.push_back(std::make_unique<DossierSync>(store_, std::move(circle), keys_, now));
    }
    heed_all_consents({"kiosk", now});
    // What a crash left half told.
    for (const auto& circle : circles_) {
        for (const auto id : circle->dossiers()) {
            const auto done = finish(id, circle->circle().id, {"kiosk", now});
            if (!done) spdlog::warn("sync.unfinished why=\"{}\"", done.error().text);
        }
    }
}

std::vector<DossierSync*> DossierDesk::circles() {
    std::vector<DossierSync*> all;
    for (const auto& each : circles_) all.push_back(each.get());
    return all;
}

DossierSync* DossierDesk::find(base::RecordId circle) {
    for (const auto& each : circles_) {
        if (each->circle().id == circle) return each.get();
    }
    return nullptr;
}

base::Result<DossierSync*> DossierDesk::take_circle(const std::string& root_jwk,
                                                    const std::string& list_jws,
                                                    const std::string& state,
                                                    const storage::Said& said) {
    const auto root = signature::PublicKey::parse(root_jwk);
    if (!root) return root.error();
    const auto list = sync::CircleList::verify(list_jws, *root);
    if (!list) return list.error();
    if (!dossier::is_country(state)) {
        return Error{Errc::Malformed,
                     "take a circle: name the delegation's state by its three letters, such as "
                     "NLD"};
    }
    for (const auto& each : circles_) {
        const bool same_root = each->circle().root_jwk == root->jwk();
        const bool same_state = each->circle().state == state;
        if (same_root && same_state) {
            if (auto taken = each->take_list(list_jws, said); !taken) return taken.error();
            return each.get();
        }
        if (same_root || same_state) {
            return Error{Errc::Conflict,
                         "take a circle: this kiosk is in another delegation's "
                         "circle for " +
                             each->circle().state +
                             ", or in this one for another state; ask the "
                             "delegation which of the two is right"};
        }
    }
    const auto self =
        std::find_if(list->sites.begin(), list->sites.end(), [&](const sync::CircleSite& each) {
            return !each.removed && each.signing == keys_->signing.public_key() &&
                   each.sealing == keys_->sealing.public_key();
        });
    if (self == list->sites.end()) {
        return Error{Errc::NotFound,
                     "take a circle: this kiosk is not in it; send the delegation what `sightline "
                     "dossier circle keys` prints, and have a new list issued"};
    }
    const storage::SyncCircle circle{
        base::RecordId::random(), state,       root->jwk(), list_jws, "", self->site, 1,
        store_.incarnation(),     std::nullopt};
    store_.write([&](storage::Transaction& transaction) {
        journal_.put(transaction, circle);
        transaction.audit(
            said.at, said.by, Action::CircleTaken, storage::kSiteDossier,
            state + ", list " + std::to_string(list->number) + ", site " + self->site.text());
    });
    circles_.push_back(std::make_unique<DossierSync>(store_, circle, keys_, said.at));
    return circles_.back().get();
}

DossierDesk::Opened DossierDesk::read(base::DossierId id) {
    auto file = forms_.read(id);
    if (!file) return {};
    Opened opened{std::move(*file), std::nullopt};
    if (opened.file.form) opened.form = form_of_record(opened.file.form->form);
    return opened;
}

void DossierDesk::put_form(storage::Transaction& transaction, base::DossierId dossier,
                           const dossier::Form& form, base::RecordId record) {
    std::vector<model::Person> persons;
    for (const auto& person : form.persons) persons.push_back(person.basics);
    forms_.put(transaction, dossier, {record, record_of(form)},
               dossier::number_key(form.subject.number), persons);
}

base::Result<DossierDesk::Imported> DossierDesk::import(const dossier::Import& one,
                                                        const storage::Said& said) {
    std::vector<Opened> known;
    std::vector<dossier::Form> existing;
    for (const auto id : forms_.find_by_number(dossier::number_key(one.form.subject.number))) {
        auto opened = read(id);
        if (!opened.form) continue;
        existing.push_back(*opened.form);
        known.push_back(std::move(opened));
    }
    auto planned = std::move(dossier::plan_import(existing, std::span(&one, 1), [] {
                                 return base::RecordId::random();
                             }).front());
    Imported done{{}, planned.effect, planned.reason};
    if (planned.existing) done.dossier = known[*planned.existing].file.id;
    if (auto fits = check_size(planned.form); !fits) return fits.error();
    if (planned.effect == dossier::Effect::Created) {
        store_.write([&](storage::Transaction& transaction) {
            done.dossier = forms_.create(transaction, said.at);
            put_form(transaction, done.dossier, planned.form, base::RecordId::random());
            transaction.audit(said.at, said.by, Action::DossierCreated, done.dossier,
                              "imported form");
        });
    }
    if (planned.effect == dossier::Effect::Changed) {
        const auto written =
            write(known[*planned.existing], planned.form, changes_of(planned.changes),
                  Action::DossierWritten, "form, by an import", said);
        if (!written) return written.error();
    }
    return done;
}

json::array DossierDesk::list(const storage::Said& said) {
    // Case numbers of everybody are shown.
    store_.write([&](storage::Transaction& transaction) {
        transaction.audit(said.at, said.by, Action::DossierOpened, storage::kSiteDossier,
                          "list of registration forms");
    });
    json::array out;
    for (const auto id : forms_.all()) {
        const auto opened = read(id);
        json::array states;
        for (const auto& release : opened.file.releases) {
            if (release.standing == ReleaseStanding::InForce) states.emplace_back(release.state);
        }
        json::object line{{"dossier", id.text()},
                          {"created", model::to_rfc3339(opened.file.terms.created)},
                          {"readable", opened.form.has_value()},
                          {"released_to", std::move(states)}};
        if (opened.form) {
            line["number"] = opened.form->subject.number;
            line["persons"] = opened.form->persons.size();
        }
        out.push_back(std::move(line));
        if (out.size() == kMaxFormsListed) break;
    }
    return out;
}

base::Result<DossierDesk::Opened> DossierDesk::open(base::DossierId id, const storage::Said& said) {
    if (id == storage::kSiteDossier || !store_.exists(id)) return no_form(id);
    // The leaf first: nobody sees what nobody knows they saw.
    store_.write([&](storage::Transaction& transaction) {
        transaction.audit(said.at, said.by, Action::DossierOpened, id, "form");
    });
    auto opened = read(id);
    if (!opened.form && opened.file.releases.empty()) return no_form(id);
    return opened;
}

base::Result<dossier::Form> DossierDesk::hand_out(base::DossierId id, const storage::Said& said) {
    const auto opened = store_.exists(id) ? read(id) : Opened{};
    if (!opened.form) return no_form(id);
    store_.write([&](storage::Transaction& transaction) {
        transaction.audit(said.at, said.by, Action::DossierExported, id, "form");
    });
    return *opened.form;
}

base::Result<void> DossierDesk::edit(base::DossierId id, const dossier::Changes& changes,
                                     const storage::Said& said) {
    heed_consents(id, said);
    const auto opened = store_.exists(id) ? read(id) : Opened{};
    if (!opened.form) return no_form(id);
    const auto form = dossier::form_of(dossier::changed(dossier::fields_of(*opened.form), changes));
    if (!form) return form.error();
    if (auto fits = check_size(*form); !fits) return fits.error();
    if (changes.empty()) return {};
    return write(opened, *form, changes_of(changes), Action::DossierWritten,
                 "form, fields " + std::to_string(changes.set.size() + changes.removed.size()),
                 said);
}

base::Result<void> DossierDesk::remove(base::DossierId id, const std::string& path,
                                       const storage::Said& said) {
    const auto opened = store_.exists(id) ? read(id) : Opened{};
    if (!opened.form) return no_form(id);
    dossier::Changes changes;
    for (const auto& [each, value] : dossier::fields_of(*opened.form)) {
        if (each == path || each.starts_with(path + "/")) changes.removed.push_back(each);
    }
    if (changes.empty()) {
        return Error{Errc::NotFound, "remove a field: the form has no " + path.substr(0, 64) +
                                         "; `sightline dossier show` lists what it has"};
    }
    return edit(id, changes, said);
}

base::Result<void> DossierDesk::settle(base::DossierId id, const std::string& path,
                                       std::size_t pick, const storage::Said& said) {
    const auto opened = store_.exists(id) ? read(id) : Opened{};
    for (const auto& release : opened.file.releases) {
        auto* circle = find(release.circle);
        const auto* history = circle != nullptr ? circle->history(release.pseudonym) : nullptr;
        if (history == nullptr) continue;
        const auto state = history->state();
        const auto field = state.fields.find(path);
        if (field == state.fields.end() || !field->second.in_conflict()) continue;
        if (pick == 0 || pick > field->second.entries.size()) break;
        const auto& value = field->second.entries[pick - 1].value;
        return value ? edit(id, {{{path, *value}}, {}}, said) : remove(id, path, said);
    }
    return Error{Errc::NotFound, "settle a conflict: there is none of " + path.substr(0, 64) +
                                     " with a value of that number; `sightline dossier "
                                     "conflicts` lists them"};
}

base::Result<void> DossierDesk::write(const Opened& opened,
                                      const std::optional<dossier::Form>& form,
                                      const std::vector<sync::Change>& changes, Action action,
                                      const std::string& detail, const storage::Said& said,
                                      const Body& also) {
    std::vector<Step> steps;
    for (const auto& release : opened.file.releases) {
        auto* circle = find(release.circle);
        if (circle == nullptr || release.standing != ReleaseStanding::InForce) continue;
        const std::size_t first = fitting(changes);
        auto op = circle->make(
            release.pseudonym,
            {changes.begin(), changes.begin() + static_cast<std::ptrdiff_t>(first)}, said);
        if (!op) return op.error();
        steps.push_back({circle, release, std::move(*op)});
        if (first < changes.size()) steps.back().release.unfinished = true;
    }
    commit(
        steps,
        [&](storage::Transaction& transaction) {
            if (form) put_form(transaction, opened.file.id, *form, opened.file.form->id);
            if (also) also(transaction);
            transaction.audit(said.at, said.by, action, opened.file.id, detail);
        },
        opened.file);
    for (const auto& step : steps) {
        const auto done = finish(opened.file.id, step.release.circle, said);
        if (!done) return done.error();
    }
    return {};
}

void DossierDesk::commit(const std::vector<Step>& steps, const Body& body,
                         const storage::FormFile& file) {
    try {
        store_.write([&](storage::Transaction& transaction) {
            body(transaction);
            auto rows = file.attachments;
            for (const auto& step : steps) {
                forms_.put(transaction, file.id, step.release);
                step.circle->store(transaction, step.op, file.id);
                tell(transaction, step, file.id, rows);
            }
        });
    } catch (...) {
        for (const auto& step : steps) step.circle->doubt();
        throw;
    }
    for (const auto& step : steps) step.circle->apply(step.op, file.id);
}

}  // namespace sightline::kiosk
