// Invitations: each lets one participant sign in once, until a moment that the kiosk chose. One
// that was used here stays used, whatever a kiosk says that has not heard of it yet. Pure logic.
// Main thread.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "appliance/hub/credential.h"
#include "appliance/hub/session_registry.h"

namespace sightline::hub {

class Invitations {
  public:
    enum class Standing : std::uint8_t { Unknown, Good, Used, Late };
    struct Found {
        Standing standing = Standing::Unknown;
        Holder holder;
    };

    // Takes the one invitation that the kiosk states for a participant, or that there is none. An
    // unused earlier one is void. When the stated one was used: when.
    std::optional<model::RecordTime> learn(const Holder& holder,
                                           const std::optional<InvitationSpec>& spec);
    bool belongs_to_other(const TokenHash& sha256, base::ParticipantId participant) const;

    Found find(const TokenHash& sha256, model::RecordTime now) const;
    void use(const TokenHash& sha256, model::RecordTime now);
    std::vector<TokenHash> of(base::ParticipantId participant) const;  // used ones too
    void forget(base::ParticipantId participant);

  private:
    struct Entry {
        Holder holder;
        model::RecordTime until;
        std::optional<model::RecordTime> used;
    };
    std::map<TokenHash, Entry> entries_;
};

}  // namespace sightline::hub
