#include "appliance/http_server/listen_address.h"

#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace sightline::http_server {

namespace asio = boost::asio;
using asio::ip::tcp;

bool ListenAddress::is_loopback() const {
    boost::system::error_code ec;
    const auto address = asio::ip::make_address(ip, ec);
    return !ec && address.is_loopback();
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view ip = text.substr(0, colon);
    const std::string_view digits = text.substr(colon + 1);
    if (ip.starts_with('[') && ip.ends_with(']')) {
        ip = ip.substr(1, ip.size() - 2);
    } else if (ip.find(':') != std::string_view::npos) {
        return std::nullopt;
    }
    std::uint16_t port = 0;
    const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (wrong != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    boost::system::error_code ec;
    asio::ip::make_address(std::string(ip), ec);
    // An interface behind a percent sign would be looked up.
    if (ec || ip.find('%') != std::string_view::npos) return std::nullopt;
    return ListenAddress{std::string(ip), port};
}

tcp::acceptor listen_on(asio::any_io_executor executor, std::string_view option,
                        const ListenAddress& address) {
    boost::system::error_code ec;
    const tcp::endpoint endpoint(asio::ip::make_address(address.ip), address.port);
    tcp::acceptor acceptor(std::move(executor));
    acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor.bind(endpoint, ec);
    if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) {
        const bool taken = ec == asio::error::address_in_use;
        throw std::runtime_error(
            std::string(option) + " " + address.ip + ":" + std::to_string(address.port) + ": " +
            (taken ? "the port is in use; stop the other program or choose another port"
                   : "cannot listen (" + ec.message() +
                         "); choose an address of this machine and "
                         "a port that this user may use"));
    }
    return acceptor;
}

}  // namespace sightline::http_server
