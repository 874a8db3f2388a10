#include "appliance/http_server/exchange.h"

namespace sightline::http_server {

namespace http = boost::beast::http;

Request request_of(const http::request<http::string_body>& from) {
    Request request;
    request.method = std::string(from.method_string());
    const std::string_view target(from.target().data(), from.target().size());
    request.path = std::string(target.substr(0, target.find('?')));
    for (const auto& field : from) {
        request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    return request;
}

http::response<http::string_body> response_of(Reply reply, ReplyForm form) {
    http::response<http::string_body> response;
    response.version(form.version);
    response.result(reply.status);
    for (const auto& [name, value] : reply.headers) response.insert(name, value);
    response.keep_alive(form.keep_alive);
    const bool bodiless = reply.status == 204 || reply.status == 304;
    if (!bodiless) response.content_length(reply.body.size());
    if (!form.head && !bodiless) response.body() = std::move(reply.body);
    return response;
}

}  // namespace sightline::http_server
