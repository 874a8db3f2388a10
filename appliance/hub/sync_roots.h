// The delegations whose dossiers a hub relays, as the operator names them with --sync-root: a file
// with the root's public key each. Start-up only; throws std::runtime_error with one sentence.
#pragma once

#include <filesystem>
#include <vector>

#include "session/signature/device_key.h"

namespace sightline::hub {

std::vector<signature::PublicKey> read_sync_roots(const std::vector<std::filesystem::path>& files);

}  // namespace sightline::hub
