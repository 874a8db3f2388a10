// Where a program listens for TCP: the address as an option names it, and the socket there. Plain
// values and one function. Any thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sightline::http_server {

struct ListenAddress {
    std::string ip;
    std::uint16_t port = 0;  // 0: any free one

    bool is_loopback() const;
};
// "127.0.0.1:8080", "[::1]:0"; nullopt for anything else. Names are not looked up.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

// Throws std::runtime_error with one sentence naming `option` when the address cannot be had.
boost::asio::ip::tcp::acceptor listen_on(boost::asio::any_io_executor executor,
                                         std::string_view option, const ListenAddress& address);

}  // namespace sightline::http_server
