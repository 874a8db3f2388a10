// Erasing dossiers for good. The survivors' keys are wrapped under the next epoch's key, the device
// forgets the old epoch's secret, and a signed certificate says so; where the device keeps its
// secret in a file, the certificate says "not guaranteed". After that nobody opens an erased
// dossier any more: not with the disk as it was before, nor a backup, nor every key that is left.
//
// A crash leaves an erasure either not begun, or to be finished by `finish`, which belongs to every
// start. Throws StorageError. One thread; must not outlive `store`.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "storage/store.h"

namespace sightline::storage {

class Erasure {
  public:
    explicit Erasure(Store& store) : store_(store) {}

    struct Request {
        std::vector<base::DossierId> dossiers;
        std::string reason;  // "retention", "request of the person", ...
        Actor by;
        model::RecordTime at;
    };
    // The certificate, a signed note. Errors: NotFound; Conflict (a legal hold, which is named with
    // its dossier, or ops about it that must be sent first); Malformed (nothing to erase, or no
    // reason); what the device says.
    base::Result<std::string> erase(const Request& request);

    // Dossiers whose time is over, on which no hold lies and about which no op waits to be sent.
    std::vector<base::DossierId> due(model::RecordTime now);

    // Makes the device forget what a crash left, and signs the certificates that are missing.
    base::Result<std::vector<std::string>> finish();
    // All certificates so far, oldest first.
    std::vector<std::string> certificates();

    // A dossier under hold is not erased, whatever else says so, until the hold is lifted.
    base::Result<void> hold(base::DossierId dossier, const std::string& reason, const Actor& by,
                            model::RecordTime at);
    base::Result<void> lift(base::DossierId dossier, const std::string& reason, const Actor& by,
                            model::RecordTime at);
    base::Result<void> retain_until(base::DossierId dossier, std::optional<model::RecordTime> until,
                                    const Actor& by, model::RecordTime at);

  private:
    base::Result<void> set_hold(base::DossierId dossier, bool held, const std::string& reason,
                                const Actor& by, model::RecordTime at);
    base::Result<void> judge(const Request& request);

    Store& store_;
};

}  // namespace sightline::storage
