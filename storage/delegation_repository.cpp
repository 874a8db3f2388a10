#include "storage/delegation_repository.h"

#include "storage/interview_records.h"
#include "storage/transaction.h"

namespace sightline::storage {

std::optional<DelegationPapers> DelegationRepository::papers() {
    const auto site = store_.read(kSiteDossier);
    for (const auto& record : site.value().records) {
        if (record.kind == RecordKind::Delegation) return decoded<DelegationPapers>(record);
    }
    return std::nullopt;
}

void DelegationRepository::put(const DelegationPapers& papers, const std::string& detail,
                               const Said& said) {
    store_.write([&](Transaction& transaction) {
        transaction.put(kSiteDossier, papers.id, RecordKind::Delegation, encode(papers));
        transaction.audit(said.at, said.by, audit::Action::DelegationTaken, kSiteDossier, detail);
    });
}

void DelegationRepository::remove(const DelegationPapers& papers, const std::string& detail,
                                  const Said& said) {
    store_.write([&](Transaction& transaction) {
        transaction.remove(kSiteDossier, papers.id);
        transaction.audit(said.at, said.by, audit::Action::DelegationLeft, kSiteDossier, detail);
    });
}

}  // namespace sightline::storage
