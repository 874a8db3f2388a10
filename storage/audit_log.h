// The audit log's rows: a Merkle tree (RFC 9162 section 2.1) whose leaves are salted commitments to
// events, each beside its opening, sealed with the dossier that the event is about:
//
//     opening   under the dossier's record key:   salt (16) | previous (8) | event
//
// `previous` is the dossier's leaf before this one, plus 1, or 0. So a dossier's head leads to all
// of its events, and nobody without its key learns which leaves are about the same dossier. Erasing
// the dossier leaves leaves that say nothing, in a tree that still adds up. Throws
// SQLite::Exception. One thread; must not outlive the connection it was made with.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <array>
#include <optional>
#include <vector>

#include "storage/audit/event.h"
#include "storage/audit/frontier.h"
#include "storage/audit/merkle_tree.h"
#include "storage/dossier_seal.h"
#include "storage/seal/aead.h"

namespace sightline::storage {

class AuditLog : public audit::HashSource {
  public:
    explicit AuditLog(SQLite::Database& sqlite);

    // Takes up the tree of `leaves` leaves. False when the rows do not give `root`.
    bool load(std::uint64_t leaves, const audit::Hash& root);
    // The tree as committed; a transaction appends to a copy and gives it back when it is true.
    const audit::Frontier& frontier() const { return frontier_; }
    void adopt(const audit::Frontier& frontier) { frontier_ = frontier; }

    // Writes the leaf, the hashes it completes, and its sealed opening, and counts that in the
    // head. An event out of its bounds is our caller's bug.
    void append(audit::Frontier& frontier, const audit::Event& event, const DossierSeal& seal,
                DossierHead& head);

    std::vector<audit::Hash> commitments(std::uint64_t first, std::uint64_t count) const;
    struct Opening {
        std::uint64_t leaf = 0;
        audit::Salt salt{};
        std::uint64_t previous = 0;
        std::array<std::uint8_t, seal::kTagBytes> tag{};  // of its sealed form
        std::string event;                                // canonical
    };
    // Of the dossier, by leaf. Malformed: one is missing or not as it was written, or its leaf is.
    base::Result<std::vector<Opening>> openings(const DossierSeal& seal, const DossierHead& head);
    // That the leaf is in the tree as committed. NotFound; Malformed: the rows do not add up to it.
    base::Result<audit::Proof> inclusion(std::uint64_t leaf) const;
    // One of them; NotFound: it has been erased; Malformed: it is not as it was written.
    base::Result<Opening> opening(const DossierSeal& seal, std::uint64_t leaf);
    // Drops the openings of a dossier that is erased, as far as they can be followed.
    void drop_openings(const DossierSeal& seal, const DossierHead& head);

    base::Result<std::vector<audit::Hash>> hashes(unsigned level, std::uint64_t first,
                                                  std::size_t count) const override;

  private:
    SQLite::Statement put_leaf_, put_hash_, opening_, drop_opening_;
    mutable SQLite::Statement leaves_, hashes_;  // reading changes no more than a cursor
    audit::Frontier frontier_;
};

}  // namespace sightline::storage
