#include "appliance/engine/whip_client.h"

namespace sightline::engine {
namespace {

namespace asio = boost::asio;

constexpr auto kTimeout = std::chrono::seconds(10);
constexpr auto kRemoveTimeout = std::chrono::seconds(2);

}  // namespace

WhipClient::WhipClient(asio::any_io_executor executor, hub_client::HubAddress hub,
                       std::string endpoint, std::string token)
    : http_(std::move(executor), std::move(hub)),
      endpoint_(std::move(endpoint)),
      token_(std::move(token)) {}

std::vector<hub_client::HttpHeader> WhipClient::headers(std::string content_type) const {
    std::vector<hub_client::HttpHeader> list = {{"Authorization", "Bearer " + token_}};
    if (!content_type.empty()) list.push_back({"Content-Type", std::move(content_type)});
    return list;
}

asio::awaitable<base::Result<std::string>> WhipClient::create(std::string offer) {
    location_.clear();
    auto response = co_await http_.request("POST", endpoint_, headers("application/sdp"),
                                           std::move(offer), kTimeout);
    if (!response) co_return response.error();
    if (response->status != 201) {
        co_return hub_client::error_from_response(http_.hub().url, "POST " + endpoint_, *response);
    }
    const auto location = response->header("Location");
    if (!location) {
        co_return base::Error(base::Errc::Malformed,
                              "The hub's answer to POST " + endpoint_ + " has no Location.");
    }
    location_ = *location;
    co_return std::move(response->body);
}

asio::awaitable<base::Result<wire::SdpFragment>> WhipClient::restart(wire::SdpFragment offer) {
    if (location_.empty()) co_return base::Error(base::Errc::NotFound, "Nothing to restart.");
    auto list = headers("application/trickle-ice-sdpfrag");
    list.push_back({"If-Match", "*"});
    auto response = co_await http_.request("PATCH", location_, std::move(list),
                                           wire::write_sdp_fragment(offer), kTimeout);
    if (!response) co_return response.error();
    if (response->status != 200) {
        co_return hub_client::error_from_response(http_.hub().url, "PATCH " + endpoint_, *response);
    }
    co_return wire::parse_sdp_fragment(response->body);
}

asio::awaitable<void> WhipClient::remove() {
    if (location_.empty()) co_return;
    const std::string path = std::exchange(location_, {});
    co_await http_.request("DELETE", path, headers({}), {}, kRemoveTimeout);
}

std::string WhipClient::resource_id() const {
    const auto slash = location_.rfind('/');
    return slash == std::string::npos ? std::string() : location_.substr(slash + 1);
}

}  // namespace sightline::engine
