// The staff's accounts and this kiosk's own identity, in the site's dossier. Each call is one
// transaction with its audit leaf. Throws StorageError; changes nothing when it throws. One thread;
// must not outlive `store`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "storage/record_types.h"
#include "storage/store.h"

namespace sightline::storage {

class StaffRepository {
  public:
    explicit StaffRepository(Store& store) : store_(store) {}

    std::vector<StaffAccount> all();  // by name
    void put(const StaffAccount& account, audit::Action action, const std::string& detail,
             const Said& said);
    void remove(const StaffAccount& account, const Said& said);

    // Numbers this start of the program, which must precede whatever carries the number. It is
    // above that of every start before, and not below the clock's seconds, so that a backup that is
    // put back does not count from where it was made. `make` is called for the secret JWK if there
    // is no device key yet.
    DeviceIdentity start(model::RecordTime now, const std::function<std::string()>& make);

  private:
    Store& store_;
};

}  // namespace sightline::storage
