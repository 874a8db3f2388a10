// A delegation's circle: which sites write about its dossiers, and whom they seal to. A numbered
// list that the delegation's root has signed, with the recovery key and each site's two keys. A
// reader pins the root and goes forward only: a site that was taken out writes nothing new and gets
// nothing new; what it wrote stays good, and what was sealed to it before it keeps, which no list
// can take back. A compact JWS, `typ` sightline-circle. Reads no clock. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "session/signature/device_key.h"
#include "storage/sync/names.h"

namespace sightline::storage::sync {

inline constexpr std::string_view kCirclePurpose = "sightline-circle";
inline constexpr std::size_t kMaxCircleSites = 64;  // removed ones included
inline constexpr std::size_t kMaxCircleBytes = std::size_t{64} * 1024;

struct CircleSite {
    SiteId site;       // random, and another one in each circle
    std::string name;  // one line, for people
    signature::PublicKey signing;
    signature::PublicKey sealing;
    bool removed = false;

    bool operator==(const CircleSite&) const = default;
};

struct CircleList {
    std::string delegation;  // the root's thumbprint
    std::uint64_t number = 0;
    signature::PublicKey recovery;
    std::vector<CircleSite> sites;  // no id and no key twice; the recovery key is none of them

    // Errors: Malformed, Forbidden (another root signed it, or nobody).
    static base::Result<CircleList> verify(std::string_view jws, const signature::PublicKey& root);
    // Malformed: what `verify` would refuse.
    base::Result<std::string> issue(const signature::DeviceKey& root) const;
    // The recovery key first, always; then those of all sites that are not removed.
    std::vector<signature::PublicKey> recipients() const;
    // null: there is none.
    const CircleSite* find(SiteId site) const;

    bool operator==(const CircleList&) const = default;
};

// What one reader believes.
class Circle {
  public:
    explicit Circle(signature::PublicKey root) : root_(std::move(root)) {}

    // Changes nothing on an error. Errors: those of CircleList::verify; Forbidden: it is older than
    // the one that is here, or another one of the same number, or a site of it has changed its
    // keys or was put back. The very same once more is taken.
    base::Result<void> take(std::string_view jws);
    // nullopt: none was taken yet, so nothing can be released.
    const std::optional<CircleList>& list() const { return list_; }
    const signature::PublicKey& root() const { return root_; }

  private:
    signature::PublicKey root_;
    std::optional<CircleList> list_;
};

}  // namespace sightline::storage::sync
