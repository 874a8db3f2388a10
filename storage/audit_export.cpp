#include "storage/audit_export.h"

#include <utility>
#include <vector>

#include "storage/audit/bundle.h"
#include "storage/audit/checkpoint.h"
#include "storage/audit/signed_note.h"
#include "storage/site_key.h"
#include "storage/transaction.h"

namespace sightline::storage {
namespace {

using base::Errc;
using base::Error;

// Which checkpoint of ours it is, before anything is written.
base::Result<audit::Checkpoint> judge_earlier(const std::string& note,
                                              const audit::VerifierKey& key, std::uint64_t size) {
    const auto refuse = [](Errc code, const std::string& why) {
        return Error{code, "export the audit log: the earlier checkpoint " + why};
    };
    const auto open = audit::open_note(note, {&key, 1});
    if (!open) {
        return refuse(open.error().code, "is not signed by this site (" + open.error().text +
                                             "); give the one that came with the last bundle");
    }
    auto checkpoint = audit::parse_checkpoint(open->text);
    if (!checkpoint) {
        return refuse(checkpoint.error().code,
                      "is none, though this site signed it; give the one "
                      "that came with the last bundle");
    }
    if (checkpoint->origin != key.name) {
        return refuse(Errc::Conflict, "is of another log, " + checkpoint->origin +
                                          "; give the one that came with the last bundle");
    }
    if (checkpoint->size > size) {
        return refuse(Errc::Conflict,
                      "has " + std::to_string(checkpoint->size) + " leaves, and this log only " +
                          std::to_string(size) +
                          ": the store was set back to a backup; export without it, and show both "
                          "checkpoints to the auditor");
    }
    return checkpoint;
}

base::Result<std::optional<audit::Earlier>> proof_from(Store& store,
                                                       const std::optional<std::string>& note,
                                                       const audit::VerifierKey& key) {
    if (!note) return std::optional<audit::Earlier>{};
    const auto& tree = store.audit().frontier();
    const auto checkpoint = judge_earlier(*note, key, tree.size());
    if (!checkpoint) return checkpoint.error();
    auto proof = store.consistency_proof(checkpoint->size);
    if (!proof) return proof.error();
    if (!audit::verify_consistency(checkpoint->size, checkpoint->root, tree.size(), tree.root(),
                                   *proof)) {
        return Error{Errc::Conflict,
                     "export the audit log: it does not continue the earlier checkpoint: the store "
                     "was set back to a backup and has gone another way since; export without it, "
                     "and show both checkpoints to the auditor"};
    }
    return std::optional(audit::Earlier{*note, std::move(*proof)});
}

struct Begun {
    std::string checkpoint;
    audit::BundleWriter writer;
};

base::Result<Begun> begin(Store& store, std::ostream& out, audit::Coverage coverage,
                          const std::optional<std::string>& earlier_note) {
    const auto key = site_key(store).verifier();
    const auto earlier = proof_from(store, earlier_note, key);
    if (!earlier) return earlier.error();
    auto checkpoint = sign_checkpoint(store);
    auto writer = audit::BundleWriter::start(out, coverage, key, checkpoint, *earlier);
    if (!writer) return writer.error();
    return Begun{std::move(checkpoint), std::move(*writer)};
}

audit::Opening open_of(const AuditLog::Opening& opening) { return {opening.salt, opening.event}; }

}  // namespace

base::Result<AuditExport> export_audit(Store& store, std::ostream& out,
                                       const std::optional<std::string>& earlier_note,
                                       const Said& said) {
    store.write([&](Transaction& transaction) {
        transaction.audit(said.at, said.by, audit::Action::AuditExported, std::nullopt, "all");
    });
    auto begun = begin(store, out, audit::Coverage::All, earlier_note);
    if (!begun) return begun.error();
    AuditExport result{std::move(begun->checkpoint), 0, 0};
    store.each_leaf([&](const Store::Leaf& leaf) {
        std::optional<audit::Opening> opening;
        if (leaf.opening != nullptr) opening = open_of(*leaf.opening);
        begun->writer.leaf(leaf.index, leaf.commitment, opening);
        ++result.leaves;
        result.opened += opening ? 1 : 0;
    });
    if (auto done = begun->writer.finish(); !done) return done.error();
    return result;
}

base::Result<AuditExport> export_dossier_audit(Store& store, base::DossierId dossier,
                                               std::ostream& out,
                                               const std::optional<std::string>& earlier_note,
                                               const Said& said) {
    if (!store.exists(dossier)) {
        return Error{Errc::NotFound,
                     "export the audit log of dossier " + dossier.text() + ": there is none"};
    }
    store.write([&](Transaction& transaction) {
        transaction.audit(said.at, said.by, audit::Action::AuditExported, dossier, "");
    });
    auto begun = begin(store, out, audit::Coverage::Some, earlier_note);
    if (!begun) return begun.error();
    AuditExport result{std::move(begun->checkpoint), 0, 0};
    const auto openings = store.openings(dossier);
    if (!openings) return openings.error();
    for (const auto& opening : *openings) {
        const auto proof = store.inclusion_proof(opening.leaf);
        if (!proof) return proof.error();
        begun->writer.leaf(opening.leaf, audit::commitment(opening.salt, opening.event),
                           open_of(opening), *proof);
        ++result.leaves;
        ++result.opened;
    }
    if (auto done = begun->writer.finish(); !done) return done.error();
    return result;
}

}  // namespace sightline::storage
