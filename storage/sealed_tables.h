// The rows of the sealed store, in and out, with statements prepared once. It knows no keys and no
// rules. Throws SQLite::Exception, which Store turns into a sentence. One thread; must not outlive
// the connection it was made with.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "storage/dossier_seal.h"
#include "storage/keyring.h"

namespace sightline::storage {

struct StoreRow {
    SealedEpoch epoch;
    std::uint64_t version = 0;
    base::Bytes head;
};
struct DossierRow {
    base::DossierId id;
    std::uint64_t version = 0;
    base::Bytes head;
    base::Bytes wrapped;
    std::uint64_t newest = 0;  // the row of its newest record; 0: it has none
};
// Where a record lies, and what stands for it in its dossier's digest.
struct RecordMark {
    std::uint64_t row = 0;
    std::uint64_t previous = 0;  // the row of the dossier's record before it; 0: none
    RecordKind kind = RecordKind::Note;
    std::uint64_t version = 0;
    base::Bytes tag;
};
using RecordMarks = std::map<base::RecordId, RecordMark>;

// A dossier whose keys are at hand.
struct OpenDossier {
    DossierSeal seal;
    DossierHead head;
    std::uint64_t version = 0;
    std::uint64_t newest = 0;            // as in its row
    std::optional<RecordMarks> records;  // once somebody has needed them
};

class SealedTables {
  public:
    explicit SealedTables(SQLite::Database& sqlite);

    bool empty();  // no dossier, no audit leaf
    std::optional<StoreRow> store();
    void put_store(const StoreRow& row);
    // `leaves`: of the audit log, before the commit and with it.
    void put_head(std::uint64_t version, base::ByteView head, std::uint64_t leaves_before,
                  std::uint64_t leaves);

    std::optional<DossierRow> dossier(base::DossierId id);
    void each_dossier(const std::function<void(DossierRow)>& visit);  // by id
    void put_dossier(const DossierRow& row);
    // In place of the version before. False: that is not there.
    bool put_dossier_head(base::DossierId id, std::uint64_t version, base::ByteView head,
                          std::uint64_t newest);
    void put_wrapped(base::DossierId id, base::ByteView wrapped);
    // With its records, and the chunks of its attachments.
    void remove_dossier(base::DossierId id);

    // As the dossier's row leads to them; those that cannot be reached are not there.
    std::vector<RecordRow> records(base::DossierId dossier);  // by id
    RecordMarks marks(base::DossierId dossier);
    // Returns its row. The caller sees to the dossier's `newest`, here and below.
    std::uint64_t append_record(base::DossierId dossier, std::uint64_t previous,
                                const RecordRow& record);
    void replace_record(std::uint64_t row, const RecordRow& record);
    void set_previous(std::uint64_t row, std::uint64_t previous);
    void remove_record(std::uint64_t row);

  private:
    SQLite::Database& sqlite_;
    SQLite::Statement any_, store_, newest_, put_store_, put_store_head_, put_leaf_head_,
        clear_head_;
    SQLite::Statement dossier_, each_dossier_, put_dossier_, put_dossier_head_, put_wrapped_;
    SQLite::Statement remove_dossier_, remove_records_, remove_chunks_, remove_waiting_;
    SQLite::Statement records_, marks_, append_record_, replace_record_, set_previous_,
        remove_record_;
};

}  // namespace sightline::storage
