#include "storage/sealed_tables.h"

#include <SQLiteCpp/Database.h>

#include <algorithm>
#include <string>

#include "storage/row.h"
#include "storage/seal/aead.h"

namespace sightline::storage {
namespace {

template <std::size_t N>
void copy_into(std::array<std::uint8_t, N>& out, const base::Bytes& bytes) {
    std::copy_n(bytes.begin(), std::min(N, bytes.size()), out.begin());
}

DossierRow read_dossier(const Use& row) {
    return {base::DossierId::from_value(row.number(0)), row.number(1), row.bytes(2), row.bytes(3),
            row.number(4)};
}

// The rows of a dossier's records, newest first: at most once each, wherever a damaged row leads.
std::string in_chain(const char* query) {
    return std::string(
               "WITH RECURSIVE chain(row, previous) AS ("
               "SELECT row, previous FROM record "
               "WHERE row = (SELECT newest FROM dossier WHERE id = ?1) AND dossier = ?1 "
               "UNION SELECT record.row, record.previous FROM chain CROSS JOIN record "
               "ON record.row = chain.previous WHERE record.dossier = ?1) ") +
           query;
}

// A number that is no kind's becomes one that opens nothing.
RecordKind kind_of(std::uint64_t number) {
    return number > 0xff ? RecordKind{0} : static_cast<RecordKind>(number);
}

}  // namespace

SealedTables::SealedTables(SQLite::Database& db)
    : sqlite_(db),
      any_(db, "SELECT EXISTS(SELECT 1 FROM dossier) OR EXISTS(SELECT 1 FROM audit_leaf)"),
      store_(db,
             "SELECT id, epoch, pin_salt, pin_log2_n, sealed_key, version, head FROM store "
             "WHERE one = 1"),
      newest_(db, "SELECT version, head FROM audit_leaf ORDER BY seq DESC LIMIT 1"),
      put_store_(db, "INSERT OR REPLACE INTO store VALUES (1, ?, ?, ?, ?, ?, ?, ?)"),
      put_store_head_(db, "UPDATE store SET version = ?, head = ?"),
      put_leaf_head_(db, "UPDATE audit_leaf SET version = ?, head = ? WHERE seq = ?"),
      clear_head_(db, "UPDATE audit_leaf SET version = NULL, head = NULL WHERE seq = ?"),
      dossier_(db, "SELECT id, version, head, wrapped, newest FROM dossier WHERE id = ?"),
      each_dossier_(db, "SELECT id, version, head, wrapped, newest FROM dossier ORDER BY id"),
      put_dossier_(db, "INSERT OR REPLACE INTO dossier VALUES (?, ?, ?, ?, ?)"),
      put_dossier_head_(db,
                        "UPDATE dossier SET version = ?, head = ?, newest = ? "
                        "WHERE id = ? AND version = ?"),
      put_wrapped_(db, "UPDATE dossier SET wrapped = ? WHERE id = ?"),
      remove_dossier_(db, "DELETE FROM dossier WHERE id = ?"),
      remove_records_(db, in_chain("DELETE FROM record WHERE row IN (SELECT row FROM chain)")),
      remove_chunks_(db, "DELETE FROM chunk WHERE dossier = ?"),
      remove_waiting_(db, "DELETE FROM chunk_waiting WHERE dossier = ?"),
      records_(db, in_chain("SELECT id, kind, version, body FROM chain CROSS JOIN record "
                            "USING (row) ORDER BY id")),
      marks_(db, in_chain("SELECT row, record.previous, id, kind, version, substr(body, -16) "
                          "FROM chain CROSS JOIN record USING (row)")),
      append_record_(db,
                     "INSERT INTO record (dossier, previous, id, kind, version, body) "
                     "VALUES (?, ?, ?, ?, ?, ?)"),
      replace_record_(db, "UPDATE record SET kind = ?, version = ?, body = ? WHERE row = ?"),
      set_previous_(db, "UPDATE record SET previous = ? WHERE row = ?"),
      remove_record_(db, "DELETE FROM record WHERE row = ?") {}

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
    use.bind(5, row.newest);
    use->exec();
}

bool SealedTables::put_dossier_head(base::DossierId id, std::uint64_t version, base::ByteView head,
                                    std::uint64_t newest) {
    Use use(put_dossier_head_);
    use.bind(1, version).bind(2, head).bind(3, newest).bind(4, id).bind(5, version - 1);
    return use->exec() == 1;
}

void SealedTables::put_wrapped(base::DossierId id, base::ByteView wrapped) {
    Use use(put_wrapped_);
    use.bind(1, wrapped).bind(2, id);
    use->exec();
}

void SealedTables::remove_dossier(base::DossierId id) {
    for (auto* statement :
         {&remove_records_, &remove_chunks_, &remove_waiting_, &remove_dossier_}) {
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

RecordMarks SealedTables::marks(base::DossierId dossier) {
    Use use(marks_);
    use.bind(1, dossier);
    RecordMarks marks;
    while (use->executeStep()) {
        marks.emplace(base::RecordId::from_value(use.number(2)),
                      RecordMark{use.number(0), use.number(1), kind_of(use.number(3)),
                                 use.number(4), use.bytes(5)});
    }
    return marks;
}

std::uint64_t SealedTables::append_record(base::DossierId dossier, std::uint64_t previous,
                                          const RecordRow& record) {
    Use use(append_record_);
    use.bind(1, dossier).bind(2, previous).bind(3, record.id);
    use.bind(4, static_cast<std::uint64_t>(record.kind)).bind(5, record.version);
    use.bind(6, base::ByteView(record.body));
    use->exec();
    return static_cast<std::uint64_t>(sqlite_.getLastInsertRowid());
}

void SealedTables::replace_record(std::uint64_t row, const RecordRow& record) {
    Use use(replace_record_);
    use.bind(1, static_cast<std::uint64_t>(record.kind)).bind(2, record.version);
    use.bind(3, base::ByteView(record.body)).bind(4, row);
    use->exec();
}

void SealedTables::set_previous(std::uint64_t row, std::uint64_t previous) {
    Use use(set_previous_);
    use.bind(1, previous).bind(2, row);
    use->exec();
}

void SealedTables::remove_record(std::uint64_t row) {
    Use use(remove_record_);
    use.bind(1, row);
    use->exec();
}

}  // namespace sightline::storage
