// A client that says exactly what a test wants, also what no library would: HTTP and WebSocket (RFC
// 6455) over one blocking loopback socket, with a deadline on every read.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

namespace sightline::integration {

struct HttpReply {
    int status = 0;
    std::string head;  // lower case
    std::string body;

    std::string header(const std::string& name) const {
        const auto at = head.find("\r\n" + name + ":");
        if (at == std::string::npos) return "";
        const auto start = head.find_first_not_of(' ', at + name.size() + 3);
        return head.substr(start, head.find("\r\n", start) - start);
    }
};

class WireClient {
  public:
    explicit WireClient(std::uint16_t port)
        : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{15, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
            ::close(fd_);
            throw std::runtime_error("cannot connect");
        }
    }
    WireClient(const WireClient&) = delete;
    ~WireClient() { ::close(fd_); }

    void write(const std::string& bytes) {
        for (std::size_t at = 0; at < bytes.size();) {
            const auto n = ::send(fd_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
            if (n <= 0) return;  // what the hub thinks of it shows when reading
            at += static_cast<std::size_t>(n);
        }
    }

    // nullopt: the connection ended, or nothing came within the deadline.
    std::optional<HttpReply> read_reply(bool bodiless = false) {
        while (buffer_.find("\r\n\r\n") == std::string::npos) {
            if (!fill()) return std::nullopt;
        }
        HttpReply reply;
        const auto end = buffer_.find("\r\n\r\n") + 4;
        reply.head = buffer_.substr(0, end);
        std::transform(reply.head.begin(), reply.head.end(), reply.head.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        reply.status = std::stoi(reply.head.substr(9, 3));
        // Header values that a test compares keep their case.
        cased_head_ = buffer_.substr(0, end);
        buffer_.erase(0, end);
        const std::string length = reply.header("content-length");
        const std::size_t size = length.empty() || bodiless ? 0 : std::stoul(length);
        while (buffer_.size() < size) {
            if (!fill()) return std::nullopt;
        }
        reply.body = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return reply;
    }

    HttpReply request(const std::string& method, const std::string& path,
                      const std::string& headers = "", const std::string& body = "") {
        std::string text = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers;
        if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        write(text + "\r\n" + body);
        return read_reply(method == "HEAD").value_or(HttpReply{});
    }
    std::string etag() const { return cased_header("ETag"); }
    // Of the last reply, as it was sent; `name` too.
    std::string cased_header(const std::string& name) const {
        const auto at = cased_head_.find(name + ": ");
        if (at == std::string::npos) return "";
        const auto start = at + name.size() + 2;
        return cased_head_.substr(start, cased_head_.find("\r\n", start) - start);
    }

    int upgrade(const std::string& path, const std::string& headers = "") {
        return request("GET", path,
                       "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                           headers)
            .status;
    }
    void send_frame(int opcode, const std::string& payload) {
        std::string frame(1, static_cast<char>(0x80 | opcode));
        if (payload.size() < 126) {
            frame += static_cast<char>(0x80 | payload.size());
        } else if (payload.size() < 65536) {
            frame += static_cast<char>(0x80 | 126);
            frame += static_cast<char>(payload.size() >> 8);
            frame += static_cast<char>(payload.size());
        } else {
            frame += static_cast<char>(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame += static_cast<char>(payload.size() >> shift);
            }
        }
        write(frame + std::string(4, '\0') + payload);  // a mask of zeros leaves it as it is
    }
    void say(const std::string& json) { send_frame(1, json); }

    struct Frame {
        int opcode = 0;
        std::string payload;
    };
    // Answers pings on the way; nullopt: the connection ended or was silent for too long.
    std::optional<Frame> read_frame() {
        while (true) {
            if (!have(2)) return std::nullopt;
            std::size_t size = static_cast<unsigned char>(buffer_[1]) & 127;
            std::size_t head = 2;
            if (size == 126) {
                if (!have(4)) return std::nullopt;
                size = (byte(2) << 8) | byte(3);
                head = 4;
            } else if (size == 127) {
                if (!have(10)) return std::nullopt;
                size = 0;
                for (std::size_t i = 2; i < 10; ++i) size = (size << 8) | byte(i);
                head = 10;
            }
            if (!have(head + size)) return std::nullopt;
            Frame frame{buffer_[0] & 15, buffer_.substr(head, size)};
            const bool is_last = (byte(0) & 0x80) != 0;
            buffer_.erase(0, head + size);
            if (frame.opcode == 9) {
                send_frame(10, frame.payload);
                continue;
            }
            // A long message comes in several frames (RFC 6455 section 5.4).
            if (frame.opcode == 0) frame = {begun_.opcode, begun_.payload + frame.payload};
            if (!is_last) {
                begun_ = std::move(frame);
                continue;
            }
            heard_ += frame.payload + '\n';
            return frame;
        }
    }
    const std::string& heard() const { return heard_; }  // all messages so far
    // The next message of this type; others are passed over. Null: closed or silent.
    boost::json::value expect(const std::string& type) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(15);
        while (std::chrono::steady_clock::now() < deadline) {
            const auto frame = read_frame();
            if (!frame || frame->opcode == 8) return nullptr;
            auto value = boost::json::parse(frame->payload);
            if (value.at("type").as_string() == type) return value;
        }
        return nullptr;
    }
    // The next message, whatever it is. Null: closed or silent.
    boost::json::value next() {
        const auto frame = read_frame();
        if (!frame || frame->opcode == 8) return nullptr;
        return boost::json::parse(frame->payload);
    }
    // The close code that comes after whatever else; 0: ended without one; nullopt: still open.
    std::optional<int> close_code() {
        while (true) {
            const auto frame = read_frame();
            if (!frame) return ended_ ? std::optional(0) : std::nullopt;
            if (frame->opcode != 8) continue;
            if (frame->payload.size() < 2) return 1005;
            return (static_cast<unsigned char>(frame->payload[0]) << 8) |
                   static_cast<unsigned char>(frame->payload[1]);
        }
    }

  private:
    std::size_t byte(std::size_t at) const { return static_cast<unsigned char>(buffer_[at]); }
    bool have(std::size_t size) {
        while (buffer_.size() < size) {
            if (!fill()) return false;
        }
        return true;
    }
    bool fill() {
        char chunk[16384];
        const auto n = ::recv(fd_, chunk, sizeof chunk, 0);
        if (n <= 0) {
            ended_ = n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
            return false;
        }
        buffer_.append(chunk, static_cast<std::size_t>(n));
        return true;
    }

    int fd_;
    std::string buffer_, cased_head_, heard_;
    Frame begun_;
    bool ended_ = false;
};

}  // namespace sightline::integration
