// How a dossier is sealed: its keys, its head, its records. Pure: no database, no clock.
//
//     wrapped   under the epoch key:   record key (32) | list key (32) | n (1)
//                                      | n look-up tokens (16 each)
//     head      under the record key:  records (4) | digest (32) | openings (4) | digest (32)
//                                      | newest opening (8) | created (8) | retain until (8) | held
//                                      (1)
//     body      under the record key:  the record's document
//
// The head's digests are over every record's id, kind, version and tag, and over every opening's
// leaf and tag: a row that is missing, too many, older than it should be or changed does not go
// unnoticed. Integers in network byte order. Any thread; a DossierSeal on one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "appliance/base/result.h"
#include "appliance/base/secret.h"
#include "storage/dossier.h"
#include "storage/keyring.h"
#include "storage/seal/set_digest.h"

namespace sightline::storage {

// A keyed hash of something a dossier can be found by, such as a case number.
using LookupToken = std::array<std::uint8_t, 16>;
inline constexpr std::size_t kMaxTokens = 200;

// A record as its row holds it. `body` is sealed.
struct RecordRow {
    base::RecordId id;
    RecordKind kind = RecordKind::Note;
    std::uint64_t version = 0;
    base::Bytes body;
};

struct DossierHead {
    std::uint32_t records = 0;
    seal::SetDigest digest;
    std::uint32_t openings = 0;  // of audit leaves
    std::uint64_t newest = 0;    // of them: its leaf + 1; each knows the one before it
    seal::SetDigest log;         // of those
    DossierTerms terms;
};

class DossierSeal {
  public:
    static DossierSeal random(base::DossierId id);
    // Malformed, without a text: not of this epoch, not of this dossier, or damaged.
    static base::Result<DossierSeal> unwrap(const Keyring& keyring, base::DossierId id,
                                            base::ByteView wrapped);
    base::Bytes wrap(const Keyring& keyring) const;

    base::Bytes seal_head(std::uint64_t version, const DossierHead& head) const;
    base::Result<DossierHead> open_head(std::uint64_t version, base::ByteView sealed) const;

    RecordRow seal(const Record& record) const;
    base::Result<Record> open(const RecordRow& row) const;
    // What stands for the row in the head's digest.
    seal::Digest member(base::RecordId id, RecordKind kind, std::uint64_t version,
                        base::ByteView tag) const;

    // For what belongs to the dossier and is no record: the openings of its audit leaves.
    base::Bytes seal_opening(std::uint64_t leaf, base::ByteView opening) const;
    base::Result<base::Bytes> open_opening(std::uint64_t leaf, base::ByteView sealed) const;
    seal::Digest opening_member(std::uint64_t leaf, base::ByteView tag) const;

    // For the look-up tokens of the whole store: used of the site's dossier alone.
    base::Secret token_key() const;

    base::DossierId id() const { return id_; }
    std::vector<LookupToken> tokens;  // at most kMaxTokens

  private:
    DossierSeal(base::DossierId id, base::Secret record_key, base::Secret list_key);

    base::DossierId id_;
    base::Secret record_key_;
    base::Secret list_key_;
    seal::Mac list_mac_;
};

// What stands for a dossier in the digest of all of them.
seal::Digest dossier_member(const Keyring& keyring, base::DossierId id, std::uint64_t version,
                            base::ByteView head_tag);

}  // namespace sightline::storage
