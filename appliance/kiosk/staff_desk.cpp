#include "appliance/kiosk/staff_desk.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <utility>

#include "appliance/base/hex.h"
#include "appliance/base/log.h"
#include "appliance/base/random.h"
#include "appliance/kiosk/access_token.h"
#include "appliance/kiosk/refusals.h"

namespace sightline::kiosk {
namespace {

using base::Errc;
using base::Error;
using storage::PinHash;
using storage::StaffAccount;
using storage::audit::Action;

bool is_of_staff(model::Role role) {
    return role == model::Role::Staff || role == model::Role::Supervisor ||
           role == model::Role::DataProtectionOfficer || role == model::Role::Operator;
}

base::Secret stretched(const base::Secret& pin, base::ByteView salt, std::uint32_t log2_n) {
    return storage::seal::stretch_pin(pin, salt, {log2_n}).auth;
}

PinHash hash_of(const base::Secret& pin, storage::seal::PinCost cost) {
    std::array<std::uint8_t, 16> salt{};
    base::fill_random(salt);
    return {base::to_hex(salt), cost.log2_n,
            base::to_hex(stretched(pin, salt, cost.log2_n).reveal())};
}

bool is_pin(const base::Secret& pin, const PinHash& known) {
    const auto salt = base::from_hex(known.salt);
    const auto hash = base::from_hex(known.hash);
    if (!salt || !hash) return false;
    const auto given = stretched(pin, *salt, known.log2_n);
    return given.reveal().size() == hash->size() &&
           CRYPTO_memcmp(given.reveal().data(), hash->data(), hash->size()) == 0;
}

storage::Actor actor_of(const StaffAccount& account) {
    return std::string(model::name_of(account.role)) + " " + account.id.brief();
}

std::chrono::minutes lock_length(std::uint32_t locks) {
    return kFirstLock * (1 << std::min(locks > 0 ? locks - 1 : 0, kMaxDoublings));
}

// What is left of it by the wall clock, which may have been set in either direction: no more than
// the whole, and at least nothing.
base::Duration left_of(model::RecordTime until, model::RecordTime now, base::Duration whole) {
    return std::clamp<base::Duration>(until - now, base::Duration::zero(), whole);
}

Error not_known() {
    return {Errc::Unauthorized, "sign in: the name or the PIN is wrong; try again"};
}

}  // namespace

void StaffDesk::load(Now now) {
    accounts_ = repository_.all();
    deadlines_.clear();
    for (auto& account : accounts_) {
        auto& deadlines = deadlines_[account.id];
        if (account.locked_until) {
            deadlines.locked_until =
                now.instant + left_of(*account.locked_until, now.wall, lock_length(account.locks));
        }
        for (const auto& sign_in : account.sign_ins) {
            deadlines.sign_ins[sign_in.sha256] =
                now.instant + left_of(sign_in.until, now.wall, kShift);
        }
    }
}

std::vector<StaffDesk::Listed> StaffDesk::list(Now now) const {
    std::vector<Listed> out;
    for (const auto& account : accounts_) {
        const auto& sign_ins = deadlines_.at(account.id).sign_ins;
        const auto signed_in =
            std::count_if(sign_ins.begin(), sign_ins.end(),
                          [&](const auto& sign_in) { return now.instant < sign_in.second; });
        out.push_back({account, is_locked(account, now), static_cast<std::size_t>(signed_in)});
    }
    return out;
}

base::Result<std::string> StaffDesk::sign_in(std::string_view name, const base::Secret& pin,
                                             Now now) {
    auto* account = find(name);
    if (account == nullptr) {
        // As long as for a known name, so that the time does not tell which names there are.
        (void)hash_of(pin, cost_);
        return not_known();
    }
    if (is_locked(*account, now)) {
        const auto left = std::chrono::ceil<std::chrono::minutes>(
            deadlines_[account->id].locked_until - now.instant);
        return Error{Errc::Forbidden,
                     "sign in: too many wrong PINs; the account is locked for another " +
                         std::to_string(left.count()) +
                         " min. A supervisor can unlock it with `sightline staff unlock`"};
    }
    if (!is_pin(pin, account->pin)) return refuse(*account, now);

    const auto token = AccessToken::random();
    auto next = *account;
    next.wrong = 0;
    next.locks = 0;
    next.locked_until.reset();
    auto& deadlines = deadlines_[account->id];
    std::erase_if(next.sign_ins, [&](const auto& old) {
        const auto known = deadlines.sign_ins.find(old.sha256);
        return known == deadlines.sign_ins.end() || now.instant >= known->second;
    });
    next.sign_ins.push_back({token.sha256, now.wall + kShift});
    repository_.put(next, Action::StaffSignedIn, "", {actor_of(next), now.wall});
    *account = std::move(next);
    deadlines.sign_ins[token.sha256] = now.instant + kShift;
    return token.text;
}

base::Result<std::string> StaffDesk::refuse(StaffAccount& account, Now now) {
    auto next = account;
    const bool locks = ++next.wrong >= kWrongPinsToLock;
    if (locks) {
        next.wrong = 0;
        ++next.locks;
        next.locked_until = now.wall + lock_length(next.locks);
    }
    // Before the answer: whoever kills the kiosk has not won a try.
    repository_.put(next, locks ? Action::StaffLocked : Action::StaffRefused,
                    locks ? std::to_string(lock_length(next.locks).count()) + " min" : "",
                    {kKioskActor, now.wall});
    account = std::move(next);
    if (!locks) return not_known();
    deadlines_[account.id].locked_until = now.instant + lock_length(account.locks);
    spdlog::warn("staff.locked account={} locks={}", account.id.brief(), account.locks);
    return Error{Errc::Forbidden, "sign in: the name or the PIN is wrong, for the " +
                                      std::to_string(kWrongPinsToLock) +
                                      "th time; the account is locked for " +
                                      std::to_string(lock_length(account.locks).count()) + " min"};
}

base::Result<void> StaffDesk::sign_out(std::string_view token, Now now) {
    const auto sha256 = sha256_hex(token);
    for (auto& account : accounts_) {
        auto next = account;
        if (std::erase_if(next.sign_ins, [&](const auto& s) { return s.sha256 == sha256; }) == 0) {
            continue;
        }
        repository_.put(next, Action::StaffSignedOut, "", {actor_of(next), now.wall});
        account = std::move(next);
        deadlines_[account.id].sign_ins.erase(sha256);
        return {};
    }
    return Error{Errc::Unauthorized, "sign out: nobody is signed in with this token"};
}

base::Result<Asker> StaffDesk::who(std::string_view token, Now now) const {
    const auto sha256 = sha256_hex(token);
    for (const auto& account : accounts_) {
        const auto& sign_ins = deadlines_.at(account.id).sign_ins;
        const auto known = sign_ins.find(sha256);
        if (known != sign_ins.end() && now.instant < known->second) {
            return Asker{actor_of(account), account.role};
        }
    }
    return Error{Errc::Unauthorized,
                 "nobody is signed in with this token; sign in with `sightline sign-in NAME`"};
}

base::Result<base::RecordId> StaffDesk::add(std::string name, model::Role role,
                                            const base::Secret& pin, const storage::Said& said) {
    // It becomes part of a file's name at the command line.
    const bool plain =
        !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        });
    if (!plain) {
        return Error{Errc::Malformed, "add staff: the name must be 1 to 32 of a-z, 0-9, - and _"};
    }
    if (!is_of_staff(role)) {
        return Error{Errc::Malformed,
                     "add staff: the role must be staff, supervisor, data-protection-officer or "
                     "operator"};
    }
    const auto bytes = pin.reveal().size();
    if (bytes < kMinStaffPinBytes || bytes > kMaxStaffPinBytes) {
        return Error{Errc::Malformed, "add staff: the PIN must have 6 to 128 characters"};
    }
    if (accounts_.empty() && role != model::Role::Supervisor) {
        return Error{Errc::Conflict, "add staff: the first account must be a supervisor's"};
    }
    if (find(name) != nullptr) {
        return Error{Errc::Conflict, "add staff: there is a " + name +
                                         " already; take another "
                                         "name, or remove that one"};
    }
    if (accounts_.size() >= kMaxStaff) {
        return Error{Errc::Exhausted, "add staff: there are 200 accounts; remove one first"};
    }
    StaffAccount account;
    account.id = base::RecordId::random();
    account.name = std::move(name);
    account.role = role;
    account.pin = hash_of(pin, cost_);
    repository_.put(account, Action::StaffAdded, "", said);
    deadlines_[account.id] = {};
    const auto id = account.id;
    const auto place = std::find_if(accounts_.begin(), accounts_.end(),
                                    [&](const auto& other) { return other.name > account.name; });
    accounts_.insert(place, std::move(account));
    return id;
}

base::Result<void> StaffDesk::remove(std::string_view name, const storage::Said& said) {
    const auto* account = find(name);
    if (account == nullptr) {
        return Error{Errc::NotFound,
                     "remove staff: there is nobody of that name; `sightline staff "
                     "list` shows who there is"};
    }
    const auto supervisors = std::count_if(accounts_.begin(), accounts_.end(), [](const auto& a) {
        return a.role == model::Role::Supervisor;
    });
    if (account->role == model::Role::Supervisor && supervisors == 1) {
        return Error{Errc::Conflict,
                     "remove staff: this is the last supervisor; add another one first"};
    }
    repository_.remove(*account, said);
    deadlines_.erase(account->id);
    accounts_.erase(accounts_.begin() + (account - accounts_.data()));
    return {};
}

base::Result<void> StaffDesk::unlock(std::string_view name, const storage::Said& said) {
    auto* account = find(name);
    if (account == nullptr) {
        return Error{Errc::NotFound,
                     "unlock staff: there is nobody of that name; `sightline staff "
                     "list` shows who there is"};
    }
    auto next = *account;
    next.wrong = 0;
    next.locks = 0;
    next.locked_until.reset();
    repository_.put(next, Action::StaffUnlocked, "", said);
    *account = std::move(next);
    deadlines_[account->id].locked_until = {};
    return {};
}

StaffAccount* StaffDesk::find(std::string_view name) {
    for (auto& account : accounts_) {
        if (account.name == name) return &account;
    }
    return nullptr;
}

bool StaffDesk::is_locked(const StaffAccount& account, Now now) const {
    return now.instant < deadlines_.at(account.id).locked_until;
}

}  // namespace sightline::kiosk
