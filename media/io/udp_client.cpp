#include "media/io/udp_client.h"

#include <boost/asio/ip/v6_only.hpp>
#include <system_error>

namespace sightline::io {
namespace {

const wire::Endpoint kAnyV6{};
const wire::Endpoint kAnyV4 = wire::Endpoint::v4(0, 0, 0, 0, 0);

// A kernel without IPv6 (or with it disabled) still has IPv4.
bool has_ipv6(boost::asio::io_context& context) {
    boost::system::error_code error;
    boost::asio::ip::udp::socket probe(context);
    probe.open(boost::asio::ip::udp::v6(), error);
    if (error) return false;
    probe.set_option(boost::asio::ip::v6_only(false), error);
    if (error) return false;
    probe.bind({boost::asio::ip::address_v6::any(), 0}, error);
    return !error;
}

}  // namespace

UdpClient::UdpClient(boost::asio::io_context& context, OnDatagrams on_datagrams)
    : socket_(context, has_ipv6(context) ? kAnyV6 : kAnyV4) {
    socket_.start(std::move(on_datagrams));
}

void UdpClient::send(wire::PacketBatch& batch) {
    socket_.send(batch);
    batch.clear();
}

}  // namespace sightline::io
