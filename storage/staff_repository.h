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

    // Counts this start of the program, which must precede whatever carries its number. `make` is
    // called for the secret JWK if there is no device key yet.
    DeviceIdentity start(const std::function<std::string()>& make);

  private:
    Store& store_;
};

}  // namespace sightline::storage
