// What the command line may ask of the kiosk's store: one verb with its members in, the reply's
// members out. Every look into a dossier and every change leaves its trace in the audit log. Throws
// StorageError. No sockets. One thread.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "appliance/base/result.h"
#include "appliance/kiosk/session_authority.h"
#include "appliance/kiosk/store_lock.h"
#include "storage/erasure.h"
#include "storage/interview_repository.h"
#include "storage/store.h"

namespace sightline::kiosk {

// What those requests reach; all of it outlives them.
struct StoreDesk {
    storage::Store& store;
    StoreLock& lock;
    storage::InterviewRepository& interviews;
    storage::Erasure& erasure;
    std::filesystem::path exports;  // where files that are handed out go
    // Called when the store has been opened.
    std::function<void(Now)> on_opened;
};

// Whoever may use the socket is the kiosk's own user or root: an operator at the machine.
inline constexpr const char* kOperator = "operator";

// The member "dossier".
base::Result<base::DossierId> dossier_of(const boost::json::object& request);

// nullopt: the verb is none of the store's.
std::optional<base::Result<boost::json::object>> answer_store_request(
    std::string_view verb, const boost::json::object& request, const StoreDesk& desk, Now now);

// For the status: {"open", "new", "epoch", "guaranteed", "restored", "dossiers"}.
boost::json::object store_status(const StoreDesk& desk);

}  // namespace sightline::kiosk
