#include "storage/staff_repository.h"

#include <algorithm>

#include "storage/interview_records.h"
#include "storage/transaction.h"

namespace sightline::storage {
namespace {

// What `detail` of an audit leaf says of an account: its name stands sealed in the account.
std::string short_of(const StaffAccount& account) {
    return std::string(model::name_of(account.role)) + " " + account.id.brief();
}

}  // namespace

std::vector<StaffAccount> StaffRepository::all() {
    std::vector<StaffAccount> out;
    const auto site = store_.read(kSiteDossier);
    for (const auto& record : site.value().records) {
        if (record.kind == RecordKind::Staff) out.push_back(decoded<StaffAccount>(record));
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return out;
}

void StaffRepository::put(const StaffAccount& account, audit::Action action,
                          const std::string& detail, const Said& said) {
    store_.write([&](Transaction& transaction) {
        transaction.put(kSiteDossier, account.id, RecordKind::Staff, encode(account));
        transaction.audit(said.at, said.by, action, kSiteDossier,
                          short_of(account) + (detail.empty() ? "" : ": " + detail));
    });
}

void StaffRepository::remove(const StaffAccount& account, const Said& said) {
    store_.write([&](Transaction& transaction) {
        transaction.remove(kSiteDossier, account.id);
        transaction.audit(said.at, said.by, audit::Action::StaffRemoved, kSiteDossier,
                          short_of(account));
    });
}

DeviceIdentity StaffRepository::start(model::RecordTime now,
                                      const std::function<std::string()>& make) {
    DeviceIdentity identity;
    const auto site = store_.read(kSiteDossier);
    for (const auto& record : site.value().records) {
        if (record.kind == RecordKind::DeviceKey) identity = decoded<DeviceIdentity>(record);
    }
    if (!identity.id) {
        identity.id = base::RecordId::random();
        identity.secret_jwk = make();
    }
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    identity.starts = std::max<std::uint64_t>(
        identity.starts + 1, seconds > 0 ? static_cast<std::uint64_t>(seconds) : 0);
    store_.write([&](Transaction& transaction) {
        transaction.put(kSiteDossier, identity.id, RecordKind::DeviceKey, encode(identity));
    });
    return identity;
}

}  // namespace sightline::storage
