// Two kiosks in one circle with a blind hub in memory between them, each over a sealed store of its
// own: real keys, no sockets.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "appliance/kiosk/dossier_desk.h"
#include "appliance/kiosk/form_merge.h"
#include "session/dossier/csv_form.h"
#include "storage/case_repository.h"
#include "storage/sync/relay.h"
#include "tests/support/memory_relay_store.h"
#include "tests/support/open_store.h"

namespace sightline::tests {

inline model::RecordTime moment(int seconds) {
    return model::RecordTime{std::chrono::seconds(1'700'000'000 + seconds)};
}
inline storage::Said staff(int seconds) { return {"staff 1a2b3c", moment(seconds)}; }

class DossierSite {
  public:
    DossierSite() { start(); }
    // As after kill -9.
    void restart() {
        desk.reset();
        store.restart();
        start();
    }
    kiosk::DossierSync& sync() { return *desk->circles().front(); }

    // A case of two persons, as a file brings it.
    base::DossierId a_case(const std::string& number = "100-24C00001") {
        const auto read =
            dossier::read_csv("case_number,individual_number,family_name,relation,birth_date\n" +
                              number + ",100-00000001,Applicant A,self,1984-06-11\n" + number +
                              ",100-00000002,Applicant B,spouse,1986\n");
        const auto one = dossier::import_of(read->cases.front());
        return desk->import(one, staff(1))->dossier;
    }
    dossier::Fields fields(base::DossierId id) {
        const auto opened = desk->open(id, staff(2));
        return opened && opened->form ? dossier::fields_of(*opened->form) : dossier::Fields();
    }
    // Of the principal applicant.
    base::RecordId person(base::DossierId id) {
        for (const auto& each : desk->open(id, staff(2))->form->persons) {
            if (each.basics.relation == dossier::kPrincipal) return each.basics.id;
        }
        return {};
    }
    void answer(base::DossierId id, model::ConsentAnswer answer, int at,
                const std::string& state = "NLD") {
        model::Consent consent;
        consent.id = base::RecordId::random();
        consent.person = person(id);
        consent.item = model::ConsentItem::ShareDossier;
        consent.scope = state;
        consent.answer = answer;
        consent.at = moment(at);
        storage::CaseRepository(*store).put(id, consent, staff(at)).value();
    }
    base::Result<void> set(base::DossierId id, const std::string& path, boost::json::value value,
                           int at = 10) {
        return desk->edit(id, {{{path, std::move(value)}}, {}}, staff(at));
    }
    std::vector<std::string> log(base::DossierId id) {
        std::vector<std::string> events;
        for (const auto& each : store->openings(id).value()) events.push_back(each.event);
        return events;
    }

    OpenStore store;
    signature::DeviceKey signing = signature::DeviceKey::random();
    std::optional<kiosk::DossierDesk> desk;

  private:
    void start() {
        desk.emplace(*store);
        desk->load(signing, moment(0));
    }
};

class DossierCircle {
  public:
    DossierCircle() {
        list.delegation = root.public_key().thumbprint();
        list.number = 1;
        list.recovery = recovery.public_key();
        add(a, "Kiosk 1");
        add(b, "Kiosk 2");
        for (auto* site : {&a, &b}) {
            take(*site).value();
            site->sync().know_hub(hub.public_key(), moment(0)).value();
        }
    }
    void add(DossierSite& site, const std::string& name) {
        list.sites.push_back({storage::sync::SiteId::random(), name, site.signing.public_key(),
                              site.desk->keys().sealing.public_key()});
    }
    base::Result<kiosk::DossierSync*> take(DossierSite& site, const std::string& state = "NLD") {
        return site.desk->take_circle(root.public_key().jwk(), list.issue(root).value(), state,
                                      staff(0));
    }
    // What a site has to send, to the hub; its receipts come back.
    void send(DossierSite& site) {
        const storage::sync::KnownKeys keys(list, hub.public_key());
        std::vector<storage::sync::Op> ops;
        for (const auto text : site.sync().to_send(100)) {
            ops.push_back(storage::sync::Op::parse(text, keys).value());
        }
        for (const auto& answer : relay.take(ops)) {
            if (answer.receipt.empty()) continue;
            site.sync().take_receipt(answer.receipt, moment(20)).value();
        }
    }
    // What the hub has for a site; gives how many took effect or waited.
    std::size_t fetch(DossierSite& site) {
        std::vector<storage::sync::SiteId> ids;
        for (const auto& each : list.sites) ids.push_back(each.site);
        std::size_t taken = 0;
        for (const auto& op : relay_store.after(ids, site.sync().marks(), 1000, 1 << 24)) {
            taken += site.sync().take(op, moment(30))->verdict == storage::sync::Verdict::Next;
        }
        return taken;
    }
    void exchange() {
        send(a);
        send(b);
        fetch(a);
        fetch(b);
    }
    // The other site's dossier of the same pseudonym.
    base::DossierId at(DossierSite& site, storage::sync::Pseudonym pseudonym) {
        for (const auto id : site.sync().dossiers()) {
            const auto opened = site.desk->open(id, staff(40));
            for (const auto& release : opened->file.releases) {
                if (release.pseudonym == pseudonym) return id;
            }
        }
        return {};
    }

    signature::DeviceKey root = signature::DeviceKey::random();
    signature::SealingKey recovery = signature::SealingKey::random();
    signature::DeviceKey hub = signature::DeviceKey::random();
    storage::sync::CircleList list;
    DossierSite a, b;
    storage::sync::MemoryRelayStore relay_store;
    storage::sync::DeviceSigner hub_signer{hub};
    storage::sync::Relay relay{hub_signer, relay_store};
};

}  // namespace sightline::tests
