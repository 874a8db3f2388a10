// The staff who may use this kiosk: their accounts, their PINs and who is signed in. Too many wrong
// PINs lock an account, and a restart does not open it. While the kiosk runs, its monotonic clock
// counts, so that setting the other one neither opens an account nor locks it for ever; over a
// restart the wall clock does, within the length of the lock. Throws StorageError. One thread; must
// not outlive `repository`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/secret.h"
#include "appliance/kiosk/now.h"
#include "storage/seal/derive.h"
#include "storage/staff_repository.h"

namespace sightline::kiosk {

inline constexpr std::uint32_t kWrongPinsToLock = 5;
inline constexpr std::chrono::minutes kFirstLock{15};
inline constexpr std::uint32_t kMaxDoublings = 6;  // 16 hours
inline constexpr std::chrono::hours kShift{12};
inline constexpr std::size_t kMinStaffPinBytes = 6;
inline constexpr std::size_t kMaxStaffPinBytes = 128;
inline constexpr std::size_t kMaxStaff = 200;
// 16 MiB and some 50 ms: nothing of an interview waits for longer than that.
inline constexpr storage::seal::PinCost kStaffPinCost{14};

// Who asks, as the audit log has it and as the access table does.
struct Asker {
    storage::Actor actor;  // "supervisor 1a2b3c"
    model::Role role = model::Role::Staff;
};

class StaffDesk {
  public:
    explicit StaffDesk(storage::StaffRepository& repository,
                       storage::seal::PinCost cost = kStaffPinCost)
        : repository_(repository), cost_(cost) {}

    // Once the store is open.
    void load(Now now);
    bool is_empty() const { return accounts_.empty(); }
    struct Listed {
        const storage::StaffAccount& account;
        bool locked = false;
        std::size_t signed_in = 0;
    };
    std::vector<Listed> list(Now now) const;

    // A token that stands for the account for kShift. Errors: Unauthorized (name or PIN; which, is
    // not said), Forbidden (locked, and for how long).
    base::Result<std::string> sign_in(std::string_view name, const base::Secret& pin, Now now);
    base::Result<void> sign_out(std::string_view token, Now now);
    // Unauthorized: a token of nobody, or of one whose shift is over.
    base::Result<Asker> who(std::string_view token, Now now) const;

    // Errors: Malformed, Conflict (the name is taken; the first must be a supervisor), Exhausted.
    base::Result<base::RecordId> add(std::string name, model::Role role, const base::Secret& pin,
                                     const storage::Said& said);
    // Errors of both: NotFound. Conflict: the last supervisor stays.
    base::Result<void> remove(std::string_view name, const storage::Said& said);
    base::Result<void> unlock(std::string_view name, const storage::Said& said);

  private:
    // What is only good for this start of the program.
    struct Deadlines {
        base::Instant locked_until{};
        std::map<std::string, base::Instant> sign_ins;  // by hash
    };
    storage::StaffAccount* find(std::string_view name);
    bool is_locked(const storage::StaffAccount& account, Now now) const;
    base::Result<std::string> refuse(storage::StaffAccount& account, Now now);

    storage::StaffRepository& repository_;
    const storage::seal::PinCost cost_;
    std::vector<storage::StaffAccount> accounts_;  // by name
    std::map<base::RecordId, Deadlines> deadlines_;
};

}  // namespace sightline::kiosk
