// HTTP/1.1 requests to the hub: one connection per request, TLS checked as the address says,
// bounded answers, and a deadline over the whole of it. Runs on one single-threaded executor, which
// must outlive it; requests may overlap, and one that is under way survives the client.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "appliance/base/time.h"
#include "appliance/hub_client/hub_url.h"

namespace sightline::hub_client {

struct HttpHeader {
    std::string name;
    std::string value;
};

struct HttpResponse {
    unsigned status = 0;
    std::vector<HttpHeader> headers;
    std::string body;

    // The first header of that name, whatever its case.
    std::optional<std::string_view> header(std::string_view name) const;
};

// An answer's body beyond this is refused: an SDP answer or a problem report is far smaller.
inline constexpr std::size_t kMaxResponseBytes = 256 * 1024;

class HttpClient {
  public:
    HttpClient(boost::asio::any_io_executor executor, HubAddress hub);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // Any status is a value. Errors: Timeout, Unavailable (no connection), Unauthorized (the hub's
    // certificate is not the right one), Malformed, TooLarge. Host and Content-Length are added.
    // `path` starts with '/'; a Location header's value may be given as it came if it is on this
    // hub.
    boost::asio::awaitable<base::Result<HttpResponse>> request(std::string method, std::string path,
                                                               std::vector<HttpHeader> headers,
                                                               std::string body,
                                                               base::Duration timeout);

    const HubAddress& hub() const;

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

// The sentence for an answer that is not the one hoped for: what was asked, the status, the
// `detail` of an application/problem+json body if there is one. 401, 403, 404, 409/412, 413, 503
// map to their Errc.
base::Error error_from_response(const HubUrl& hub, std::string_view request,
                                const HttpResponse& response);

}  // namespace sightline::hub_client
