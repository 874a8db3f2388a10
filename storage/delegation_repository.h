// The papers of the delegation that this kiosk serves, in the site's dossier. Each change is one
// transaction with its audit leaf. Throws StorageError; changes nothing when it throws. One thread;
// must not outlive `store`.
#pragma once

#include <optional>
#include <string>

#include "storage/record_types.h"
#include "storage/store.h"

namespace sightline::storage {

class DelegationRepository {
  public:
    explicit DelegationRepository(Store& store) : store_(store) {}

    std::optional<DelegationPapers> papers();
    // In place of what was there. `detail` is for the audit log, and names nobody.
    void put(const DelegationPapers& papers, const std::string& detail, const Said& said);
    void remove(const DelegationPapers& papers, const std::string& detail, const Said& said);

  private:
    Store& store_;
};

}  // namespace sightline::storage
