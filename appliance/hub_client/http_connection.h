// One lasting HTTP/1.1 connection to the hub, for many requests one after the other over a link on
// which a handshake takes seconds. There is no deadline over the whole of a request, because a
// megabyte may take minutes, but over each piece of it. It dials when it is asked and not
// connected; after an error it is closed, and the next request dials again. One single-threaded
// executor, which must outlive it; one request at a time.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>

#include "appliance/hub_client/http_client.h"

namespace sightline::hub_client {

class HttpConnection {
  public:
    // Answers beyond `most_bytes` are refused.
    HttpConnection(boost::asio::any_io_executor executor, HubAddress hub, std::size_t most_bytes);
    ~HttpConnection();
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;

    // As HttpClient::request; `patience` is for each piece that is sent or comes. What fails on a
    // connection that was idle before anything was answered is asked once more on a new one.
    boost::asio::awaitable<base::Result<HttpResponse>> request(std::string method, std::string path,
                                                               std::vector<HttpHeader> headers,
                                                               std::string body,
                                                               base::Duration patience);
    // Also ends a request that is under way.
    void close();

    const HubAddress& hub() const;
    // Bytes of bodies and headers that were sent and came, over all of its life.
    std::uint64_t sent() const;
    std::uint64_t received() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sightline::hub_client
