// A document that is being taken in, piece by piece: what it is by its first bytes, the key that is
// drawn for it, and what its chunks are called. Each piece is encrypted as it comes and handed on,
// so no more than one of them is in memory. Pure but for the key. One thread.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "appliance/base/result.h"
#include "storage/sync/op_content.h"

namespace sightline::kiosk {

class AttachmentUpload {
  public:
    // `by`: whose it is; nobody else goes on with it.
    AttachmentUpload(base::DossierId dossier, std::string by);

    struct Sealed {
        storage::sync::OpHash name{};
        std::string chunk;
    };
    // 1 MiB, the last one what is left. Errors: Malformed (nothing, or no kind of document that is
    // taken), TooLarge, Conflict (the last one came already).
    base::Result<Sealed> take(base::ByteView piece);

    base::RecordId id() const { return id_; }
    base::DossierId dossier() const { return dossier_; }
    const std::string& by() const { return by_; }
    std::uint64_t bytes() const { return attachment_.bytes; }
    const std::string& media_type() const { return media_type_; }
    storage::sync::Attachment named(const std::string& name) const;
    std::string sha256() const;  // of what has come, 64 hexadecimal digits

  private:
    struct ContextFree {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };

    base::RecordId id_ = base::RecordId::random();
    base::DossierId dossier_;
    std::string by_;
    storage::sync::Attachment attachment_;
    std::string media_type_;
    std::unique_ptr<EVP_MD_CTX, ContextFree> hash_;
};

}  // namespace sightline::kiosk
