// What HttpClient and HttpConnection share, and nobody else includes: requests as Beast writes
// them, answers as callers see them, and sentences for what went wrong in between. Any thread.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/hub_client/http_client.h"

namespace sightline::hub_client {

using Message = boost::beast::http::request<boost::beast::http::string_body>;

// Malformed: the path is not on this hub, or something has a control character.
base::Result<Message> compose(const HubUrl& hub, const std::string& method, std::string_view path,
                              const std::vector<HttpHeader>& headers, std::string body);
HttpResponse response_of(boost::beast::http::response<boost::beast::http::string_body> message);
// Why an answer could not be read: TooLarge, Malformed, or as error_at_hub.
base::Error reading_failed(const HubUrl& hub, const boost::system::error_code& why);

}  // namespace sightline::hub_client
