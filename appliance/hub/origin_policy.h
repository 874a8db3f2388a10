// Which web origins may talk to the hub (RFC 6454), by exact comparison of their serialisation, and
// the CORS headers for those that may. A request without an Origin comes from no browser page and
// passes. Main thread.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "appliance/hub/http_message.h"

namespace sightline::hub {

class OriginPolicy {
  public:
    // Adds "https://host[:port]"; the default port of the scheme is dropped, as browsers do.
    void allow(std::string_view origin);
    bool allows(std::string_view origin) const;

    // Adds the headers that let a page of an allowed origin read the reply; nothing for others.
    void add_cors_headers(const Request& request, Reply& reply) const;
    // The answer to a preflight of a WHIP or WHEP path.
    Reply preflight(const Request& request, std::string_view methods) const;

    const std::set<std::string, std::less<>>& origins() const { return origins_; }

  private:
    std::set<std::string, std::less<>> origins_;
};

// True for "http://host", "https://host:port" and the like, without a path.
bool is_origin(std::string_view text);

}  // namespace sightline::hub
