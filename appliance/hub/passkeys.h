// Passkeys: which credential is whose, with its public key and the highest counter it has shown.
// Pure logic. Main thread.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "appliance/hub/credential.h"
#include "appliance/hub/session_registry.h"

namespace sightline::hub {

class Passkeys {
  public:
    struct Owned {
        Holder holder;
        Passkey passkey;
    };

    // Takes the passkeys that the kiosk kept; of two counters the higher one counts. Returns what
    // the kiosk has not heard of.
    std::vector<CredentialNews> learn(const Holder& holder, const std::vector<Passkey>& passkeys);
    bool belongs_to_other(const base::Bytes& id, base::ParticipantId participant) const;

    // Errors: Conflict (the credential is registered already), Exhausted (too many of one person).
    base::Result<void> add(const Holder& holder, const Passkey& passkey);
    std::optional<Owned> find(const base::Bytes& id) const;
    std::vector<Passkey> of(base::ParticipantId participant) const;
    void set_counter(const base::Bytes& id, std::uint32_t counter);
    void forget(base::ParticipantId participant);

  private:
    std::map<base::Bytes, Owned> by_id_;
};

}  // namespace sightline::hub
