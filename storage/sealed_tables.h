// The rows of the sealed store, in and out, with statements prepared once. It knows no keys and no
// rules. Throws SQLite::Exception, which Store turns into a sentence. One thread; must not outlive
// the connection it was made with.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <functional>
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
};
// What stands for a record in its dossier's digest.
struct RecordMark {
    RecordKind kind = RecordKind::Note;
    std::uint64_t version = 0;
    base::Bytes tag;
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
    bool put_dossier_head(base::DossierId id, std::uint64_t version, base::ByteView head);
    void put_wrapped(base::DossierId id, base::ByteView wrapped);
    // With its records.
    void remove_dossier(base::DossierId id);

    std::vector<RecordRow> records(base::DossierId dossier);  // by id
    std::optional<RecordMark> mark(base::DossierId dossier, base::RecordId id);
    void put_record(base::DossierId dossier, const RecordRow& row);
    void remove_record(base::DossierId dossier, base::RecordId id);

  private:
    SQLite::Statement any_, store_, newest_, put_store_, put_store_head_, put_leaf_head_,
        clear_head_;
    SQLite::Statement dossier_, each_dossier_, put_dossier_, put_dossier_head_, put_wrapped_;
    SQLite::Statement remove_dossier_, remove_records_;
    SQLite::Statement records_, mark_, put_record_, remove_record_;
};

}  // namespace sightline::storage
