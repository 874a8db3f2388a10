// A delegation's files, in one folder of its administrator's, far from any kiosk:
//
//     root.json        the root, sealed; never leaves the administrator
//     delegation.jwk   its public half
//     roster.jws       the newest roster
//     mission.jws      the mission
//     circle.jws       the newest list of those who sync dossiers
//
// All but the first are brought to the kiosk. Each is written whole or not at all, for its own user
// alone. Any thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "appliance/base/result.h"
#include "session/identity/delegation_root.h"
#include "session/identity/delegation_roster.h"
#include "session/identity/mission_paper.h"
#include "session/identity/trust.h"
#include "storage/sync/circle.h"
#include "storage/sync/site_keys.h"

namespace sightline::cli {

class DelegationFiles {
  public:
    explicit DelegationFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // Errors of all: Unavailable (the disk), Malformed or Forbidden (what is in a file).
    // Conflict: there is a root already, which is never overwritten.
    base::Result<void> begin(const identity::DelegationRoot& root) const;
    base::Result<identity::DelegationRoot> root() const;
    // In place of the one that is there: the same key under another PIN.
    base::Result<void> replace(const identity::DelegationRoot& root) const;

    base::Result<signature::PublicKey> key() const;
    // none: there has been none yet.
    base::Result<std::optional<identity::DelegationRoster>> roster() const;
    base::Result<std::optional<identity::MissionPaper>> mission() const;
    base::Result<void> keep_roster(const std::string& jws) const;
    base::Result<void> keep_mission(const std::string& jws) const;
    std::filesystem::path circle_file() const;
    base::Result<std::optional<storage::sync::CircleList>> circle() const;
    base::Result<void> keep_circle(const std::string& jws) const;
    // What the kiosk takes, unread. NotFound: one of them is not there.
    base::Result<identity::Papers> papers() const;

  private:
    std::filesystem::path folder_;
};

// A public key as somebody sent it, which must have the code that they read out. Errors:
// Unavailable, Malformed, Forbidden (another code).
base::Result<signature::PublicKey> read_key(const std::filesystem::path& file,
                                            const std::string& code);

// A site's two keys, which must have the code of both. Errors: the same.
base::Result<storage::sync::SiteKeys> read_site_keys(const std::filesystem::path& file,
                                                     const std::string& code);
// Small files of others, without the line ends that mail and editors add.
base::Result<std::string> read_paper(const std::filesystem::path& file, const char* remedy);

}  // namespace sightline::cli
