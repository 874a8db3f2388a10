#include "storage/audit_log.h"

#include <algorithm>

#include "appliance/base/check.h"
#include "storage/row.h"
#include "storage/seal/aead.h"

namespace sightline::storage {
namespace {

audit::Hash hash_of(const base::Bytes& bytes) {
    audit::Hash hash{};
    std::copy_n(bytes.begin(), std::min(hash.size(), bytes.size()), hash.begin());
    return hash;
}

base::Result<AuditLog::Opening> opened(const DossierSeal& seal, std::uint64_t leaf,
                                       const base::Bytes& body) {
    AuditLog::Opening opening{leaf, {}, {}};
    const auto plain = seal.open_opening(leaf, body);
    if (!plain || plain->size() < opening.salt.size()) return base::Errc::Malformed;
    std::copy_n(plain->begin(), opening.salt.size(), opening.salt.begin());
    opening.event = base::as_text(base::ByteView(*plain).subspan(opening.salt.size()));
    return opening;
}

}  // namespace

AuditLog::AuditLog(SQLite::Database& db)
    : put_leaf_(db, "INSERT INTO audit_leaf VALUES (?, ?)"),
      put_hash_(db, "INSERT OR REPLACE INTO audit_hash VALUES (?, ?, ?)"),
      put_opening_(db, "INSERT INTO audit_opening VALUES (?, ?, ?)"),
      openings_(db, "SELECT seq, body FROM audit_opening WHERE dossier = ? ORDER BY seq"),
      opening_(db, "SELECT seq, body FROM audit_opening WHERE dossier = ? AND seq = ?"),
      leaves_(db, "SELECT commitment FROM audit_leaf WHERE seq >= ? AND seq < ? ORDER BY seq"),
      hashes_(db,
              "SELECT hash FROM audit_hash WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx"),
      // Sorted without the bodies: what SQLite cannot hold in memory it puts into a file, and there
      // it must not be more than what stands here in clear anyway.
      places_(db, "SELECT seq, dossier FROM audit_opening ORDER BY seq") {}

bool AuditLog::load(std::uint64_t leaves, const audit::Hash& root) {
    auto frontier = audit::Frontier::restore(*this, leaves);
    if (!frontier || frontier->root() != root) return false;
    frontier_ = std::move(*frontier);
    return true;
}

void AuditLog::append(audit::Frontier& frontier, const audit::Event& event, const DossierSeal& seal,
                      DossierHead& head) {
    const auto text = audit::canonical(event);
    CHECK(text.has_value());
    const audit::Salt salt = audit::random_salt();
    const audit::Hash commitment = audit::commitment(salt, *text);
    const std::uint64_t leaf = frontier.size();
    {
        Use use(put_leaf_);
        use.bind(1, leaf).bind(2, base::ByteView(commitment));
        use->exec();
    }
    for (const auto& [level, index, hash] : frontier.append(audit::leaf_hash(commitment))) {
        Use use(put_hash_);
        use.bind(1, std::uint64_t{level}).bind(2, index).bind(3, base::ByteView(hash));
        use->exec();
    }
    base::Bytes opening(salt.begin(), salt.end());
    opening.insert(opening.end(), text->begin(), text->end());
    const auto sealed = seal.seal_opening(leaf, opening);
    head.log.toggle(seal.opening_member(leaf, seal::tag_of(sealed)));
    ++head.openings;
    Use use(put_opening_);
    use.bind(1, seal.id()).bind(2, leaf).bind(3, base::ByteView(sealed));
    use->exec();
}

std::vector<audit::Hash> AuditLog::commitments(std::uint64_t first, std::uint64_t count) const {
    Use use(leaves_);
    use.bind(1, first).bind(2, first + count);
    std::vector<audit::Hash> out;
    while (use->executeStep()) out.push_back(hash_of(use.bytes(0)));
    return out;
}

base::Result<std::vector<AuditLog::Opening>> AuditLog::openings(const DossierSeal& seal,
                                                                const DossierHead& head) {
    Use use(openings_);
    use.bind(1, seal.id());
    std::vector<Opening> out;
    seal::SetDigest log;
    while (use->executeStep()) {
        const auto sealed = use.bytes(1);
        auto opening = opened(seal, use.number(0), sealed);
        if (!opening) return opening.error();
        const auto leaf = commitments(opening->leaf, 1);
        if (leaf.empty() || leaf.front() != audit::commitment(opening->salt, opening->event)) {
            return base::Errc::Malformed;
        }
        log.toggle(seal.opening_member(opening->leaf, seal::tag_of(sealed)));
        out.push_back(std::move(*opening));
    }
    if (out.size() != head.openings || log != head.log) return base::Errc::Malformed;
    return out;
}

base::Result<audit::Proof> AuditLog::inclusion(std::uint64_t leaf) const {
    auto proof = audit::inclusion_proof(*this, leaf, frontier_.size());
    if (!proof) return proof.error();
    const auto own = hash(0, leaf);
    if (!own) return own.error();
    if (!audit::verify_inclusion(*own, leaf, frontier_.size(), *proof, frontier_.root())) {
        return base::Error{
            base::Errc::Malformed,
            "prove a leaf of the audit log: its hashes are not as they were written; "
            "restore the last backup with `sightline restore`"};
    }
    return proof;
}

void AuditLog::each_place(const std::function<void(std::uint64_t, base::DossierId)>& visit) const {
    const Use use(places_);
    while (use->executeStep()) visit(use.number(0), base::DossierId::from_value(use.number(1)));
}

base::Result<AuditLog::Opening> AuditLog::opening(const DossierSeal& seal, std::uint64_t leaf) {
    Use use(opening_);
    use.bind(1, seal.id()).bind(2, leaf);
    if (!use->executeStep()) return base::Errc::NotFound;
    return opened(seal, leaf, use.bytes(1));
}

base::Result<std::vector<audit::Hash>> AuditLog::hashes(unsigned level, std::uint64_t first,
                                                        std::size_t count) const {
    std::vector<audit::Hash> out;
    if (level == 0) {
        for (const auto& commitment : commitments(first, count)) {
            out.push_back(audit::leaf_hash(commitment));
        }
    } else {
        Use use(hashes_);
        use.bind(1, std::uint64_t{level}).bind(2, first).bind(3, first + count);
        while (use->executeStep()) out.push_back(hash_of(use.bytes(0)));
    }
    if (out.size() != count) {
        return base::Error{base::Errc::NotFound, "read the audit log: hashes are missing"};
    }
    return out;
}

}  // namespace sightline::storage
