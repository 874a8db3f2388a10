#include "appliance/hub_client/http_exchange.h"

#include <algorithm>
#include <boost/beast/http/error.hpp>

#include "appliance/hub_client/connection.h"

namespace sightline::hub_client {
namespace {

namespace http = boost::beast::http;
using base::Errc;
using base::Error;

// A line break in a header or path would let its author write headers of his own.
bool has_control_char(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

base::Result<Message> compose(const HubUrl& hub, const std::string& method, std::string_view path,
                              const std::vector<HttpHeader>& headers, std::string body) {
    // A Location may come back absolute (RFC 9110 section 10.2.2); it must still be on this hub.
    const std::string origin = hub.text();
    if (path.starts_with(origin)) path.remove_prefix(origin.size());
    if (!path.starts_with('/') || path.find(' ') != path.npos || has_control_char(path)) {
        return Error{Errc::Malformed,
                     "request to hub " + origin +
                         ": the path is not one on this hub; check the hub's version"};
    }
    Message request;
    request.version(11);
    request.method_string(method);
    request.target(path);
    request.set(http::field::host, hub.authority());
    request.set(http::field::user_agent, "sightline");
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

HttpResponse response_of(http::response<http::string_body> message) {
    HttpResponse response;
    response.status = message.result_int();
    for (const auto& field : message) {
        response.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    }
    response.body = std::move(message.body());
    return response;
}

Error reading_failed(const HubUrl& hub, const boost::system::error_code& why) {
    if (why == http::error::body_limit || why == http::error::header_limit) {
        return {Errc::TooLarge, "request to hub " + hub.text() +
                                    ": its answer is too large; is this a Sightline hub?"};
    }
    if (why.category() == make_error_code(http::error::end_of_stream).category() &&
        why != http::error::end_of_stream && why != http::error::partial_message) {
        return {Errc::Malformed, "request to hub " + hub.text() + ": its answer is no HTTP (" +
                                     why.message() + "); check host and port of --hub"};
    }
    return error_at_hub(hub, "read the answer of", why);
}

}  // namespace sightline::hub_client
