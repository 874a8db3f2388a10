// Who is signed in: a browser holds a random cookie, the hub its SHA-256. A login ends by signing
// out, by its time, or with the participant; one that ended here stays ended, whatever a kiosk says
// that has not heard of it yet. Pure logic. Main thread.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "appliance/hub/credential.h"
#include "appliance/hub/session_registry.h"

namespace sightline::hub {

inline constexpr std::chrono::hours kLoginLife{12};  // a day of interviews

class Logins {
  public:
    // Takes the logins that the kiosk kept. Returns what it has not heard of: logins that began
    // here and logins that ended here.
    std::vector<CredentialNews> learn(const Holder& holder, const std::vector<LoginSpec>& specs);
    bool belongs_to_other(const TokenHash& sha256, base::ParticipantId participant) const;

    // Returns the login that had to go for it.
    std::optional<TokenHash> start(const Holder& holder, const LoginSpec& login);
    std::optional<Holder> find(const TokenHash& sha256, model::RecordTime now) const;
    std::optional<Holder> end(const TokenHash& sha256);
    std::vector<TokenHash> of(base::ParticipantId participant) const;  // that have not ended
    void forget(base::ParticipantId participant);
    // Ends those whose time is over; returns the participants who are signed in nowhere any more.
    std::vector<Holder> expire(model::RecordTime now);

  private:
    struct Entry {
        Holder holder;
        model::RecordTime until;
        std::uint64_t age = 0;  // order of arrival
        bool ended = false;     // kept until its time is over, to be ended again
    };
    using Entries = std::map<TokenHash, Entry>;
    std::size_t count(base::ParticipantId participant, bool ended) const;
    Entries::iterator oldest(base::ParticipantId participant, bool ended);
    void mark_ended(Entries::iterator at);

    Entries entries_;
    std::uint64_t next_age_ = 1;
};

}  // namespace sightline::hub
