// The attachments of registration forms at this kiosk: what staff do with them. A document comes
// and goes in pieces of 1 MiB, none of which anybody can open before `attach` has kept all of them
// in one transaction with the form that lists it, the ops that tell of it, and the audit leaf.
// Throws StorageError. One thread; what is referred to must outlive it.
#pragma once

#include <boost/json/array.hpp>
#include <list>
#include <optional>
#include <string>

#include "appliance/kiosk/attachment_upload.h"
#include "appliance/kiosk/dossier_desk.h"
#include "storage/attachment_repository.h"

namespace sightline::kiosk {

class AttachmentDesk {
  public:
    AttachmentDesk(storage::Store& store, DossierDesk& dossiers);

    // Once the store is open: what a crash left half taken in goes.
    void load();

    // `upload`: as the answer to the first piece called it; none: this is the first. Of several
    // that are under way the one that has waited longest is given up for a fifth. Errors: NotFound,
    // those of AttachmentUpload::take.
    base::Result<base::RecordId> take_piece(base::DossierId dossier,
                                            std::optional<base::RecordId> upload,
                                            base::ByteView piece, const storage::Said& said);
    struct Order {
        std::string name;                     // a line of at most 120 bytes, no path
        std::string media_type;               // what it must be; empty: whatever it is
        std::optional<base::RecordId> about;  // a person of the case; none: all of it
        bool confidential = false;            // for that person alone
    };
    // Errors: NotFound, Malformed, TooLarge (the dossier has too many), those of DossierDesk::edit.
    // After one of them the pieces are still there.
    base::Result<base::RecordId> attach(base::RecordId upload, const Order& order,
                                        const storage::Said& said);

    // [{"id", "name", "bytes", "type", "from", "whole", ...}]; for `reader`, a person of the case,
    // without what is not theirs to see. Leaves its leaf. Errors: NotFound.
    base::Result<boost::json::array> list(base::DossierId dossier,
                                          std::optional<base::RecordId> reader,
                                          const storage::Said& said);
    struct Piece {
        storage::sync::Attachment attachment;
        base::Bytes bytes;
    };
    // Piece `place` from 0, each with its leaf. Errors: those of AttachmentRepository::piece.
    base::Result<Piece> read(base::DossierId dossier, base::RecordId id, std::size_t place,
                             std::optional<base::RecordId> reader, const storage::Said& said);
    // With its entry in the form. Errors: NotFound, those of DossierDesk::edit.
    base::Result<void> detach(base::DossierId dossier, base::RecordId id,
                              const storage::Said& said);

  private:
    struct Opened {
        storage::FormFile file;
        std::optional<dossier::Form> form;
        const dossier::FormDocument* listed(const storage::AttachmentRow& row) const;
        bool may_see(const std::optional<base::RecordId>& reader,
                     const storage::AttachmentRow& row) const;
    };
    base::Result<Opened> open(base::DossierId id);
    boost::json::object line_of(const Opened& opened, const storage::AttachmentRow& row);
    std::string origin_of(const storage::AttachmentRow& row);

    storage::Store& store_;
    DossierDesk& dossiers_;
    storage::FormRepository forms_;
    storage::AttachmentRepository attachments_;
    std::list<AttachmentUpload> uploads_;  // the one that was gone on with last is the last
};

}  // namespace sightline::kiosk
