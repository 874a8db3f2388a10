#include "appliance/cli/kiosk_client.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>
#include <string>

namespace sightline::cli {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;

constexpr timeval kPatience{5, 0};
constexpr std::size_t kMaxReply = 8 * 1024 * 1024;

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

Error no_answer(const std::string& path) {
    return errno == EAGAIN || errno == EWOULDBLOCK
               ? Error{Errc::Timeout,
                       "ask the kiosk at " + path + ": no answer in 5 s; see its log, restart it"}
               : Error{Errc::Unavailable,
                       "ask the kiosk at " + path + ": it hung up; see its log and try again"};
}

base::Result<std::string> round_trip(const std::string& path, const std::string& line) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return Error{Errc::Malformed, "ask the kiosk at " + path +
                                          ": the path is too long for a socket; correct --run"};
    }
    std::memcpy(address.sun_path, path.c_str(), path.size());
    const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const char* what_to_do = errno == EACCES ? "; run this as the kiosk's user or root"
                                                 : "; start sightline-kiosk or correct --run";
        return Error{Errc::Unavailable,
                     "ask the kiosk at " + path + ": " + std::strerror(errno) + what_to_do};
    }
    for (std::size_t sent = 0; sent < line.size();) {
        const ssize_t n =
            ::send(socket.get(), line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) return no_answer(path);
        sent += static_cast<std::size_t>(n);
    }
    std::string reply;
    while (!reply.ends_with('\n')) {
        char buffer[4096];
        const ssize_t n = ::recv(socket.get(), buffer, sizeof buffer, 0);
        if (n <= 0 || reply.size() > kMaxReply) return no_answer(path);
        reply.append(buffer, static_cast<std::size_t>(n));
    }
    return reply;
}

}  // namespace

base::Result<json::object> ask_kiosk(const std::filesystem::path& run_directory,
                                     const json::object& request) {
    const std::string path = (run_directory / "kiosk.sock").string();
    const auto reply = round_trip(path, json::serialize(request) + "\n");
    if (!reply) return reply.error();
    boost::system::error_code wrong;
    json::value value = json::parse(*reply, wrong);
    if (wrong || !value.is_object()) {
        return Error{Errc::Malformed,
                     "ask the kiosk at " + path + ": the answer is no JSON; update both programs"};
    }
    json::object object = std::move(value.as_object());
    const auto* ok = object.if_contains("ok");
    if (ok != nullptr && ok->is_bool() && ok->as_bool()) return object;
    const auto* error = object.if_contains("error");
    const auto* code = object.if_contains("code");
    const bool stranger = code != nullptr && code->is_string() &&
                          code->as_string() == base::name_of(Errc::Unauthorized);
    return Error{stranger ? Errc::Unauthorized : Errc::Conflict,
                 error != nullptr && error->is_string()
                     ? std::string(error->as_string())
                     : "the kiosk refused without a reason; see its log"};
}

}  // namespace sightline::cli
