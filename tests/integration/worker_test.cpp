// A worker's sockets, for real and on loopback: media from one client to another over UDP and
// ICE-TCP.
#include "media/io/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <mutex>

#include "media/io/udp_client.h"
#include "media/transport/peer_transport.h"
#include "media/wire/rtp.h"

namespace sightline::io {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const transport::DtlsIdentity& identity() {
    static const auto one = transport::DtlsIdentity::generate();
    return one;
}

// What a client does on its own io_context, whatever carries its datagrams.
class Client {
  public:
    virtual ~Client() = default;

    wire::Sdp offer(wire::Direction direction) const {
        wire::Sdp offer;
        wire::SdpMedia media;
        media.mid = "0";
        media.direction = direction;
        media.rtcp_mux = true;
        media.ice_ufrag = credentials_.ufrag;
        media.ice_pwd = credentials_.password;
        media.fingerprint_algorithm = "sha-256";
        media.fingerprint = identity().fingerprint();
        media.setup = wire::DtlsSetup::ActPass;
        media.codecs.push_back({111, "opus", 48000, 2, "", {}, std::nullopt});
        if (direction == wire::Direction::SendOnly) media.sources.push_back({7, "c", "s t"});
        offer.media.push_back(media);
        offer.bundle = {"0"};
        return offer;
    }
    void start(const std::string& answer) {
        const auto sdp = wire::parse_sdp(answer);
        ASSERT_TRUE(sdp.has_value());
        const auto& media = sdp->media.at(0);
        link_ = std::make_unique<transport::PeerTransport>(
            transport::PeerTransport::Config{transport::IceRole::Client,
                                             credentials_,
                                             {media.ice_ufrag, media.ice_pwd},
                                             media.fingerprint,
                                             &identity()},
            base::Clock::now());
        for (const auto& candidate : media.candidates) {
            if (candidate.transport == transport_) {
                link_->add_candidate({transport_, candidate.address, connection_},
                                     candidate.priority, base::Clock::now());
            }
        }
    }
    // Runs the client until the condition holds; false: not within five seconds.
    bool run_until(const std::function<bool()>& condition) {
        const auto end = base::Clock::now() + 5s;
        while (!condition()) {
            if (base::Clock::now() > end) return false;
            link_->tick(base::Clock::now(), out_);
            flush();
            context_.restart();
            context_.run_one_for(5ms);
        }
        return true;
    }
    bool connect() {
        return run_until([&] { return link_->connected(); });
    }
    void send_audio(std::uint16_t sequence) {
        const auto buffer = link_->open_packet(out_);
        const auto size =
            wire::write_rtp_header({false, 111, sequence, sequence * 960u, 7}, {}, buffer);
        std::fill_n(&buffer[size], 50, static_cast<std::uint8_t>(sequence));
        ASSERT_TRUE(link_->seal_rtp(out_, size + 50));
        flush();
    }

    std::vector<base::Bytes> rtp;

  protected:
    explicit Client(wire::Transport transport) : transport_(transport) {}
    virtual void flush() = 0;
    void receive(const wire::Path& path, base::MutableBytes bytes) {
        const auto got = link_->receive(path, bytes, base::Clock::now(), out_);
        if (got.kind == transport::PeerTransport::Kind::Rtp) {
            const auto packet = wire::parse_rtp(got.packet);
            ASSERT_TRUE(packet.has_value());
            rtp.emplace_back(packet->payload.begin(), packet->payload.end());
        }
    }

    boost::asio::io_context context_{1};
    wire::PacketBatch out_{64};
    std::unique_ptr<transport::PeerTransport> link_;
    wire::Transport transport_;
    std::uint32_t connection_ = 0;
    transport::IceCredentials credentials_ = transport::IceCredentials::random();
};

class OverUdp final : public Client {
  public:
    OverUdp()
        : Client(wire::Transport::Udp), socket_(context_, [this](std::span<Datagram> datagrams) {
              for (auto& d : datagrams) receive(d.path, d.bytes);
          }) {}

  private:
    void flush() override { socket_.send(out_); }
    UdpClient socket_;
};

class OverTcp final : public Client {
  public:
    explicit OverTcp(std::uint16_t port) : Client(wire::Transport::Tcp), socket_(context_) {
        connection_ = 1;
        socket_.connect({boost::asio::ip::address_v4::loopback(), port});
        remote_ = wire::Endpoint::v4(127, 0, 0, 1, port);
        read();
    }
    bool closed_by_hub = false;

  private:
    void flush() override {
        for (const auto& entry : out_.entries()) {
            std::uint8_t length[2];
            base::store16(length, static_cast<std::uint16_t>(entry.size));
            boost::asio::write(socket_, boost::asio::buffer(length));
            boost::asio::write(socket_, boost::asio::buffer(entry.bytes.data(), entry.size));
        }
        out_.clear();
    }
    void read() {
        socket_.async_read_some(boost::asio::buffer(in_.data() + filled_, in_.size() - filled_),
                                [this](boost::system::error_code error, std::size_t size) {
                                    if (error) {
                                        closed_by_hub = true;
                                        return;
                                    }
                                    filled_ += size;
                                    std::size_t at = 0;
                                    while (filled_ - at >= 2) {
                                        const std::size_t length = base::load16(&in_[at]);
                                        if (filled_ - at - 2 < length) break;
                                        receive({wire::Transport::Tcp, remote_, 1},
                                                base::MutableBytes(&in_[at + 2], length));
                                        at += 2 + length;
                                    }
                                    std::copy(in_.begin() + static_cast<std::ptrdiff_t>(at),
                                              in_.begin() + static_cast<std::ptrdiff_t>(filled_),
                                              in_.begin());
                                    filled_ -= at;
                                    read();
                                });
    }

    boost::asio::ip::tcp::socket socket_;
    wire::Endpoint remote_;
    std::array<std::uint8_t, 8192> in_{};
    std::size_t filled_ = 0;
};

class WorkerOnLoopback : public testing::Test {
  protected:
    WorkerOnLoopback() : worker_(config(), [this](sfu::Event event) { take(std::move(event)); }) {
        asker_ = std::thread([this] { asking_.run(); });
    }
    ~WorkerOnLoopback() override {
        asking_.stop();
        asker_.join();
    }
    static Worker::Config config() {
        Worker::Config config;
        config.bind_ip = "127.0.0.1";
        config.identity = &identity();
        return config;
    }
    // From a thread of its own, as the hub asks.
    template <class F>
    auto ask(F f) {
        return boost::asio::co_spawn(asking_, worker_.call(std::move(f)), boost::asio::use_future)
            .get();
    }
    std::string answer_to(const Client& client, wire::Direction direction,
                          base::ParticipantId who) {
        const auto offer = client.offer(direction);
        const auto answer = ask([&](sfu::Sfu& sfu, base::Instant now, wire::PacketBatch&) {
            return direction == wire::Direction::SendOnly
                       ? sfu.publish(session_, who, offer, now)
                       : sfu.subscribe(session_, who, offer, now);
        });
        EXPECT_TRUE(answer.has_value());
        return answer->sdp;
    }
    void take(sfu::Event event) {
        const std::lock_guard lock(mutex_);
        events_.push_back(std::move(event));
    }
    std::size_t connected_events() {
        const std::lock_guard lock(mutex_);
        return static_cast<std::size_t>(std::count_if(
            events_.begin(), events_.end(),
            [](const sfu::Event& e) { return std::holds_alternative<sfu::ResourceConnected>(e); }));
    }
    void expect_media(Client& from, Client& to) {
        ask([&](sfu::Sfu& sfu, base::Instant now, wire::PacketBatch&) {
            const auto receiver = base::ParticipantId::from_value(2);
            sfu.set_grant(session_, {{base::ParticipantId::from_value(1), {receiver}, {receiver}}},
                          base::kNever, now);
        });
        from.start(answer_to(from, wire::Direction::SendOnly, base::ParticipantId::from_value(1)));
        ASSERT_TRUE(from.connect());
        to.start(answer_to(to, wire::Direction::RecvOnly, base::ParticipantId::from_value(2)));
        ASSERT_TRUE(to.connect());
        std::uint16_t sequence = 0;
        ASSERT_TRUE(to.run_until([&] {
            from.send_audio(++sequence);
            return to.rtp.size() >= 20;
        }));
        EXPECT_EQ(to.rtp.back().size(), 50u);
        EXPECT_EQ(connected_events(), 2u);
    }

    std::mutex mutex_;
    std::vector<sfu::Event> events_;
    // Before the worker, which ends first: its thread may be about to answer whoever asked last.
    boost::asio::io_context asking_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ =
        boost::asio::make_work_guard(asking_);
    Worker worker_;
    std::thread asker_;
    const base::SessionId session_ = base::SessionId::from_value(5);
};

TEST_F(WorkerOnLoopback, CarriesMediaOverUdp) {
    OverUdp from;
    OverUdp to;
    expect_media(from, to);
}

TEST_F(WorkerOnLoopback, CarriesMediaOverTcp) {
    OverTcp from(worker_.port());
    OverTcp to(worker_.port());
    expect_media(from, to);
}

TEST_F(WorkerOnLoopback, ClosesATcpConnectionThatDoesNotBeginWithStun) {
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket(context);
    socket.connect({boost::asio::ip::address_v4::loopback(), worker_.port()});
    const std::string request = "GET / HTTP/1.1\r\nHost: hub\r\n\r\n";
    boost::asio::write(socket, boost::asio::buffer(request));
    std::array<char, 10> answer;
    boost::system::error_code error;
    EXPECT_EQ(boost::asio::read(socket, boost::asio::buffer(answer), error), 0u);
    EXPECT_TRUE(error);
}

TEST_F(WorkerOnLoopback, SurvivesDatagramsOfNobody) {
    boost::asio::io_context context;
    boost::asio::ip::udp::socket socket(context, boost::asio::ip::udp::v4());
    const boost::asio::ip::udp::endpoint hub(boost::asio::ip::address_v4::loopback(),
                                             worker_.port());
    for (const std::size_t size : {0u, 1u, 100u, 1500u, 9000u}) {
        socket.send_to(boost::asio::buffer(std::vector<std::uint8_t>(size, 0x80)), hub);
    }
    std::uint64_t seen = 0;
    for (int i = 0; i < 200 && seen < 4; ++i) {
        seen = ask([](sfu::Sfu& sfu, base::Instant, wire::PacketBatch&) {
            return sfu.counters().datagrams_unknown_path;
        });
    }
    EXPECT_EQ(seen, 4u);  // the one of 9,000 bytes never reached the core
}

TEST_F(WorkerOnLoopback, NamesThePortAndTheOptionWhenThePortIsInUse) {
    auto same = config();
    same.port = worker_.port();
    try {
        const Worker second(same, [](const sfu::Event&) {});
        FAIL() << "bound twice";
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code(), std::errc::address_in_use);
        EXPECT_THAT(error.what(), HasSubstr("127.0.0.1"));
        EXPECT_THAT(error.what(), HasSubstr(std::to_string(worker_.port())));
        EXPECT_THAT(error.what(), HasSubstr("--media-port"));
    }
}

}  // namespace
}  // namespace sightline::io
