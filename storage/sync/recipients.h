// Whom ops are sealed to: a delegation's recovery key and its members' sealing keys, in a numbered
// list that its root has signed. A site pins the root and goes forward only: whoever is in no newer
// list gets nothing new. What was sealed to them before they keep; no list can take that back. A
// compact JWS, `typ` sightline-recipients. Reads no clock. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "session/signature/device_key.h"

namespace sightline::storage::sync {

inline constexpr std::string_view kRecipientsPurpose = "sightline-recipients";
inline constexpr std::size_t kMaxRecipientMembers = 64;

struct RecipientList {
    std::string delegation;  // the root's thumbprint
    std::uint64_t number = 0;
    signature::PublicKey recovery;
    std::vector<signature::PublicKey> members;  // sealing keys; the recovery key is none of them

    // Errors: Malformed, Forbidden (another root signed it, or nobody).
    static base::Result<RecipientList> verify(std::string_view jws,
                                              const signature::PublicKey& root);
    // Malformed: what `verify` would refuse.
    base::Result<std::string> issue(const signature::DeviceKey& root) const;
    // The recovery key first, always.
    std::vector<signature::PublicKey> keys() const;

    bool operator==(const RecipientList&) const = default;
};

// What one site believes.
class Recipients {
  public:
    explicit Recipients(signature::PublicKey root) : root_(std::move(root)) {}

    // Changes nothing on an error. Errors: those of RecipientList::verify; Forbidden: it is older
    // than the one it has, or another one of the same number. The very same once more is taken.
    base::Result<void> take(std::string_view jws);
    // nullopt: none was taken yet, so nothing can be released.
    const std::optional<RecipientList>& list() const { return list_; }

  private:
    signature::PublicKey root_;
    std::optional<RecipientList> list_;
};

}  // namespace sightline::storage::sync
