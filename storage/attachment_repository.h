// The bytes of attachments in the sealed store, and which of them wait to go to a circle's hub or
// to come from it. A chunk lies in the store as it travels: encrypted under its attachment's key
// and named by its hash, so it is encrypted once and checked wherever it is read. The key and the
// names are in the attachment's record, which is its dossier's: what is erased with that opens no
// chunk any more, in backups either.
//
// What writes in a transaction belongs into one Store::write with the op and the audit leaf. Throws
// StorageError, or SQLite::Exception inside of a write. One thread; must not outlive `store`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/form_repository.h"
#include "storage/sync/op_content.h"

namespace sightline::storage {

// Of a dossier: what is beyond is refused here, and of others' not fetched.
inline constexpr std::size_t kMaxAttachments = 300;
inline constexpr std::uint64_t kMaxAttachmentBytes = std::uint64_t{64} << 20;
inline constexpr std::uint64_t kMaxDossierBytes = std::uint64_t{1} << 30;

enum class ChunkWay : std::uint8_t { ToHub = 1, FromHub = 2 };

// What the row says. A record holds what was written here, so a value that is none throws
// StorageError.
sync::Attachment attachment_of(const AttachmentRow& row);
// Whether one of this size may be kept beside these.
bool has_room(std::span<const AttachmentRow> rows, std::uint64_t bytes);

class AttachmentRepository {
  public:
    explicit AttachmentRepository(Store& store) : store_(store) {}

    // The record alone.
    void put(Transaction& transaction, base::DossierId dossier, const AttachmentRow& row);
    // The record, its chunks, and what waits of them.
    void remove(Transaction& transaction, base::DossierId dossier, const AttachmentRow& row);

    // A chunk of an attachment that is being taken in. Until `keep_staged` it is nobody's.
    void stage(base::DossierId dossier, base::RecordId attachment, const sync::OpHash& name,
               std::string_view chunk);
    void keep_staged(Transaction& transaction, base::RecordId attachment);
    // Of one that is given up, or of all: what a crash left.
    void drop_staged(base::RecordId attachment);
    void drop_all_staged();

    // Its chunks wait: those that are here to go, those that are not to come.
    void wait(Transaction& transaction, ChunkWay way, base::RecordId circle,
              base::DossierId dossier, const AttachmentRow& row);
    // Nothing of the dossier goes to this circle any more.
    void stop_sending(Transaction& transaction, base::RecordId circle, base::DossierId dossier);
    // Their names, none twice; those of small attachments first.
    std::vector<sync::OpHash> waiting(ChunkWay way, base::RecordId circle, std::size_t most);
    struct Waiting {
        std::size_t attachments = 0;
        std::size_t chunks = 0;
        std::uint64_t bytes = 0;
    };
    Waiting waiting(ChunkWay way, base::RecordId circle);
    Waiting waiting_of(ChunkWay way, base::RecordId attachment);

    // NotFound: it does not wait any more.
    base::Result<std::string> chunk_to_send(base::RecordId circle, const sync::OpHash& name);
    void sent(base::RecordId circle, std::span<const sync::OpHash> names);
    // For every attachment that waits for it, if any still does. Malformed: it is another one.
    base::Result<void> keep(base::RecordId circle, const sync::OpHash& name,
                            std::string_view chunk);

    // How many of its chunks are here.
    std::size_t chunks_here(base::RecordId attachment);
    // Piece `place` from 0, opened: 1 MiB, the last one what is left. NotFound: there is none, or
    // it has not come yet. Malformed: what others sent under these names is no such attachment.
    base::Result<base::Bytes> piece(const AttachmentRow& row, std::size_t place);

  private:
    std::optional<std::string> chunk(base::RecordId attachment, const sync::OpHash& name);
    Waiting count(const char* query, ChunkWay way, base::RecordId id);

    Store& store_;
};

}  // namespace sightline::storage
