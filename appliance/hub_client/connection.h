// What HttpClient and WebSocketClient share, and nobody else includes: dialling a hub by name, TLS
// with the pinned or verified certificate, and sentences for what went wrong. One single-threaded
// executor.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "appliance/base/time.h"
#include "appliance/hub_client/hub_url.h"

namespace sightline::hub_client {

using PlainStream = boost::beast::tcp_stream;
using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

// Completes with (error_code, result...) instead of throwing: a lost peer is no exception here.
inline constexpr auto kAwaitTuple = boost::asio::as_tuple(boost::asio::use_awaitable);

// A client context that accepts only what `hub` says. The pin is checked by OpenSSL in the
// handshake, before a byte of ours is sent. `hub` must outlive the context.
std::unique_ptr<boost::asio::ssl::context> make_tls_context(const HubAddress& hub);

// Resolve, connect and (TLS) shake hands until `deadline`, which then still stands on the stream.
boost::asio::awaitable<base::Result<void>> open_stream(PlainStream& stream, const HubAddress& hub,
                                                       base::Instant deadline);
boost::asio::awaitable<base::Result<void>> open_stream(TlsStream& stream, const HubAddress& hub,
                                                       base::Instant deadline);

// `doing` is the operation ("connect to", "read from"); the hub's URL and what to do are added.
base::Error error_at_hub(const HubUrl& hub, std::string_view doing,
                         const boost::system::error_code& why);

}  // namespace sightline::hub_client
