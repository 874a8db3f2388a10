// What the page on the touch screen may ask over HTTP: one request as on the control socket, and
// its own files. Whatever came from a page of another origin, or by a name that was made to point
// here, gets nothing. No sockets. One thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "appliance/http_server/http_message.h"
#include "appliance/http_server/listen_address.h"
#include "appliance/http_server/static_pages.h"

namespace sightline::kiosk {

// Why a request gets nothing, in a sentence for whoever reads the reply and for the audit log.
struct TouchRefusal {
    unsigned status = 400;
    base::Error why;
};
// {"ok":false,...} as the control socket says it, with the headers of every reply.
http_server::Reply touch_reply(const TouchRefusal& refusal);

class TouchRoutes {
  public:
    // One JSON object in, one out, as answer_request() has it.
    using Answer = std::function<std::string(std::string_view request)>;

    // `own`: where it listens, with the port that it got. `pages`: the built pages, of which only
    // the kiosk's is served.
    TouchRoutes(const http_server::ListenAddress& own, std::filesystem::path pages, Answer answer);

    // By the header alone, so that the body of what is refused need not be read; none: go on.
    std::optional<TouchRefusal> refuse(const http_server::Request& head) const;
    // Of a whole request; also of one that refuse() would have refused.
    http_server::Reply handle(const http_server::Request& request);

    // Nothing but the page's own requests has a body.
    static std::size_t body_limit(const http_server::Request& head);

  private:
    bool is_own_host(const http_server::Request& head) const;

    std::vector<std::string> hosts_;
    http_server::StaticPages pages_;
    Answer answer_;
};

}  // namespace sightline::kiosk
