#include "appliance/kiosk/attachment_upload.h"

#include <array>
#include <utility>

#include "appliance/base/check.h"
#include "appliance/base/hex.h"
#include "session/dossier/media_type.h"
#include "storage/attachment_repository.h"
#include "storage/seal/aead.h"
#include "storage/sync/attachment_chunk.h"

namespace sightline::kiosk {

using base::Errc;
using base::Error;
using storage::sync::kChunkBytes;

AttachmentUpload::AttachmentUpload(base::DossierId dossier, std::string by)
    : dossier_(dossier), by_(std::move(by)), hash_(EVP_MD_CTX_new()) {
    attachment_.key = base::to_base64url(storage::seal::random_key().reveal());
    CHECK(hash_ && EVP_DigestInit_ex(hash_.get(), EVP_sha256(), nullptr) == 1);
}

base::Result<AttachmentUpload::Sealed> AttachmentUpload::take(base::ByteView piece) {
    if (piece.empty() || piece.size() > kChunkBytes) {
        return Error{Errc::Malformed,
                     "attach a document: it is empty; give a file with something in it"};
    }
    if (attachment_.bytes % kChunkBytes != 0) {
        return Error{Errc::Conflict,
                     "attach a document: its last piece has come already; attach it anew"};
    }
    if (attachment_.bytes + piece.size() > storage::kMaxAttachmentBytes) {
        return Error{Errc::TooLarge,
                     "attach a document: it has more than 64 MiB; scan it at a lower resolution, "
                     "or attach it in parts"};
    }
    if (attachment_.chunks.empty()) {
        const auto type = dossier::media_type_of(piece);
        if (!type) {
            return Error{Errc::Malformed,
                         "attach a document: by its first bytes it is no PDF, JPEG, PNG or plain "
                         "text in UTF-8; save it as PDF and attach that"};
        }
        media_type_ = *type;
    }
    CHECK(EVP_DigestUpdate(hash_.get(), piece.data(), piece.size()) == 1);
    const base::Secret key(base::from_base64url(attachment_.key).value());
    Sealed sealed{{}, storage::sync::seal_chunk(key, attachment_.chunks.size(), piece)};
    sealed.name = storage::sync::sha256_of(sealed.chunk);
    attachment_.chunks.push_back(sealed.name);
    attachment_.bytes += piece.size();
    return sealed;
}

storage::sync::Attachment AttachmentUpload::named(const std::string& name) const {
    auto attachment = attachment_;
    attachment.name = name;
    return attachment;
}

std::string AttachmentUpload::sha256() const {
    const std::unique_ptr<EVP_MD_CTX, ContextFree> copy(EVP_MD_CTX_new());
    std::array<std::uint8_t, 32> hash{};
    CHECK(copy && EVP_MD_CTX_copy_ex(copy.get(), hash_.get()) == 1 &&
          EVP_DigestFinal_ex(copy.get(), hash.data(), nullptr) == 1);
    return base::to_hex(hash);
}

}  // namespace sightline::kiosk
