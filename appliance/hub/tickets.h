// Tickets for the control socket: a browser cannot put a header on a WebSocket, so a page that is
// signed in fetches a ticket and says it in its hello. Each works once, for 30 seconds, and no
// longer than the login that it came of. Known by hash only. Pure logic. Main thread.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "appliance/base/time.h"
#include "appliance/hub/session_registry.h"

namespace sightline::hub {

inline constexpr std::chrono::seconds kTicketLife{30};
inline constexpr std::size_t kMaxTickets = 8;  // per participant; the oldest goes

class Tickets {
  public:
    // `login` is the hash of the cookie.
    std::string issue(const Holder& holder, const TokenHash& login, base::Instant now);
    std::optional<Holder> redeem(const TokenHash& ticket, base::Instant now);
    void end_login(const TokenHash& login);
    void forget(base::ParticipantId participant);
    std::size_t size() const { return tickets_.size(); }

  private:
    struct Ticket {
        TokenHash sha256{};
        TokenHash login{};
        Holder holder;
        base::Instant until;
    };
    void expire(base::Instant now);

    std::deque<Ticket> tickets_;  // in order of issue, which is the order of their ends
};

}  // namespace sightline::hub
