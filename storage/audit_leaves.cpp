// Store's audit log as a whole: every leaf with what it says, and proofs about it.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "storage/store.h"

namespace sightline::storage {
namespace {

constexpr std::uint64_t kBatch = 1024;    // commitments read at once
constexpr std::size_t kOpenSeals = 1024;  // dossiers whose keys are held at once

}  // namespace

void Store::each_leaf(const std::function<void(const Leaf&)>& visit) {
    must_be_unlocked();
    guarded("read the audit log of", [&] {
        const std::uint64_t size = audit_->frontier().size();
        std::vector<audit::Hash> batch;
        std::uint64_t first = 0;  // of the batch
        std::uint64_t next = 0;
        const auto commitment = [&]() -> const audit::Hash& {
            if (next == first + batch.size()) {
                first = next;
                batch = audit_->commitments(first, std::min(kBatch, size - first));
                if (batch.empty()) throw damaged("the audit log");
            }
            return batch[next - first];
        };
        const auto closed_up_to = [&](std::uint64_t leaf) {
            for (; next < leaf; ++next) visit({next, commitment(), nullptr});
        };

        // Which leaf is about which dossier that is still there; only the dossiers know.
        std::vector<std::pair<std::uint64_t, base::DossierId>> places;
        for (const auto id : index_.ids()) {
            const DossierRow row = checked_row(id);
            const DossierSeal seal = open_dossier(row);
            const auto head = seal.open_head(row.version, row.head);
            const auto openings = head ? audit_->openings(seal, *head) : head.error();
            if (!openings) throw damaged("an entry of the audit log");
            for (const auto& opening : *openings) places.emplace_back(opening.leaf, id);
        }
        std::sort(places.begin(), places.end());

        std::unordered_map<base::DossierId, DossierSeal> seals;
        for (const auto& [leaf, dossier] : places) {
            // Two openings of one leaf, or one of no leaf, are not ours.
            if (leaf < next || leaf >= size) throw damaged("the audit log");
            auto seal = seals.find(dossier);
            if (seal == seals.end()) {
                if (seals.size() == kOpenSeals) seals.clear();
                seal = seals.emplace(dossier, open_dossier(checked_row(dossier))).first;
            }
            const auto opening = audit_->opening(seal->second, leaf);
            closed_up_to(leaf);
            if (!opening) throw damaged("an entry of the audit log");
            visit({next, commitment(), &*opening});
            ++next;
        }
        closed_up_to(size);
    });
}

base::Result<audit::Proof> Store::inclusion_proof(std::uint64_t leaf) {
    return guarded("read the audit log of", [&] { return audit_->inclusion(leaf); });
}

base::Result<audit::Proof> Store::consistency_proof(std::uint64_t earlier_size) {
    return guarded("read the audit log of", [&] {
        return audit::consistency_proof(*audit_, earlier_size, audit_->frontier().size());
    });
}

}  // namespace sightline::storage
