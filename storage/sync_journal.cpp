#include "storage/sync_journal.h"

#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <map>
#include <set>
#include <utility>

#include "appliance/base/hex.h"
#include "storage/audit/sha256.h"
#include "storage/guarded_read.h"
#include "storage/interview_records.h"
#include "storage/row.h"
#include "storage/sync/circle.h"
#include "storage/transaction.h"

namespace sightline::storage {
namespace {

std::string text_in(SQLite::Statement& statement, int column) {
    return statement.getColumn(column).getString();
}

// What was signed is read as it is: whether it is good is for sync to say.
std::string payload_of(std::string_view jws) {
    const auto first = jws.find('.');
    const auto last = jws.rfind('.');
    if (first == std::string_view::npos || first == last) return {};
    const auto payload = base::from_base64url(jws.substr(first + 1, last - first - 1));
    return payload ? std::string(base::as_text(*payload)) : std::string();
}

StorageError lies(Store& store, const char* what) {
    return StorageError("read what was synced from " + store.database().file().string() + ": " +
                        what +
                        "; put the file aside and restore the last backup with `sightline "
                        "restore`");
}

template <class T>
std::vector<T> all_of_kind(const Dossier& dossier) {
    std::vector<T> found;
    for (const auto& record : dossier.records) {
        if (record.kind == KindOf<T>::kKind) found.push_back(decoded<T>(record));
    }
    return found;
}

struct OpRow {
    sync::Envelope envelope;
    std::string jws;
};

std::vector<OpRow> op_rows(Store& store, base::RecordId circle) {
    return read_guarded(store, [&](SQLite::Database& sqlite) {
        SQLite::Statement all(sqlite, "SELECT envelope FROM sync_op WHERE circle = ? ORDER BY row");
        Use use(all);
        use.bind(1, circle);
        std::vector<OpRow> rows;
        while (use->executeStep()) {
            std::string jws = text_in(all, 0);
            auto envelope = sync::parse_envelope(payload_of(jws));
            if (!envelope) throw lies(store, "an op's envelope cannot be read");
            rows.push_back({std::move(*envelope), std::move(jws)});
        }
        return rows;
    });
}

std::vector<std::string> receipt_rows(Store& store, base::RecordId circle) {
    return read_guarded(store, [&](SQLite::Database& sqlite) {
        SQLite::Statement all(sqlite,
                              "SELECT jws FROM sync_receipt WHERE circle = ? ORDER BY incarnation");
        Use use(all);
        use.bind(1, circle);
        std::vector<std::string> rows;
        while (use->executeStep()) rows.push_back(text_in(all, 0));
        return rows;
    });
}

// Of all circles.
std::map<sync::Pseudonym, std::size_t> ops_of_each(Store& store) {
    return read_guarded(store, [](SQLite::Database& sqlite) {
        SQLite::Statement all(sqlite, "SELECT pseudonym, count(*) FROM sync_op GROUP BY pseudonym");
        std::map<sync::Pseudonym, std::size_t> counts;
        Use use(all);
        while (use->executeStep()) {
            counts[sync::Pseudonym::from_value(use.number(0))] = use.number(1);
        }
        return counts;
    });
}

std::vector<sync::Fork> fork_rows(Store& store, base::RecordId circle) {
    return read_guarded(store, [&](SQLite::Database& sqlite) {
        SQLite::Statement all(
            sqlite, "SELECT site, incarnation, seq, had, offered FROM sync_fork WHERE circle = ?");
        Use use(all);
        use.bind(1, circle);
        std::vector<sync::Fork> rows;
        while (use->executeStep()) {
            rows.push_back({{sync::SiteId::from_value(use.number(0)), use.number(1)},
                            use.number(2),
                            use.array<sizeof(sync::OpHash)>(3),
                            use.array<sizeof(sync::OpHash)>(4)});
        }
        return rows;
    });
}

}  // namespace

std::vector<SyncCircle> SyncJournal::circles() {
    return all_of_kind<SyncCircle>(store_.read(kSiteDossier).value());
}

void SyncJournal::put(Transaction& transaction, const SyncCircle& circle) {
    transaction.put(kSiteDossier, circle.id, RecordKind::Circle, encode(circle));
}

std::optional<SiteSealingKey> SyncJournal::sealing_key() {
    auto keys = all_of_kind<SiteSealingKey>(store_.read(kSiteDossier).value());
    if (keys.empty()) return std::nullopt;
    return std::move(keys.front());
}

void SyncJournal::put(Transaction& transaction, const SiteSealingKey& key) {
    transaction.put(kSiteDossier, key.id, RecordKind::SealingKey, encode(key));
}

void SyncJournal::append(Transaction& transaction, base::RecordId circle, const sync::Op& op,
                         std::optional<base::DossierId> dossier) {
    SQLite::Statement add(store_.database().sqlite(),
                          "INSERT INTO sync_op (circle, pseudonym, envelope) VALUES (?, ?, ?)");
    {
        Use use(add);
        use.bind(1, circle).bind(2, op.envelope().dossier);
        const std::string jws(op.jws());
        use->bind(3, jws);
        use->exec();
    }
    if (dossier) {
        transaction.put(*dossier, base::RecordId::random(), RecordKind::OpPart,
                        base::as_bytes(op.sealed()));
    }
}

void SyncJournal::put_receipt(Transaction&, base::RecordId circle, std::uint64_t incarnation,
                              std::string_view jws) {
    SQLite::Statement put(
        store_.database().sqlite(),
        "INSERT OR REPLACE INTO sync_receipt (circle, incarnation, jws) VALUES (?, ?, ?)");
    Use use(put);
    use.bind(1, circle).bind(2, incarnation);
    use->bind(3, std::string(jws));
    use->exec();
}

void SyncJournal::put_fork(Transaction&, base::RecordId circle, const sync::Fork& fork,
                           std::string_view proof) {
    SQLite::Statement put(store_.database().sqlite(),
                          "INSERT OR IGNORE INTO sync_fork "
                          "(circle, site, incarnation, seq, had, offered, proof) "
                          "VALUES (?, ?, ?, ?, ?, ?, ?)");
    Use use(put);
    use.bind(1, circle).bind(2, fork.chain.site).bind(3, fork.chain.incarnation);
    use.bind(4, fork.seq).bind(5, base::ByteView(fork.had)).bind(6, base::ByteView(fork.offered));
    use->bind(7, std::string(proof));
    use->exec();
}

LookupToken SyncJournal::token(base::RecordId circle) const {
    return store_.token("circle", circle.text());
}

SyncJournal::Kept SyncJournal::kept(base::RecordId circle) {
    Kept kept;
    // By its hash an envelope names its sealed part; no table says which record that is.
    std::map<sync::OpHash, std::string> parts;
    std::set<sync::Pseudonym> here;
    auto counts = ops_of_each(store_);
    for (const auto id : store_.find(token(circle))) {
        const auto dossier = store_.read(id);
        std::size_t expected = 0;
        for (auto& release : all_of_kind<Release>(dossier.value())) {
            expected += counts[release.pseudonym];
            if (release.circle != circle) continue;
            here.insert(release.pseudonym);
            kept.releases.emplace_back(id, std::move(release));
        }
        for (const auto& record : dossier->records) {
            if (record.kind != RecordKind::OpPart) continue;
            parts.emplace(audit::sha256({base::ByteView(record.body)}), base::as_text(record.body));
            --expected;
        }
        // A table that was cut short would have this site sign a second past.
        if (expected != 0) throw lies(store_, "ops are missing, or their sealed parts");
    }
    std::set<sync::Pseudonym> erased;
    for (auto& row : op_rows(store_, circle)) {
        std::string text = std::move(row.jws) + "\n";
        const auto part = parts.find(row.envelope.sealed);
        if (part != parts.end()) {
            text += part->second;
        } else if (here.contains(row.envelope.dossier)) {
            throw lies(store_, "a sealed part is missing");
        } else {
            erased.insert(row.envelope.dossier);
        }
        kept.ops.push_back(std::move(text));
    }
    kept.erased.assign(erased.begin(), erased.end());
    kept.receipts = receipt_rows(store_, circle);
    kept.forks = fork_rows(store_, circle);
    return kept;
}

namespace {

// A site that was stopped, or taken out of its circle, will never be asked for what it has not
// sent.
bool still_sends(Store& store, const SyncCircle& circle) {
    for (const auto& fork : fork_rows(store, circle.id)) {
        if (fork.chain.site == circle.site) return false;
    }
    const auto root = signature::PublicKey::parse(circle.root_jwk);
    if (!root) return true;
    const auto list = sync::CircleList::verify(circle.list_jws, *root);
    const auto* self = list ? list->find(circle.site) : nullptr;
    return self == nullptr || !self->removed;
}

}  // namespace

bool has_unsent_ops(Store& store, base::DossierId id) {
    const auto dossier = store.read(id);
    if (!dossier) return false;
    const auto releases = all_of_kind<Release>(*dossier);
    if (releases.empty()) return false;
    const auto circles = SyncJournal(store).circles();
    for (const auto& release : releases) {
        const auto circle = std::find_if(circles.begin(), circles.end(), [&](const auto& each) {
            return each.id == release.circle;
        });
        if (circle == circles.end() || !still_sends(store, *circle)) continue;
        // A chain's receipt stands for all before it.
        std::map<std::uint64_t, std::uint64_t> sent;
        for (const auto& jws : receipt_rows(store, circle->id)) {
            const auto object = boost::json::parse(payload_of(jws)).as_object();
            sent[object.at("incarnation").to_number<std::uint64_t>()] =
                object.at("seq").to_number<std::uint64_t>();
        }
        for (const auto& row : op_rows(store, circle->id)) {
            const auto& envelope = row.envelope;
            if (envelope.dossier != release.pseudonym || envelope.chain.site != circle->site) {
                continue;
            }
            const auto until = sent.find(envelope.chain.incarnation);
            if (until == sent.end() || until->second < envelope.seq) return true;
        }
    }
    return false;
}

}  // namespace sightline::storage
