#include "storage/dossier.h"

#include <algorithm>

namespace sightline::storage {

std::vector<const Record*> in_order_of_writing(const Dossier& dossier) {
    std::vector<const Record*> written;
    written.reserve(dossier.records.size());
    for (const auto& record : dossier.records) written.push_back(&record);
    std::stable_sort(written.begin(), written.end(),
                     [](const auto* a, const auto* b) { return a->version < b->version; });
    return written;
}

}  // namespace sightline::storage
