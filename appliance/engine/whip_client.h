// One WHIP or WHEP resource at the hub (RFC 9725): made by POST, its ICE restarted by PATCH, ended
// by DELETE. Runs on one executor, which must outlive it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <string>

#include "appliance/base/result.h"
#include "appliance/hub_client/http_client.h"
#include "media/wire/sdp.h"

namespace sightline::engine {

class WhipClient {
  public:
    // `endpoint` is "/v1/whip" or "/v1/whep".
    WhipClient(boost::asio::any_io_executor executor, hub_client::HubAddress hub,
               std::string endpoint, std::string token);

    // Offers; returns the SDP answer. An earlier resource of this object is forgotten.
    boost::asio::awaitable<base::Result<std::string>> create(std::string offer);
    // Errors: NotFound, before create() or when the hub has forgotten the resource: create again.
    boost::asio::awaitable<base::Result<wire::SdpFragment>> restart(wire::SdpFragment offer);
    // Best effort: a hub that cannot be reached finds out by silence.
    boost::asio::awaitable<void> remove();

    // For the requests from now on; the resource stays.
    void set_token(std::string token) { token_ = std::move(token); }

    // Last part of the resource's path: its id, as the `slots` message names it. Empty: none.
    std::string resource_id() const;

  private:
    std::vector<hub_client::HttpHeader> headers(std::string content_type) const;

    hub_client::HttpClient http_;
    std::string endpoint_;
    std::string token_;
    std::string location_;
};

}  // namespace sightline::engine
