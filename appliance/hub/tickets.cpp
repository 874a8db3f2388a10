#include "appliance/hub/tickets.h"

#include <algorithm>

#include "appliance/base/random.h"

namespace sightline::hub {

std::string Tickets::issue(const Holder& holder, const TokenHash& login, base::Instant now) {
    expire(now);
    const auto is_theirs = [&](const Ticket& ticket) {
        return ticket.holder.participant == holder.participant;
    };
    const auto theirs = std::count_if(tickets_.begin(), tickets_.end(), is_theirs);
    if (static_cast<std::size_t>(theirs) >= kMaxTickets) {
        tickets_.erase(std::find_if(tickets_.begin(), tickets_.end(), is_theirs));
    }
    std::string ticket = base::random_token();
    tickets_.push_back({hash_token(ticket), login, holder, now + kTicketLife});
    return ticket;
}

std::optional<Holder> Tickets::redeem(const TokenHash& sha256, base::Instant now) {
    expire(now);
    const auto at = std::find_if(tickets_.begin(), tickets_.end(),
                                 [&](const Ticket& ticket) { return ticket.sha256 == sha256; });
    if (at == tickets_.end()) return std::nullopt;
    const Holder holder = at->holder;
    tickets_.erase(at);
    return holder;
}

void Tickets::end_login(const TokenHash& login) {
    std::erase_if(tickets_, [&](const Ticket& ticket) { return ticket.login == login; });
}

void Tickets::forget(base::ParticipantId participant) {
    std::erase_if(tickets_,
                  [&](const Ticket& ticket) { return ticket.holder.participant == participant; });
}

void Tickets::expire(base::Instant now) {
    while (!tickets_.empty() && tickets_.front().until <= now) tickets_.pop_front();
}

}  // namespace sightline::hub
