// A link in front of a server on loopback, as TCP sees it: so many bytes a second each way, so long
// on the way, and cut whenever the test says. One port for everybody; runs on a thread of its own.
// All calls from any thread.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <deque>
#include <list>
#include <memory>
#include <random>
#include <string>
#include <thread>

namespace sightline::tests {

namespace asio = boost::asio;

class TcpLink {
  public:
    struct Quality {
        double up_bytes_per_s = 0;  // 0: as fast as it goes
        double down_bytes_per_s = 0;
        std::chrono::milliseconds one_way{0};
    };

    TcpLink(std::uint16_t to, Quality quality) : to_(to), quality_(quality) {
        asio::co_spawn(io_, listen(), asio::detached);
        thread_ = std::thread([this] { io_.run(); });
    }
    explicit TcpLink(std::uint16_t to) : TcpLink(to, Quality()) {}
    ~TcpLink() {
        io_.stop();
        thread_.join();
    }
    TcpLink(const TcpLink&) = delete;

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    // Where new connections go from now on.
    void lead_to(std::uint16_t port) { to_ = port; }
    // Ends all connections at once, as a modem does that hangs up.
    void cut() {
        asio::post(io_, [this] {
            for (const auto& weak : calls_) {
                if (const auto call = weak.lock()) call->close();
            }
            calls_.clear();
        });
    }
    // From now on cuts by itself after 1 to `most_up` more bytes that have gone up, and so on anew,
    // `times` in all.
    void cut_often(std::uint64_t most_up, std::uint64_t times) {
        asio::post(io_, [this, most_up, times] {
            most_up_ = most_up;
            cuts_to_come_ = times;
            arm();
        });
    }
    std::uint64_t cuts() const { return cuts_; }
    // Bytes that have gone through.
    std::uint64_t up() const { return up_; }
    std::uint64_t down() const { return down_; }

  private:
    using tcp = boost::asio::ip::tcp;
    using Clock = std::chrono::steady_clock;
    using Error = boost::system::error_code;

    struct Call {
        explicit Call(boost::asio::io_context& io) : client(io), server(io) {}
        void close() {
            Error ignored;
            client.close(ignored);
            server.close(ignored);
        }
        tcp::socket client, server;
    };
    struct Piece {
        Clock::time_point due;
        std::string bytes;
    };
    struct Way {
        explicit Way(boost::asio::io_context& io) : changed(io) {}
        std::deque<Piece> pieces;
        std::size_t bytes = 0;
        bool ended = false;
        boost::asio::steady_timer changed;
    };

    boost::asio::awaitable<void> listen() {
        while (true) {
            auto call = std::make_shared<Call>(io_);
            Error failed;
            co_await acceptor_.async_accept(call->client,
                                            asio::redirect_error(asio::use_awaitable, failed));
            if (failed) co_return;
            const tcp::endpoint there(asio::ip::address_v4::loopback(), to_);
            co_await call->server.async_connect(there,
                                                asio::redirect_error(asio::use_awaitable, failed));
            if (failed) continue;
            Error ignored;
            call->client.set_option(tcp::no_delay(true), ignored);
            call->server.set_option(tcp::no_delay(true), ignored);
            calls_.push_back(call);
            carry(call, true);
            carry(call, false);
        }
    }

    void carry(const std::shared_ptr<Call>& call, bool up) {
        auto way = std::make_shared<Way>(io_);
        asio::co_spawn(io_, take(call, way, up), asio::detached);
        asio::co_spawn(io_, give(call, way, up), asio::detached);
    }

    boost::asio::awaitable<void> take(std::shared_ptr<Call> call, std::shared_ptr<Way> way,
                                      bool up) {
        tcp::socket& from = up ? call->client : call->server;
        while (true) {
            std::string bytes(kPiece, '\0');
            Error failed;
            bytes.resize(co_await from.async_read_some(
                asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, failed)));
            if (failed) break;
            way->bytes += bytes.size();
            way->pieces.push_back({Clock::now() + quality_.one_way, std::move(bytes)});
            way->changed.cancel();
            while (way->bytes > kQueue && from.is_open()) co_await wait(*way, kLook);
        }
        way->ended = true;
        way->changed.cancel();
    }

    boost::asio::awaitable<void> give(std::shared_ptr<Call> call, std::shared_ptr<Way> way,
                                      bool up) {
        tcp::socket& to = up ? call->server : call->client;
        const double rate = up ? quality_.up_bytes_per_s : quality_.down_bytes_per_s;
        auto free_at = Clock::now();
        while (true) {
            while (way->pieces.empty() && !way->ended) co_await wait(*way, kLook);
            if (way->pieces.empty()) break;
            Piece piece = std::move(way->pieces.front());
            way->pieces.pop_front();
            const auto at = std::max(piece.due, free_at);
            while (Clock::now() < at) co_await wait(*way, at - Clock::now());
            if (rate > 0) {
                free_at =
                    at + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
                             static_cast<double>(piece.bytes.size()) / rate));
            }
            Error failed;
            co_await asio::async_write(to, asio::buffer(piece.bytes),
                                       asio::redirect_error(asio::use_awaitable, failed));
            if (failed) break;
            way->bytes -= piece.bytes.size();
            way->changed.cancel();
            (up ? up_ : down_) += piece.bytes.size();
            if (up && cut_at_ != 0 && up_ >= cut_at_) {
                ++cuts_;
                arm();
                call->close();
                break;
            }
        }
        call->close();
    }

    void arm() { cut_at_ = cuts_ < cuts_to_come_ ? up_ + 1 + dice_() % most_up_ : 0; }

    static boost::asio::awaitable<void> wait(Way& way, Clock::duration most) {
        way.changed.expires_after(most);
        Error ignored;
        co_await way.changed.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }

    static constexpr std::size_t kPiece = 4096;
    static constexpr std::size_t kQueue = std::size_t{64} * 1024;
    static constexpr std::chrono::milliseconds kLook{50};

    std::atomic<std::uint16_t> to_;
    const Quality quality_;
    boost::asio::io_context io_{1};
    tcp::acceptor acceptor_{io_, {asio::ip::address_v4::loopback(), 0}};
    std::list<std::weak_ptr<Call>> calls_;
    std::atomic<std::uint64_t> up_{0}, down_{0}, cuts_{0};
    std::uint64_t cut_at_ = 0, most_up_ = 1, cuts_to_come_ = 0;  // of its thread
    std::mt19937_64 dice_{7};
    std::thread thread_;
};

}  // namespace sightline::tests
