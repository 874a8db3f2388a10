#include "storage/attachment_repository.h"

#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <utility>

#include "appliance/base/hex.h"
#include "storage/guarded_read.h"
#include "storage/row.h"
#include "storage/sync/attachment_chunk.h"
#include "storage/transaction.h"

namespace sightline::storage {
namespace {

using base::Errc;
using base::Error;
using sync::kChunkBytes;

std::uint64_t number_of(ChunkWay way) { return static_cast<std::uint64_t>(way); }

void remove_from(SQLite::Database& sqlite, const char* query, base::RecordId attachment) {
    SQLite::Statement remove(sqlite, query);
    Use use(remove);
    use.bind(1, attachment);
    use->exec();
}

void drop(SQLite::Database& sqlite, base::RecordId attachment) {
    for (const char* query :
         {"DELETE FROM chunk WHERE attachment = ?", "DELETE FROM chunk_staged WHERE attachment = ?",
          "DELETE FROM chunk_waiting WHERE attachment = ?"}) {
        remove_from(sqlite, query, attachment);
    }
}

void add_chunk(SQLite::Database& sqlite, base::RecordId attachment, const sync::OpHash& name,
               base::DossierId dossier, std::string_view chunk) {
    SQLite::Statement add(sqlite,
                          "INSERT OR IGNORE INTO chunk (attachment, name, dossier, body) "
                          "VALUES (?, ?, ?, ?)");
    Use use(add);
    use.bind(1, attachment).bind(2, base::ByteView(name)).bind(3, dossier);
    use.bind(4, base::as_bytes(chunk));
    use->exec();
}

StorageError no_chunk(Store& store) {
    return StorageError("read an attachment from " + store.database().file().string() +
                        ": a chunk of it is damaged or gone; put the file aside and restore the "
                        "last backup with `sightline restore`");
}

}  // namespace

sync::Attachment attachment_of(const AttachmentRow& row) {
    boost::system::error_code wrong;
    const auto value = boost::json::parse(row.value, wrong);
    auto attachment =
        wrong ? base::Result<sync::Attachment>(Errc::Malformed) : sync::Attachment::parse(value);
    if (!attachment) {
        throw StorageError(
            "read an attachment's record: it is not of the form it should have; update this "
            "program, and if that does not help restore the last backup");
    }
    return std::move(*attachment);
}

bool has_room(std::span<const AttachmentRow> rows, std::uint64_t bytes) {
    std::uint64_t all = bytes;
    for (const auto& row : rows) {
        // What is too large by itself takes no room: it is not fetched.
        const std::uint64_t each = attachment_of(row).bytes;
        if (each <= kMaxAttachmentBytes) all += each;
    }
    return bytes <= kMaxAttachmentBytes && rows.size() < kMaxAttachments && all <= kMaxDossierBytes;
}

void AttachmentRepository::put(Transaction& transaction, base::DossierId dossier,
                               const AttachmentRow& row) {
    transaction.put(dossier, row.id, RecordKind::Attachment, encode(row));
}

void AttachmentRepository::remove(Transaction& transaction, base::DossierId dossier,
                                  const AttachmentRow& row) {
    transaction.remove(dossier, row.id);
    drop(store_.database().sqlite(), row.id);
}

void AttachmentRepository::stage(base::DossierId dossier, base::RecordId attachment,
                                 const sync::OpHash& name, std::string_view chunk) {
    store_.write([&](Transaction&) {
        auto& sqlite = store_.database().sqlite();
        remove_from(sqlite, "INSERT OR IGNORE INTO chunk_staged VALUES (?)", attachment);
        add_chunk(sqlite, attachment, name, dossier, chunk);
    });
}

void AttachmentRepository::keep_staged(Transaction&, base::RecordId attachment) {
    remove_from(store_.database().sqlite(), "DELETE FROM chunk_staged WHERE attachment = ?",
                attachment);
}

void AttachmentRepository::drop_staged(base::RecordId attachment) {
    store_.write([&](Transaction&) { drop(store_.database().sqlite(), attachment); });
}

void AttachmentRepository::drop_all_staged() {
    const bool any = read_guarded(store_, [](SQLite::Database& sqlite) {
        return sqlite.execAndGet("SELECT EXISTS(SELECT 1 FROM chunk_staged)").getInt() != 0;
    });
    if (!any) return;
    store_.write([&](Transaction&) {
        store_.database().sqlite().exec(
            "DELETE FROM chunk WHERE attachment IN (SELECT attachment FROM chunk_staged);"
            "DELETE FROM chunk_staged");
    });
}

void AttachmentRepository::wait(Transaction&, ChunkWay way, base::RecordId circle,
                                base::DossierId dossier, const AttachmentRow& row) {
    const auto attachment = attachment_of(row);
    SQLite::Statement add(store_.database().sqlite(),
                          "INSERT OR IGNORE INTO chunk_waiting "
                          "(circle, way, total, attachment, place, name, bytes, dossier) "
                          "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE (?2 = 1) = "
                          "EXISTS(SELECT 1 FROM chunk WHERE attachment = ?4 AND name = ?6)");
    for (std::size_t place = 0; place < attachment.chunks.size(); ++place) {
        const std::uint64_t before = place * kChunkBytes;
        const std::uint64_t left = attachment.bytes > before ? attachment.bytes - before : 0;
        Use use(add);
        use.bind(1, circle).bind(2, number_of(way)).bind(3, attachment.bytes).bind(4, row.id);
        use.bind(5, std::uint64_t{place}).bind(6, base::ByteView(attachment.chunks[place]));
        use.bind(7, std::min<std::uint64_t>(left, kChunkBytes)).bind(8, dossier);
        use->exec();
    }
}

void AttachmentRepository::stop_sending(Transaction&, base::RecordId circle,
                                        base::DossierId dossier) {
    SQLite::Statement stop(
        store_.database().sqlite(),
        "DELETE FROM chunk_waiting WHERE circle = ? AND way = 1 AND dossier = ?");
    Use use(stop);
    use.bind(1, circle).bind(2, dossier);
    use->exec();
}

std::vector<sync::OpHash> AttachmentRepository::waiting(ChunkWay way, base::RecordId circle,
                                                        std::size_t most) {
    return read_guarded(store_, [&](SQLite::Database& sqlite) {
        SQLite::Statement all(sqlite,
                              "SELECT name FROM chunk_waiting WHERE circle = ? AND way = ? "
                              "ORDER BY total, attachment, place");
        Use use(all);
        use.bind(1, circle).bind(2, number_of(way));
        std::vector<sync::OpHash> names;
        while (names.size() < most && use->executeStep()) {
            const auto name = use.array<sizeof(sync::OpHash)>(0);
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        }
        return names;
    });
}

AttachmentRepository::Waiting AttachmentRepository::count(const char* query, ChunkWay way,
                                                          base::RecordId id) {
    return read_guarded(store_, [&](SQLite::Database& sqlite) {
        SQLite::Statement counts(sqlite, query);
        Use use(counts);
        use.bind(1, number_of(way)).bind(2, id);
        use->executeStep();
        return Waiting{use.number(0), use.number(1), use.number(2)};
    });
}

AttachmentRepository::Waiting AttachmentRepository::waiting(ChunkWay way, base::RecordId circle) {
    return count(
        "SELECT count(DISTINCT attachment), count(*), coalesce(sum(bytes), 0) FROM chunk_waiting "
        "WHERE way = ? AND circle = ?",
        way, circle);
}

AttachmentRepository::Waiting AttachmentRepository::waiting_of(ChunkWay way,
                                                               base::RecordId attachment) {
    return count(
        "SELECT count(DISTINCT attachment), count(*), coalesce(sum(bytes), 0) FROM chunk_waiting "
        "WHERE way = ? AND attachment = ?",
        way, attachment);
}

std::optional<std::string> AttachmentRepository::chunk(base::RecordId attachment,
                                                       const sync::OpHash& name) {
    return read_guarded(store_, [&](SQLite::Database& sqlite) -> std::optional<std::string> {
        SQLite::Statement one(sqlite, "SELECT body FROM chunk WHERE attachment = ? AND name = ?");
        Use use(one);
        use.bind(1, attachment).bind(2, base::ByteView(name));
        if (!use->executeStep()) return std::nullopt;
        const auto body = one.getColumn(0);
        std::string bytes(static_cast<const char*>(body.getBlob()),
                          static_cast<std::size_t>(body.getBytes()));
        if (sync::sha256_of(bytes) != name) throw no_chunk(store_);
        return bytes;
    });
}

base::Result<std::string> AttachmentRepository::chunk_to_send(base::RecordId circle,
                                                              const sync::OpHash& name) {
    const auto attachment =
        read_guarded(store_, [&](SQLite::Database& sqlite) -> std::optional<base::RecordId> {
            SQLite::Statement one(sqlite,
                                  "SELECT attachment FROM chunk_waiting "
                                  "WHERE circle = ? AND way = 1 AND name = ? LIMIT 1");
            Use use(one);
            use.bind(1, circle).bind(2, base::ByteView(name));
            if (!use->executeStep()) return std::nullopt;
            return base::RecordId::from_value(use.number(0));
        });
    if (!attachment) {
        return Error{Errc::NotFound, "send a piece of an attachment: it is not to go any more"};
    }
    auto bytes = chunk(*attachment, name);
    if (!bytes) throw no_chunk(store_);
    return std::move(*bytes);
}

void AttachmentRepository::sent(base::RecordId circle, std::span<const sync::OpHash> names) {
    if (names.empty()) return;
    store_.write([&](Transaction&) {
        SQLite::Statement done(
            store_.database().sqlite(),
            "DELETE FROM chunk_waiting WHERE circle = ? AND way = 1 AND name = ?");
        for (const auto& name : names) {
            Use use(done);
            use.bind(1, circle).bind(2, base::ByteView(name));
            use->exec();
        }
    });
}

base::Result<void> AttachmentRepository::keep(base::RecordId circle, const sync::OpHash& name,
                                              std::string_view chunk) {
    if (sync::sha256_of(chunk) != name) {
        return Error{Errc::Malformed, "keep a piece of an attachment: it is another one"};
    }
    store_.write([&](Transaction&) {
        auto& sqlite = store_.database().sqlite();
        SQLite::Statement waiting(sqlite,
                                  "SELECT attachment, dossier FROM chunk_waiting "
                                  "WHERE circle = ? AND way = 2 AND name = ?");
        Use use(waiting);
        use.bind(1, circle).bind(2, base::ByteView(name));
        while (use->executeStep()) {
            add_chunk(sqlite, base::RecordId::from_value(use.number(0)), name,
                      base::DossierId::from_value(use.number(1)), chunk);
        }
        SQLite::Statement done(
            sqlite, "DELETE FROM chunk_waiting WHERE circle = ? AND way = 2 AND name = ?");
        Use remove(done);
        remove.bind(1, circle).bind(2, base::ByteView(name));
        remove->exec();
    });
    return {};
}

std::size_t AttachmentRepository::chunks_here(base::RecordId attachment) {
    return read_guarded(store_, [&](SQLite::Database& sqlite) {
        SQLite::Statement count(sqlite, "SELECT count(*) FROM chunk WHERE attachment = ?");
        Use use(count);
        use.bind(1, attachment);
        use->executeStep();
        return static_cast<std::size_t>(use.number(0));
    });
}

base::Result<base::Bytes> AttachmentRepository::piece(const AttachmentRow& row, std::size_t place) {
    const auto attachment = attachment_of(row);
    const auto sealed =
        place < attachment.chunks.size() ? chunk(row.id, attachment.chunks[place]) : std::nullopt;
    if (!sealed) {
        return Error{Errc::NotFound, "read " + attachment.name +
                                         ": not all of it is here yet; `sightline dossier "
                                         "attachments` says how much"};
    }
    const auto key = base::from_base64url(attachment.key);
    if (!key) return Error{Errc::Malformed, "read " + attachment.name + ": it has no key"};
    auto plain = sync::open_chunk(base::Secret(*key), place, base::as_bytes(*sealed));
    if (!plain) return plain.error();
    // Whoever sent it may have said another size than it has.
    const bool last = place + 1 == attachment.chunks.size();
    const std::uint64_t before = place * kChunkBytes;
    if (last ? before + plain->size() != attachment.bytes : plain->size() != kChunkBytes) {
        return Error{Errc::Malformed, "read " + attachment.name +
                                          ": its pieces are not what its sender said; ask the "
                                          "sender to attach it anew"};
    }
    return plain;
}

}  // namespace sightline::storage
