#include "appliance/http_server/static_pages.h"

#include <openssl/sha.h>

#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "appliance/base/hex.h"

namespace sightline::http_server {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFile = 16 * 1024 * 1024;
constexpr std::size_t kMaxCache = 64 * 1024 * 1024;

constexpr std::array kTypes = {
    std::pair{std::string_view(".html"), std::string_view("text/html; charset=utf-8")},
    std::pair{std::string_view(".js"), std::string_view("text/javascript; charset=utf-8")},
    std::pair{std::string_view(".mjs"), std::string_view("text/javascript; charset=utf-8")},
    std::pair{std::string_view(".css"), std::string_view("text/css; charset=utf-8")},
    std::pair{std::string_view(".json"), std::string_view("application/json")},
    std::pair{std::string_view(".map"), std::string_view("application/json")},
    std::pair{std::string_view(".webmanifest"), std::string_view("application/manifest+json")},
    std::pair{std::string_view(".svg"), std::string_view("image/svg+xml")},
    std::pair{std::string_view(".png"), std::string_view("image/png")},
    std::pair{std::string_view(".jpg"), std::string_view("image/jpeg")},
    std::pair{std::string_view(".webp"), std::string_view("image/webp")},
    std::pair{std::string_view(".ico"), std::string_view("image/x-icon")},
    std::pair{std::string_view(".woff2"), std::string_view("font/woff2")},
    std::pair{std::string_view(".txt"), std::string_view("text/plain; charset=utf-8")},
    std::pair{std::string_view(".wasm"), std::string_view("application/wasm")},
    std::pair{std::string_view(".ogg"), std::string_view("audio/ogg")},
    std::pair{std::string_view(".wav"), std::string_view("audio/wav")},
};

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out.push_back(text[i]);
            continue;
        }
        const auto byte = base::from_hex(text.substr(i + 1, 2));
        if (!byte || byte->size() != 1) return std::nullopt;
        out.push_back(static_cast<char>(byte->front()));
        i += 2;
    }
    return out;
}

bool is_inside(const fs::path& directory, const fs::path& file) {
    const auto [at, unused] =
        std::mismatch(directory.begin(), directory.end(), file.begin(), file.end());
    return at == directory.end();
}

// True if one of the tags in If-None-Match is ours; weak tags compare equal (RFC 9110
// section 13.1.2).
bool matches(std::string_view if_none_match, std::string_view etag) {
    return if_none_match == "*" || if_none_match.find(etag) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> page_path(std::string_view request_path) {
    auto path = percent_decoded(request_path);
    if (!path || path->empty() || path->front() != '/' || path->size() > 1024) return std::nullopt;
    for (const char c : *path) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\') return std::nullopt;
    }
    std::string_view rest = std::string_view(*path).substr(1);
    while (!rest.empty()) {
        const auto slash = rest.find('/');
        const std::string_view segment = rest.substr(0, slash);
        if (segment.empty() || segment.front() == '.') return std::nullopt;
        rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    }
    if (path->back() == '/') *path += "index.html";
    return path->substr(1);
}

std::optional<std::string_view> content_type_of(std::string_view file) {
    for (const auto& [ending, type] : kTypes) {
        if (file.ends_with(ending)) return type;
    }
    return std::nullopt;
}

StaticPages::StaticPages(fs::path directory)
    : directory_(directory.empty() ? fs::path() : fs::weakly_canonical(directory)) {}

Reply StaticPages::serve(const Request& request) {
    if (request.method != "GET" && request.method != "HEAD") {
        Reply reply = problem(405, "pages can only be read; use GET");
        reply.set("Allow", "GET, HEAD");
        return reply;
    }
    const Reply not_found = problem(404, "there is no such page; check the address");
    const auto relative = page_path(request.path);
    if (!relative || directory_.empty()) return not_found;
    std::error_code ec;
    const fs::path file = fs::weakly_canonical(directory_ / *relative, ec);
    // A symbolic link inside the directory must not lead out of it.
    if (ec || !is_inside(directory_, file)) return not_found;
    if (fs::is_directory(file, ec)) {
        Reply reply;
        reply.status = 308;
        reply.set("Location", request.path + "/");
        return reply;
    }
    const auto type = content_type_of(*relative);
    if (!type) return not_found;

    const bool takes_gzip =
        request.header("Accept-Encoding").find("gzip") != std::string_view::npos;
    const File* found = nullptr;
    Reply reply;
    if (takes_gzip) found = load(fs::path(file.string() + ".gz"));
    if (found) {
        reply.set("Content-Encoding", "gzip");
    } else {
        found = load(file);
    }
    if (!found) return not_found;
    const bool html = type->starts_with("text/html");
    reply.set("Content-Type", std::string(*type));
    reply.set("ETag", found->etag);
    reply.set("Vary", "Accept-Encoding");
    reply.set("Cache-Control", html ? "no-store" : "no-cache");
    reply.set("Content-Security-Policy", policy());
    // The observer page contains no capture code, and could not use it either.
    const bool captures = relative->starts_with("console/");
    reply.set("Permissions-Policy", captures ? "camera=(self), microphone=(self), geolocation=()"
                                             : "camera=(), microphone=(), geolocation=()");
    reply.set("Cross-Origin-Opener-Policy", "same-origin");
    if (matches(request.header("If-None-Match"), found->etag)) {
        reply.status = 304;
        return reply;
    }
    reply.body = found->body;
    return reply;
}

const StaticPages::File* StaticPages::load(const fs::path& path) {
    std::error_code ec;
    if (!fs::is_regular_file(path, ec)) return nullptr;
    const auto size = fs::file_size(path, ec);
    if (ec || size > kMaxFile) return nullptr;
    const auto changed = fs::last_write_time(path, ec);
    if (ec) return nullptr;
    const auto known = cache_.find(path.string());
    if (known != cache_.end()) {
        if (known->second.changed == changed && known->second.body.size() == size) {
            return &known->second;
        }
        cached_bytes_ -= known->second.body.size();
        cache_.erase(known);
    }
    std::ifstream in(path, std::ios::binary);
    if (!in) return nullptr;
    std::string body(std::istreambuf_iterator<char>(in), {});
    if (body.size() > kMaxFile) return nullptr;
    if (cached_bytes_ + body.size() > kMaxCache) {
        cache_.clear();
        cached_bytes_ = 0;
    }
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> hash;
    SHA256(reinterpret_cast<const unsigned char*>(body.data()), body.size(), hash.data());
    cached_bytes_ += body.size();
    File& file = cache_[path.string()];
    file.changed = changed;
    file.etag = "\"" + base::to_hex(base::ByteView(hash).first(12)) + "\"";
    file.body = std::move(body);
    return &file;
}

std::string StaticPages::policy() const {
    return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
           "media-src 'self' blob:; connect-src 'self'" +
           (connect_sources_.empty() ? "" : " " + connect_sources_) +
           "; font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
           "frame-ancestors 'none'";
}

}  // namespace sightline::http_server
