#include "storage/sealed_tables.h"

#include <algorithm>

#include "storage/row.h"
#include "storage/seal/aead.h"

namespace sightline::storage {
namespace {

template <std::size_t N>
void copy_into(std::array<std::uint8_t, N>& out, const base::Bytes& bytes) {
    std::copy_n(bytes.begin(), std::min(N, bytes.size()), out.begin());
}

DossierRow read_dossier(const Use& row) {
    return {base::DossierId::from_value(row.number(0)), row.number(1), row.bytes(2), row.bytes(3)};
}

// A number that is no kind's becomes one that opens nothing.
RecordKind kind_of(std::uint64_t number) {
    return number > 0xff ? RecordKind{0} : static_cast<RecordKind>(number);
}

}  // namespace

SealedTables::SealedTables(SQLite::Database& db)
    : any_(db, "SELECT EXISTS(SELECT 1 FROM dossier) OR EXISTS(SELECT 1 FROM audit_leaf)"),
      store_(db,
             "SELECT id, epoch, pin_salt, pin_log2_n, sealed_key, version, head FROM store "
             "WHERE one = 1"),
      newest_(db, "SELECT version, head FROM audit_leaf ORDER BY seq DESC LIMIT 1"),
      put_store_(db, "INSERT OR REPLACE INTO store VALUES (1, ?, ?, ?, ?, ?, ?, ?)"),
      put_store_head_(db, "UPDATE store SET version = ?, head = ?"),
      put_leaf_head_(db, "UPDATE audit_leaf SET version = ?, head = ? WHERE seq = ?"),
      clear_head_(db, "UPDATE audit_leaf SET version = NULL, head = NULL WHERE seq = ?"),
      dossier_(db, "SELECT id, version, head, wrapped FROM dossier WHERE id = ?"),
      each_dossier_(db, "SELECT id, version, head, wrapped FROM dossier ORDER BY id"),
      put_dossier_(db, "INSERT OR REPLACE INTO dossier VALUES (?, ?, ?, ?)"),
      put_dossier_head_(db,
                        "UPDATE dossier SET version = ?, head = ? WHERE id = ? AND version = ?"),
      put_wrapped_(db, "UPDATE dossier SET wrapped = ? WHERE id = ?"),
      remove_dossier_(db, "DELETE FROM dossier WHERE id = ?"),
      remove_records_(db, "DELETE FROM record WHERE dossier = ?"),
      records_(db, "SELECT id, kind, version, body FROM record WHERE dossier = ? ORDER BY id"),
      mark_(db, "SELECT kind, version, substr(body, -16) FROM record WHERE dossier = ? AND id = ?"),
      put_record_(db, "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?)"),
      remove_record_(db, "DELETE FROM record WHERE dossier = ? AND id = ?") {}

bool SealedTables::empty() {
    const Use use(any_);
    return !use->executeStep() || use.number(0) == 0;
}

std::optional<StoreRow> SealedTables::store() {
    const Use use(store_);
    if (!use->executeStep()) return std::nullopt;
    StoreRow row;
    copy_into(row.epoch.store, use.bytes(0));
    row.epoch.epoch = use.number(1);
    copy_into(row.epoch.pin_salt, use.bytes(2));
    row.epoch.pin_log2_n = static_cast<std::uint32_t>(use.number(3));
    row.epoch.sealed_key = use.bytes(4);
    row.version = use.number(5);
    row.head = use.bytes(6);
    const Use newest(newest_);
    if (newest->executeStep()) {
        // Without one the newest leaf has gone: an empty head opens nothing.
        row.version = newest.number(0);
        row.head = newest.bytes(1);
    }
    return row;
}

void SealedTables::put_store(const StoreRow& row) {
    Use use(put_store_);
    use.bind(1, base::ByteView(row.epoch.store)).bind(2, row.epoch.epoch);
    use.bind(3, base::ByteView(row.epoch.pin_salt))
        .bind(4, std::uint64_t{row.epoch.pin_log2_n})
        .bind(5, base::ByteView(row.epoch.sealed_key));
    use.bind(6, row.version).bind(7, base::ByteView(row.head));
    use->exec();
}

void SealedTables::put_head(std::uint64_t version, base::ByteView head, std::uint64_t leaves_before,
                            std::uint64_t leaves) {
    if (leaves == 0) {
        Use use(put_store_head_);
        use.bind(1, version).bind(2, head);
        use->exec();
        return;
    }
    if (leaves_before != leaves && leaves_before > 0) {
        Use use(clear_head_);
        use.bind(1, leaves_before - 1);
        use->exec();
    }
    Use use(put_leaf_head_);
    use.bind(1, version).bind(2, head).bind(3, leaves - 1);
    use->exec();
}

std::optional<DossierRow> SealedTables::dossier(base::DossierId id) {
    Use use(dossier_);
    use.bind(1, id);
    if (!use->executeStep()) return std::nullopt;
    return read_dossier(use);
}

void SealedTables::each_dossier(const std::function<void(DossierRow)>& visit) {
    const Use use(each_dossier_);
    while (use->executeStep()) visit(read_dossier(use));
}

void SealedTables::put_dossier(const DossierRow& row) {
    Use use(put_dossier_);
    use.bind(1, row.id).bind(2, row.version);
    use.bind(3, base::ByteView(row.head)).bind(4, base::ByteView(row.wrapped));
    use->exec();
}

bool SealedTables::put_dossier_head(base::DossierId id, std::uint64_t version,
                                    base::ByteView head) {
    Use use(put_dossier_head_);
    use.bind(1, version).bind(2, head).bind(3, id).bind(4, version - 1);
    return use->exec() == 1;
}

void SealedTables::put_wrapped(base::DossierId id, base::ByteView wrapped) {
    Use use(put_wrapped_);
    use.bind(1, wrapped).bind(2, id);
    use->exec();
}

void SealedTables::remove_dossier(base::DossierId id) {
    for (auto* statement : {&remove_records_, &remove_dossier_}) {
        Use use(*statement);
        use.bind(1, id);
        use->exec();
    }
}

std::vector<RecordRow> SealedTables::records(base::DossierId dossier) {
    Use use(records_);
    use.bind(1, dossier);
    std::vector<RecordRow> rows;
    while (use->executeStep()) {
        rows.push_back({base::RecordId::from_value(use.number(0)), kind_of(use.number(1)),
                        use.number(2), use.bytes(3)});
    }
    return rows;
}

std::optional<RecordMark> SealedTables::mark(base::DossierId dossier, base::RecordId id) {
    Use use(mark_);
    use.bind(1, dossier).bind(2, id);
    if (!use->executeStep()) return std::nullopt;
    return RecordMark{kind_of(use.number(0)), use.number(1), use.bytes(2)};
}

void SealedTables::put_record(base::DossierId dossier, const RecordRow& row) {
    Use use(put_record_);
    use.bind(1, dossier).bind(2, row.id).bind(3, static_cast<std::uint64_t>(row.kind));
    use.bind(4, row.version).bind(5, base::ByteView(row.body));
    use->exec();
}

void SealedTables::remove_record(base::DossierId dossier, base::RecordId id) {
    Use use(remove_record_);
    use.bind(1, dossier).bind(2, id);
    use->exec();
}

}  // namespace sightline::storage
