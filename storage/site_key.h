// The key by which this site signs: checkpoints of its audit log, certificates of destruction,
// manifests of exports. Made when it is first wanted, and sealed in the site's dossier. Throws
// StorageError. One thread.
#pragma once

#include <string>
#include <string_view>

#include "storage/audit/note_key.h"
#include "storage/store.h"

namespace sightline::storage {

audit::SigningKey site_key(Store& store);

// A signed note by that key. `text` is ours: UTF-8 lines, each ending in a line feed.
std::string sign_note(Store& store, std::string_view text);

// A signed checkpoint of the audit log as it stands.
std::string sign_checkpoint(Store& store);

}  // namespace sightline::storage
