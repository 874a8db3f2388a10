#include "appliance/hub_client/http_client.h"

#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>

#include "appliance/hub_client/connection.h"

namespace sightline::hub_client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using base::Errc;
using base::Error;

// A line break in a header or path would let its author write headers of his own.
bool has_control_char(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

base::Result<http::request<http::string_body>> compose(const HubUrl& hub, const std::string& method,
                                                       std::string_view path,
                                                       const std::vector<HttpHeader>& headers,
                                                       std::string body) {
    // A Location may come back absolute (RFC 9110 section 10.2.2); it must still be on this hub.
    const std::string origin = hub.text();
    if (path.starts_with(origin)) path.remove_prefix(origin.size());
    if (!path.starts_with('/') || path.find(' ') != path.npos || has_control_char(path)) {
        return Error{Errc::Malformed,
                     "request to hub " + origin +
                         ": the path is not one on this hub; check the hub's version"};
    }
    http::request<http::string_body> request;
    request.version(11);
    request.method_string(method);
    request.target(path);
    request.set(http::field::host, hub.authority());
    request.set(http::field::user_agent, "sightline");
    request.set(http::field::connection, "close");
    for (const auto& [name, value] : headers) {
        if (has_control_char(name) || has_control_char(value)) {
            return Error{Errc::Malformed, "request to hub " + origin + ": header " + name +
                                              " has a control character"};
        }
        request.set(name, value);
    }
    request.body() = std::move(body);
    request.prepare_payload();
    return request;
}

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
    if (read_error == http::error::body_limit || read_error == http::error::header_limit) {
        co_return Error{Errc::TooLarge, "request to hub " + hub.url.text() +
                                            ": its answer is too large; is this a Sightline hub?"};
    }
    if (read_error.category() == make_error_code(http::error::end_of_stream).category() &&
        read_error != http::error::end_of_stream && read_error != http::error::partial_message) {
        co_return Error{Errc::Malformed, "request to hub " + hub.url.text() +
                                             ": its answer is no HTTP (" + read_error.message() +
                                             "); check host and port of --hub"};
    }
    if (read_error) co_return error_at_hub(hub.url, "read the answer of", read_error);

    auto message = parser.release();
    HttpResponse response;
    response.status = message.result_int();
    for (const auto& field : message) {
        response.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    }
    response.body = std::move(message.body());
    co_return response;
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
