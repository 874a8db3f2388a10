// The two kinds of connection that HTTP and WebSocket run over. Include only where Beast is needed:
// these headers are slow to compile.
#pragma once

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

namespace sightline::hub {

using PlainStream = boost::beast::tcp_stream;
using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

}  // namespace sightline::hub
