#include "storage/erasure.h"

#include <algorithm>
#include <utility>

#include "storage/record_types.h"
#include "storage/site_key.h"
#include "storage/sync_journal.h"
#include "storage/transaction.h"

namespace sightline::storage {
namespace {

using audit::Action;
using base::Errc;
using base::Error;

std::string certificate_text(const Destruction& destruction,
                             hardware::DeviceSecret::Assurance assurance) {
    std::string text = "sightline destruction certificate\n";
    text += "epoch " + std::to_string(destruction.old_epoch) + "\n";
    for (const auto id : destruction.dossiers) text += "dossier " + id.text() + "\n";
    text += "reason " + destruction.reason + "\n";
    text += "by " + destruction.by + "\n";
    text += "at " + model::to_rfc3339(destruction.at) + "\n";
    text += "method keys of all other dossiers wrapped anew; secret of the old epoch destroyed\n";
    // A file system may keep copies of what was overwritten, and so may a disk.
    text += assurance == hardware::DeviceSecret::Assurance::Tpm
                ? "assurance guaranteed: the secret was held by a TPM alone\n"
                : "assurance not guaranteed: the secret was held in a file, without a TPM\n";
    return text;
}

struct Pending {
    base::RecordId id;
    Destruction destruction;
};

std::vector<Pending> destructions(Store& store) {
    std::vector<Pending> found;
    const auto site = store.read(kSiteDossier);
    for (const auto& record : site.value().records) {
        if (record.kind != RecordKind::Destruction) continue;
        auto destruction = decode<Destruction>(record.body);
        if (!destruction) throw StorageError(destruction.error().text);
        found.push_back({record.id, std::move(*destruction)});
    }
    std::sort(found.begin(), found.end(), [](const Pending& a, const Pending& b) {
        return a.destruction.old_epoch < b.destruction.old_epoch;
    });
    return found;
}

}  // namespace

base::Result<void> Erasure::judge(const Request& request) {
    if (request.dossiers.empty()) return Error{Errc::Malformed, "erase: name a dossier"};
    // It stands in a line of the certificate.
    if (!model::is_plain_name(request.reason, 200)) {
        return Error{Errc::Malformed, "erase: give the reason, in one line of up to 200 bytes"};
    }
    for (const auto id : request.dossiers) {
        if (id == kSiteDossier || !store_.exists(id)) {
            return Error{Errc::NotFound, "erase dossier " + id.text() + ": there is none"};
        }
        if (store_.terms(id).held) {
            return Error{Errc::Conflict, "erase dossier " + id.text() +
                                             ": it is under a legal hold; lift the hold first"};
        }
        // What was signed must be sent, or the hub takes nothing more that comes after it.
        if (has_unsent_ops(store_, id)) {
            return Error{Errc::Conflict,
                         "erase dossier " + id.text() +
                             ": ops about it wait to be sent to its circle; connect this kiosk to "
                             "the hub until `sightline dossier sync-status` says that none wait"};
        }
    }
    return {};
}

base::Result<std::string> Erasure::erase(const Request& request) {
    if (auto fit = judge(request); !fit) return fit.error();
    const Destruction destruction{store_.epoch(), request.dossiers, request.reason,
                                  request.by,     request.at,       ""};
    const auto done = store_.rotate(request.dossiers, [&](Transaction& transaction) {
        transaction.put(kSiteDossier, base::RecordId::random(), RecordKind::Destruction,
                        encode(destruction));
        for (const auto id : request.dossiers) {
            // Sealed with the site: the dossier's own key opens nothing any more.
            transaction.audit(request.at, request.by, Action::DossierErased, std::nullopt,
                              id.text() + " " + request.reason);
        }
    });
    if (!done) return done.error();
    auto certificates = finish();
    if (!certificates) return certificates.error();
    return certificates->back();
}

base::Result<std::vector<std::string>> Erasure::finish() {
    if (auto gone = store_.forget_old_epochs(); !gone) return gone.error();
    std::vector<std::string> made;
    for (auto& [id, destruction] : destructions(store_)) {
        if (!destruction.certificate.empty()) continue;
        destruction.certificate =
            sign_note(store_, certificate_text(destruction, store_.device().assurance()));
        store_.write([&](Transaction& transaction) {
            transaction.put(kSiteDossier, id, RecordKind::Destruction, encode(destruction));
        });
        made.push_back(destruction.certificate);
    }
    return made;
}

std::vector<std::string> Erasure::certificates() {
    std::vector<std::string> all;
    for (auto& pending : destructions(store_)) {
        all.push_back(std::move(pending.destruction.certificate));
    }
    return all;
}

std::vector<base::DossierId> Erasure::due(model::RecordTime now) {
    std::vector<base::DossierId> due;
    for (const auto id : store_.dossiers()) {
        if (id == kSiteDossier) continue;
        const auto terms = store_.terms(id);
        const bool over = !terms.held && terms.retain_until && *terms.retain_until <= now;
        if (over && !has_unsent_ops(store_, id)) due.push_back(id);
    }
    return due;
}

base::Result<void> Erasure::set_hold(base::DossierId dossier, bool held, const std::string& reason,
                                     const Actor& by, model::RecordTime at) {
    if (dossier == kSiteDossier || !store_.exists(dossier)) {
        return Error{Errc::NotFound, "hold dossier " + dossier.text() + ": there is none"};
    }
    if (!model::is_plain_name(reason, 200)) {
        return Error{Errc::Malformed, "hold: give the reason, in one line of up to 200 bytes"};
    }
    store_.write([&](Transaction& transaction) {
        auto terms = transaction.terms(dossier);
        terms.held = held;
        transaction.set_terms(dossier, terms);
        transaction.audit(at, by, held ? Action::HoldSet : Action::HoldLifted, dossier, reason);
    });
    return {};
}

base::Result<void> Erasure::hold(base::DossierId dossier, const std::string& reason,
                                 const Actor& by, model::RecordTime at) {
    return set_hold(dossier, true, reason, by, at);
}

base::Result<void> Erasure::lift(base::DossierId dossier, const std::string& reason,
                                 const Actor& by, model::RecordTime at) {
    return set_hold(dossier, false, reason, by, at);
}

base::Result<void> Erasure::retain_until(base::DossierId dossier,
                                         std::optional<model::RecordTime> until, const Actor& by,
                                         model::RecordTime at) {
    if (dossier == kSiteDossier || !store_.exists(dossier)) {
        return Error{Errc::NotFound, "retain dossier " + dossier.text() + ": there is none"};
    }
    store_.write([&](Transaction& transaction) {
        auto terms = transaction.terms(dossier);
        terms.retain_until = until;
        transaction.set_terms(dossier, terms);
        transaction.audit(at, by, Action::RetentionSet, dossier,
                          until ? model::to_rfc3339(*until) : "for ever");
    });
    return {};
}

}  // namespace sightline::storage
