// What a hub answers a site, read within bounds. storage/sync/FORMAT.md, "Over HTTP". Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "session/signature/device_key.h"
#include "storage/sync/op_chain.h"

namespace sightline::sync_client {

struct TicketAnswer {
    std::string ticket;
    signature::PublicKey hub;
    std::string circle;
    std::vector<std::string> receipts;
    std::optional<storage::sync::Fork> fork;
};
base::Result<std::string> read_challenge(std::string_view body);
base::Result<TicketAnswer> read_ticket(std::string_view body);

struct OpsAnswer {
    std::size_t taken = 0;
    std::string receipt;  // empty: none
    std::optional<storage::sync::Fork> fork;
};
base::Result<OpsAnswer> read_ops_answer(std::string_view body);

}  // namespace sightline::sync_client
