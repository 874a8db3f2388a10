// Reads of tables that are not Store's own run outside of its guard, so its sentence is given here.
// Throws StorageError. The store's thread.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include "storage/store.h"

namespace sightline::storage {

template <class Body>
auto read_guarded(Store& store, Body body) {
    try {
        return body(store.database().sqlite());
    } catch (const SQLite::Exception& e) {
        throw store.database().error("read", e);
    }
}

}  // namespace sightline::storage
