// What a request on the control socket is, what it can reach, and how a verb answers one. One
// thread.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

#include "appliance/base/result.h"
#include "appliance/kiosk/attachment_desk.h"
#include "appliance/kiosk/dossier_desk.h"
#include "appliance/kiosk/engine_link.h"
#include "appliance/kiosk/hub_link.h"
#include "appliance/kiosk/kept_trust.h"
#include "appliance/kiosk/session_authority.h"
#include "appliance/kiosk/staff_desk.h"
#include "appliance/kiosk/store_lock.h"
#include "session/access/access.h"
#include "storage/erasure.h"
#include "storage/interview_repository.h"
#include "storage/store.h"

namespace sightline::kiosk {

// The store, and where files that are handed out of it go. All of it outlives the requests.
struct StoreDesk {
    storage::Store& store;
    StoreLock& lock;
    storage::InterviewRepository& interviews;
    storage::Erasure& erasure;
    std::filesystem::path state;  // where all of it lies
    std::filesystem::path exports;
    // Called when the store has been opened.
    std::function<void(Now)> on_opened;
};

// What requests reach. Links may be null in a test.
struct Desk {
    SessionAuthority& authority;
    StaffDesk& staff;
    const consent::TextLibrary& texts;
    const StoreDesk* store = nullptr;
    EngineLink* engine = nullptr;
    HubLink* hub = nullptr;
    KeptTrust* trust = nullptr;
    DossierDesk* dossiers = nullptr;
    AttachmentDesk* attachments = nullptr;
};

struct Request {
    const boost::json::object& members;
    Now now;
    Asker asker;  // known, and allowed to ask for this

    storage::Said said() const { return {asker.actor, now.wall}; }
};

using Reply = base::Result<boost::json::object>;

struct Verb {
    std::string_view name;
    // What it is in the access table.
    access::Action (*action)(const boost::json::object& members);
    Reply (*answer)(const Request& request, const Desk& desk);
};

template <access::Action kAction>
access::Action always(const boost::json::object&) {
    return kAction;
}

std::span<const Verb> session_verbs();
std::span<const Verb> people_verbs();
std::span<const Verb> conduct_verbs();
std::span<const Verb> consent_verbs();
std::span<const Verb> staff_verbs();
std::span<const Verb> store_verbs();
std::span<const Verb> delegation_verbs();
std::span<const Verb> dossier_verbs();
std::span<const Verb> circle_verbs();
std::span<const Verb> attachment_verbs();
std::span<const Verb> self_test_verbs();

}  // namespace sightline::kiosk
