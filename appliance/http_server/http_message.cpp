#include "appliance/http_server/http_message.h"

#include <algorithm>
#include <boost/json.hpp>

namespace sightline::http_server {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

unsigned status_of(base::Errc code) {
    switch (code) {
        case base::Errc::Malformed:
            return 400;
        case base::Errc::Unsupported:
            return 422;
        case base::Errc::TooLarge:
            return 413;
        case base::Errc::Unauthorized:
            return 401;
        case base::Errc::Forbidden:
            return 403;
        case base::Errc::NotFound:
            return 404;
        case base::Errc::Conflict:
            return 409;
        case base::Errc::Exhausted:
        case base::Errc::Unavailable:
            return 503;
        case base::Errc::Timeout:
            return 504;
    }
    return 500;
}

const char* reason_phrase(unsigned status) {
    switch (status) {
        case 307:
            return "Temporary Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 422:
            return "Unprocessable Content";
        case 426:
            return "Upgrade Required";
        case 428:
            return "Precondition Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        default:
            return "Error";
    }
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

bool is_media_type(std::string_view header, std::string_view type) {
    std::string_view name = header.substr(0, header.find(';'));
    while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.remove_suffix(1);
    return equal_ignoring_case(name, type);
}

std::string_view Request::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (equal_ignoring_case(key, name)) return value;
    }
    return {};
}

void add_usual_headers(Reply& reply) {
    reply.set("X-Content-Type-Options", "nosniff");
    reply.set("Referrer-Policy", "no-referrer");
}

Reply problem(unsigned status, std::string_view detail) {
    Reply reply;
    reply.status = status;
    reply.body = boost::json::serialize(boost::json::object{
        {"status", status}, {"title", reason_phrase(status)}, {"detail", detail}});
    reply.set("Content-Type", "application/problem+json");
    if (status == 401) reply.set("WWW-Authenticate", "Bearer realm=\"sightline\"");
    if (status == 503) reply.set("Retry-After", "5");
    return reply;
}

Reply problem(const base::Error& error) {
    const unsigned status = status_of(error.code);
    return problem(status, error.text.empty() ? base::name_of(error.code) : error.text);
}

}  // namespace sightline::http_server
