#include "appliance/hub_client/connection.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/error.hpp>
#include <vector>

namespace sightline::hub_client {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::Errc;
using base::Error;

// Takes the place of chain verification: a pinned certificate is trusted for what it is, not for
// who signed it, when it was made or what name it carries.
int leaf_is_pinned(X509_STORE_CTX* chain, void* hub) {
    const auto& pinned = *static_cast<const HubAddress*>(hub)->fingerprint;
    Fingerprint actual{};
    unsigned length = 0;
    const X509* leaf = X509_STORE_CTX_get0_cert(chain);
    if (leaf != nullptr && X509_digest(leaf, EVP_sha256(), actual.data(), &length) == 1 &&
        length == actual.size() && actual == pinned) {
        return 1;
    }
    X509_STORE_CTX_set_error(chain, X509_V_ERR_CERT_REJECTED);
    return 0;
}

struct Resolved {
    boost::system::error_code error = asio::error::timed_out;
    tcp::resolver::results_type endpoints;
};

// getaddrinfo cannot be interrupted, so the wait is for a timer that the answer cancels; an answer
// that comes after the deadline finds nobody and is dropped.
asio::awaitable<Resolved> resolve(asio::any_io_executor executor, std::string host,
                                  std::string port, base::Instant deadline) {
    struct Lookup {
        explicit Lookup(const asio::any_io_executor& e) : resolver(e), answered(e) {}
        tcp::resolver resolver;
        asio::steady_timer answered;
        Resolved result;
    };
    auto lookup = std::make_shared<Lookup>(executor);
    lookup->answered.expires_at(deadline);
    lookup->resolver.async_resolve(
        host, port, tcp::resolver::numeric_service,
        [lookup](const boost::system::error_code& error, tcp::resolver::results_type found) {
            lookup->result = {error, std::move(found)};
            // Not cancel(): an answer that comes before the wait begins must end it as well.
            lookup->answered.expires_at(base::Instant::min());
        });
    co_await lookup->answered.async_wait(kAwaitTuple);
    co_return lookup->result;
}

asio::awaitable<base::Result<void>> connect(PlainStream& stream, const HubAddress& hub,
                                            base::Instant deadline) {
    const Resolved found = co_await resolve(stream.get_executor(), hub.url.host,
                                            std::to_string(hub.url.port), deadline);
    if (found.error) co_return error_at_hub(hub.url, "find", found.error);
    stream.expires_at(deadline);
    const auto [error, endpoint] = co_await stream.async_connect(found.endpoints, kAwaitTuple);
    if (error) co_return error_at_hub(hub.url, "connect to", error);
    boost::system::error_code
        ignored;  // Nagle only costs delay; without the option all still works.
    stream.socket().set_option(tcp::no_delay(true), ignored);
    co_return base::Result<void>{};
}

bool is_certificate_error(const boost::system::error_code& error) {
    return error.category() == asio::error::get_ssl_category() &&
           ERR_GET_REASON(static_cast<unsigned long>(error.value())) ==
               SSL_R_CERTIFICATE_VERIFY_FAILED;
}

}  // namespace

std::unique_ptr<asio::ssl::context> make_tls_context(const HubAddress& hub) {
    if (hub.url.scheme == Scheme::Http) return nullptr;
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    context->set_verify_mode(asio::ssl::verify_peer);
    if (hub.fingerprint) {
        SSL_CTX_set_cert_verify_callback(context->native_handle(), leaf_is_pinned,
                                         const_cast<HubAddress*>(&hub));
    } else {
        context->set_default_verify_paths();
        context->set_verify_callback(asio::ssl::host_name_verification(hub.url.host));
    }
    return context;
}

asio::awaitable<base::Result<void>> open_stream(PlainStream& stream, const HubAddress& hub,
                                                base::Instant deadline) {
    co_return co_await connect(stream, hub, deadline);
}

asio::awaitable<base::Result<void>> open_stream(TlsStream& stream, const HubAddress& hub,
                                                base::Instant deadline) {
    auto connected = co_await connect(stream.next_layer(), hub, deadline);
    if (!connected) co_return connected;
    boost::system::error_code not_literal;
    asio::ip::make_address(hub.url.host, not_literal);
    // RFC 6066 section 3: "Literal IPv4 and IPv6 addresses are not permitted in HostName".
    if (not_literal) SSL_set_tlsext_host_name(stream.native_handle(), hub.url.host.c_str());
    const auto [error] =
        co_await stream.async_handshake(asio::ssl::stream_base::client, kAwaitTuple);
    if (error) co_return error_at_hub(hub.url, "set up TLS with", error);
    co_return base::Result<void>{};
}

Error error_at_hub(const HubUrl& hub, std::string_view doing,
                   const boost::system::error_code& why) {
    const std::string what = std::string(doing) + " hub " + hub.text() + ": ";
    if (is_certificate_error(why)) {
        return {Errc::Unauthorized,
                what +
                    "its certificate is not the expected one; check --hub-fingerprint against "
                    "hub-cert.sha256 in the hub's state directory"};
    }
    if (why == boost::beast::error::timeout || why == asio::error::timed_out) {
        return {Errc::Timeout, what + "no answer in time; check the network and that the hub runs"};
    }
    if (why == asio::error::connection_refused) {
        return {Errc::Unavailable,
                what + "nothing listens there; start sightline-hub or correct --hub"};
    }
    if (why == asio::error::host_not_found || why == asio::error::host_not_found_try_again) {
        return {Errc::Unavailable, what + "no such host name; correct --hub or check the DNS"};
    }
    return {Errc::Unavailable, what + why.message() + "; check the network and the hub's log"};
}

}  // namespace sightline::hub_client
