#include "appliance/hub_client/http_client.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>

#include "appliance/hub_client/connection.h"
#include "appliance/hub_client/http_exchange.h"

namespace sightline::hub_client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using base::Errc;
using base::Error;

template <class Stream>
asio::awaitable<base::Result<HttpResponse>> exchange(Stream& stream, const HubAddress& hub,
                                                     http::request<http::string_body> request,
                                                     base::Instant deadline) {
    auto opened = co_await open_stream(stream, hub, deadline);
    if (!opened) co_return opened.error();

    const auto [write_error, written] = co_await http::async_write(stream, request, kAwaitTuple);
    if (write_error) co_return error_at_hub(hub.url, "send a request to", write_error);

    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(kMaxResponseBytes);
    const auto [read_error, read] = co_await http::async_read(stream, buffer, parser, kAwaitTuple);
    if (read_error) co_return reading_failed(hub.url, read_error);
    co_return response_of(parser.release());
}

}  // namespace

std::optional<std::string_view> HttpResponse::header(std::string_view name) const {
    for (const auto& h : headers) {
        if (beast::iequals(h.name, name)) return h.value;
    }
    return std::nullopt;
}

struct HttpClient::Impl {
    Impl(asio::any_io_executor e, HubAddress h)
        : executor(std::move(e)), hub(std::move(h)), tls(make_tls_context(hub)) {}

    asio::any_io_executor executor;
    const HubAddress hub;
    const std::unique_ptr<asio::ssl::context> tls;  // null for plain http

    // By value all: the caller may be gone before the answer comes.
    static asio::awaitable<base::Result<HttpResponse>> request(std::shared_ptr<Impl> self,
                                                               std::string method, std::string path,
                                                               std::vector<HttpHeader> headers,
                                                               std::string body,
                                                               base::Duration timeout) {
        const base::Instant deadline = base::Clock::now() + timeout;
        auto composed = compose(self->hub.url, method, path, headers, std::move(body));
        if (!composed) co_return composed.error();
        composed->keep_alive(false);
        if (self->tls) {
            TlsStream stream(self->executor, *self->tls);
            co_return co_await exchange(stream, self->hub, std::move(*composed), deadline);
        }
        PlainStream stream(self->executor);
        co_return co_await exchange(stream, self->hub, std::move(*composed), deadline);
    }
};

HttpClient::HttpClient(asio::any_io_executor executor, HubAddress hub)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(hub))) {}
HttpClient::~HttpClient() = default;

asio::awaitable<base::Result<HttpResponse>> HttpClient::request(std::string method,
                                                                std::string path,
                                                                std::vector<HttpHeader> headers,
                                                                std::string body,
                                                                base::Duration timeout) {
    return Impl::request(impl_, std::move(method), std::move(path), std::move(headers),
                         std::move(body), timeout);
}

const HubAddress& HttpClient::hub() const { return impl_->hub; }

Error error_from_response(const HubUrl& hub, std::string_view request,
                          const HttpResponse& response) {
    const auto code = [&] {
        switch (response.status) {
            case 401:
                return Errc::Unauthorized;
            case 403:
                return Errc::Forbidden;
            case 404:
                return Errc::NotFound;
            case 409:
            case 412:
                return Errc::Conflict;
            case 413:
                return Errc::TooLarge;
            case 406:
            case 415:
            case 422:
                return Errc::Unsupported;
            case 503:
                return Errc::Exhausted;
            default:
                return response.status < 500 ? Errc::Malformed : Errc::Unavailable;
        }
    }();
    std::string detail;
    boost::system::error_code not_json;
    const auto body = boost::json::parse(response.body, not_json);
    if (!not_json && body.is_object()) {
        const auto* text = body.as_object().if_contains("detail");
        if (text != nullptr && text->is_string()) detail = ": " + std::string(text->as_string());
    }
    return {code, std::string(request) + " at hub " + hub.text() + ": answered " +
                      std::to_string(response.status) + detail};
}

}  // namespace sightline::hub_client
