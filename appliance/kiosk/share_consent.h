// Whether a dossier may be released to a state: what the people of the case have answered to the
// question whether it may be shared with it. Pure. Any thread.
#pragma once

#include <string_view>
#include <vector>

#include "storage/form_repository.h"
#include "storage/sync/op_content.h"

namespace sightline::kiosk {

enum class Sharing : std::uint8_t {
    NotAsked,  // somebody has not said yes
    Given,     // all who were interviewed, and whoever else was asked, have
    Declined,  // somebody's last word is no
};
Sharing sharing_of(const storage::FormFile& file, std::string_view state);

// The last answer of each person about this state, oldest first.
std::vector<model::Consent> last_words(const storage::FormFile& file, std::string_view state);

// consents/PERSON/share-dossier/STATE; of a guardian PERSON.CHILD.
storage::sync::Change change_of(const model::Consent& consent);

}  // namespace sightline::kiosk
