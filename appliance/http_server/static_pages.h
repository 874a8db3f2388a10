// The web pages as static files below one directory: no traversal, known content types only, ETag
// revalidation, precompressed `.gz` siblings, and a Content-Security-Policy that lets a page run
// nothing but itself. Main thread.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/http_server/http_message.h"

namespace sightline::http_server {

// The file that a request path names, relative to the pages' directory ("console/index.html");
// nullopt for anything that is not a plain path: dot segments, NULs, backslashes, hidden files, bad
// escapes.
std::optional<std::string> page_path(std::string_view request_path);
// nullopt: a kind of file that is not served.
std::optional<std::string_view> content_type_of(std::string_view file);

class StaticPages {
  public:
    // An empty directory name serves nothing.
    explicit StaticPages(std::filesystem::path directory);

    // Where pages may connect to besides their own origin, for connect-src: space separated.
    void allow_connections(std::string sources) { connect_sources_ = std::move(sources); }

    // GET and HEAD; 404 and 405 as problem replies.
    Reply serve(const Request& request);

  private:
    struct File {
        std::filesystem::file_time_type changed;
        std::string body;
        std::string etag;
    };
    const File* load(const std::filesystem::path& file);
    std::string policy() const;

    std::filesystem::path directory_;
    std::string connect_sources_;
    std::map<std::string, File> cache_;
    std::size_t cached_bytes_ = 0;
};

}  // namespace sightline::http_server
