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

constexpr std::size_t kSaltBytes = sizeof(audit::Salt);
constexpr std::size_t kLinkBytes = 8;

base::Result<AuditLog::Opening> opened(const DossierSeal& seal, std::uint64_t leaf,
                                       const base::Bytes& sealed) {
    const auto plain = seal.open_opening(leaf, sealed);
    if (!plain) return plain.error();
    base::ByteReader reader(*plain);
    AuditLog::Opening opening;
    opening.leaf = leaf;
    const auto salt = reader.bytes(kSaltBytes);
    opening.previous = reader.u64();
    if (!reader.ok()) return base::Errc::Malformed;
    std::copy(salt.begin(), salt.end(), opening.salt.begin());
    opening.event = base::as_text(reader.rest());
    return opening;
}

}  // namespace

AuditLog::AuditLog(SQLite::Database& db)
    : put_leaf_(db, "INSERT INTO audit_leaf (seq, commitment, opening) VALUES (?, ?, ?)"),
      put_hash_(db, "INSERT OR REPLACE INTO audit_hash VALUES (?, ?, ?)"),
      opening_(db, "SELECT commitment, opening FROM audit_leaf WHERE seq = ?"),
      drop_opening_(db, "UPDATE audit_leaf SET opening = NULL WHERE seq = ?"),
      leaves_(db, "SELECT commitment FROM audit_leaf WHERE seq >= ? AND seq < ? ORDER BY seq"),
      hashes_(db,
              "SELECT hash FROM audit_hash WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx") {
}

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
    base::Bytes opening(kSaltBytes + kLinkBytes + text->size());
    base::ByteWriter writer(opening);
    writer.bytes(salt);
    writer.u64(head.newest);
    writer.bytes(base::as_bytes(*text));
    CHECK(writer.ok());
    const auto sealed = seal.seal_opening(leaf, opening);
    head.log.toggle(seal.opening_member(leaf, seal::tag_of(sealed)));
    ++head.openings;
    head.newest = leaf + 1;
    {
        Use use(put_leaf_);
        use.bind(1, leaf).bind(2, base::ByteView(commitment)).bind(3, base::ByteView(sealed));
        use->exec();
    }
    for (const auto& [level, index, hash] : frontier.append(audit::leaf_hash(commitment))) {
        Use use(put_hash_);
        use.bind(1, std::uint64_t{level}).bind(2, index).bind(3, base::ByteView(hash));
        use->exec();
    }
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
    std::vector<Opening> out;
    for (std::uint64_t at = head.newest; at != 0; at = out.back().previous) {
        // A ring would never end.
        if (out.size() == head.openings) return base::Errc::Malformed;
        auto opening = this->opening(seal, at - 1);
        if (!opening) return base::Errc::Malformed;
        out.push_back(std::move(*opening));
    }
    std::reverse(out.begin(), out.end());
    seal::SetDigest log;
    for (const Opening& opening : out) {
        log.toggle(seal.opening_member(opening.leaf, opening.tag));
    }
    if (out.size() != head.openings || log != head.log) return base::Errc::Malformed;
    return out;
}

void AuditLog::drop_openings(const DossierSeal& seal, const DossierHead& head) {
    std::uint64_t left = head.openings;
    for (std::uint64_t at = head.newest; at != 0 && left > 0; --left) {
        const auto opening = this->opening(seal, at - 1);
        if (!opening) return;  // its key goes all the same, and with it what is left
        Use use(drop_opening_);
        use.bind(1, at - 1);
        use->exec();
        at = opening->previous;
    }
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

base::Result<AuditLog::Opening> AuditLog::opening(const DossierSeal& seal, std::uint64_t leaf) {
    Use use(opening_);
    use.bind(1, leaf);
    if (!use->executeStep()) return base::Errc::NotFound;
    const auto sealed = use.bytes(1);
    if (sealed.empty()) return base::Errc::NotFound;
    auto opening = opened(seal, leaf, sealed);
    if (!opening) return opening.error();
    if (hash_of(use.bytes(0)) != audit::commitment(opening->salt, opening->event)) {
        return base::Errc::Malformed;
    }
    std::copy_n(seal::tag_of(sealed).begin(), opening->tag.size(), opening->tag.begin());
    return opening;
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
