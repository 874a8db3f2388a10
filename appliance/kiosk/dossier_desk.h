// The registration forms at this kiosk, and all its circles: what staff do with a dossier, and what
// of it is released to whom. A form, the ops that tell circles of a change, and the audit leaf are
// one transaction. Throws StorageError. One thread; `store` must outlive it.
#pragma once

#include <boost/json/array.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/kiosk/dossier_sync.h"
#include "session/dossier/import_plan.h"
#include "storage/attachment_repository.h"

namespace sightline::kiosk {

// NotFound, and what to do.
base::Error no_form(base::DossierId id);

class DossierDesk {
  public:
    explicit DossierDesk(storage::Store& store);

    // Once the store is open: makes the sealing key at first, reads all circles, and ends releases
    // whose consent was withdrawn.
    void load(const signature::DeviceKey& signing, model::RecordTime now);
    // After an erasure: what was read of the dossiers goes from memory too.
    void reload(model::RecordTime now);
    bool is_loaded() const { return keys_ != nullptr; }
    const SyncKeys& keys() const { return *keys_; }

    // For the connections to the hub. Good until the next `load`, `reload` or `take_circle`.
    std::vector<DossierSync*> circles();
    // Also a newer list of a circle that is here. Errors: Malformed, Forbidden (the list is another
    // root's, or older), NotFound (this kiosk's keys are not in it), Conflict (another root for
    // this state).
    base::Result<DossierSync*> take_circle(const std::string& root_jwk, const std::string& list_jws,
                                           const std::string& state, const storage::Said& said);

    // Into the dossier that has this case number, or a new one; nothing is removed.
    struct Imported {
        base::DossierId dossier;
        dossier::Effect effect = dossier::Effect::Unchanged;
        std::string reason;  // why it is refused
    };
    base::Result<Imported> import(const dossier::Import& one, const storage::Said& said);
    // [{"dossier", "number", "persons", "released_to", ...}]: for finding one, at most 1000.
    boost::json::array list(const storage::Said& said);
    // Each look leaves its leaf, and so does an export. Errors: NotFound.
    struct Opened {
        storage::FormFile file;
        std::optional<dossier::Form> form;
    };
    base::Result<Opened> open(base::DossierId id, const storage::Said& said);
    base::Result<dossier::Form> hand_out(base::DossierId id, const storage::Said& said);
    // Errors: NotFound, Malformed (what the form cannot be), those of DossierSync::make.
    base::Result<void> edit(base::DossierId id, const dossier::Changes& changes,
                            const storage::Said& said);
    // The field, or the entry with all its fields. Errors: as of edit.
    base::Result<void> remove(base::DossierId id, const std::string& path,
                              const storage::Said& said);
    // The form with other documents, and the attachments that they are of. Errors: as of edit.
    struct Attaching {
        std::vector<storage::AttachmentRow> added;  // whose chunks are staged
        std::vector<storage::AttachmentRow> removed;
        std::string detail;  // of the audit leaf
    };
    base::Result<void> rewrite(base::DossierId id, const dossier::Form& form,
                               const Attaching& attaching, const storage::Said& said);
    // Has one of the values that stand against each other in the place of all of them; `pick` is
    // its number from 1, as `circles_of` has them. Errors: NotFound, and as of edit.
    base::Result<void> settle(base::DossierId id, const std::string& path, std::size_t pick,
                              const storage::Said& said);
    // Needs a consent to share the dossier with the state, and the reference of the agreement under
    // which it is transferred. Errors: NotFound, Malformed, Forbidden (no consent), Conflict (it is
    // released already), those of DossierSync::make.
    base::Result<sync::Pseudonym> release(base::DossierId id, const std::string& state,
                                          const std::string& agreement, const storage::Said& said);
    // Ends the dossier's releases to states to which somebody's last word is no.
    void heed_consents(base::DossierId id, const storage::Said& said);
    void heed_all_consents(const storage::Said& said);

    // What the dossier's circles say beside the form: [{"state", "standing", "origin", "pseudonym",
    // "conflicts", "office", "unreadable", "behind"}].
    boost::json::array circles_of(const storage::FormFile& file);

  private:
    struct Step {
        DossierSync* circle = nullptr;
        storage::Release release;
        sync::Arrival op;
    };
    using Body = std::function<void(storage::Transaction&)>;
    DossierSync* find(base::RecordId circle);
    // `also` writes in the same transaction.
    base::Result<void> write(const Opened& opened, const std::optional<dossier::Form>& form,
                             const std::vector<sync::Change>& changes,
                             storage::audit::Action action, const std::string& detail,
                             const storage::Said& said, const Body& also = {});
    void commit(const std::vector<Step>& steps, const Body& body, const storage::FormFile& file);
    // Of the attachments that the op tells of: that it does, and that their chunks wait to go.
    void tell(storage::Transaction& transaction, const Step& step, base::DossierId dossier,
              std::vector<storage::AttachmentRow>& rows);
    void put_form(storage::Transaction& transaction, base::DossierId dossier,
                  const dossier::Form& form, base::RecordId record);
    // Brings a circle up to the form, op by op.
    base::Result<void> finish(base::DossierId id, base::RecordId circle, const storage::Said& said);
    Opened read(base::DossierId id);

    storage::Store& store_;
    storage::SyncJournal journal_;
    storage::FormRepository forms_;
    storage::AttachmentRepository attachments_;
    std::shared_ptr<const SyncKeys> keys_;
    std::vector<std::unique_ptr<DossierSync>> circles_;
};

}  // namespace sightline::kiosk
