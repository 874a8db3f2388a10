// How the sealed store is opened at this kiosk: with the key that survived a crash in the starter's
// descriptor store, else with the staff's PIN. While it is locked no interview is held; afterwards
// it stays open until the kiosk is stopped. One thread; must not outlive what it is made with.
#pragma once

#include "appliance/kiosk/session_authority.h"
#include "hardware/fd_store.h"
#include "storage/erasure.h"
#include "storage/store.h"

namespace sightline::kiosk {

class StoreLock {
  public:
    // `inherited` may be null: nothing survived, or nobody keeps anything.
    StoreLock(storage::Store& store, storage::Erasure& erasure, hardware::FdStore* inherited);

    // Opens it with what survived a crash. False: the PIN is needed.
    bool try_kept(Now now);
    // Opens it with the PIN, or sets the first one of a new store. Errors: as Store::unlock,
    // Conflict when it is open already, and Forbidden for some time after several wrong PINs, and
    // how long. Throws StorageError.
    base::Result<void> unlock(const base::Secret& pin, Now now);
    // Errors: Unauthorized (the present PIN is another), Malformed (the new one), and the device's.
    base::Result<void> change_pin(const base::Secret& present, const base::Secret& next, Now now);

    bool is_open() const { return store_.is_unlocked(); }

  private:
    void opened(Now now, const char* how);
    void keep(const base::Secret& key);

    storage::Store& store_;
    storage::Erasure& erasure_;
    hardware::FdStore* inherited_;
    int refused_ = 0;  // PINs since it was last opened
    base::Instant next_try_{};
};

}  // namespace sightline::kiosk
