// What a dossier must say, worked out from all of its ops at once and straight from the definitions
// in storage/sync/FORMAT.md, without a line of the code that is tested: slow, and easy to check.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/sync/dossier_state.h"
#include "storage/sync/op_content.h"

namespace sightline::sim {

using storage::sync::OpHash;

// An op as whoever made it knows it.
struct MadeOp {
    OpHash hash{};
    storage::sync::Pseudonym dossier;
    std::vector<OpHash> parents;
    storage::sync::OpContent content;
    std::size_t site = 0;
};

// What differs between the state that is due after these ops and the one that is shown. Empty: all
// is as it must be.
std::vector<std::string> differences(const std::vector<const MadeOp*>& ops,
                                     const storage::sync::DossierState& shown);

}  // namespace sightline::sim
