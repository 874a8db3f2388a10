// One HTTP request and its reply as the routes see them, without Beast: the session code converts.
// Any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "appliance/base/result.h"

namespace sightline::http_server {

struct Request {
    std::string method;
    std::string path;  // as sent, without the query
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string address{};  // the peer's IP address

    std::string_view header(std::string_view name) const;  // empty: not there; names in any case
};

struct Reply {
    unsigned status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    const char* route = "other";  // a label for the metrics, one of few

    void set(std::string name, std::string value) {
        headers.emplace_back(std::move(name), std::move(value));
    }
};

// What every reply carries: browsers guess no type, and tell nobody where they have been.
void add_usual_headers(Reply& reply);

// application/problem+json (RFC 9457); `detail` tells the reader what to do.
Reply problem(unsigned status, std::string_view detail);
Reply problem(const base::Error& error);

// True when a Content-Type header names this media type, whatever its parameters.
bool is_media_type(std::string_view header, std::string_view type);
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace sightline::http_server
