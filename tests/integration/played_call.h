// An applicant and those who watch, as real peers of a hub on loopback, on a thread of their own:
// the applicant's uplink sends sound and pictures all the time, protected, and answers the hub's
// nonces the way the kiosk does, as long as it is not told to be silent; each watcher notes when
// the last packet came. The uplink can be made slow, and cut.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "appliance/base/key_number.h"
#include "media/io/udp_client.h"
#include "media/peer/publisher.h"
#include "media/peer/subscriber.h"
#include "media/sframe/frame.h"
#include "media/wire/rtcp.h"
#include "session/lease/heartbeat.h"
#include "tests/integration/hub_wire_client.h"
#include "tests/integration/slow_link.h"

namespace sightline::integration {

class PlayedCall {
  public:
    PlayedCall(std::uint16_t http_port, base::SessionId session,
               const std::vector<std::string>& watchers)
        : port_(http_port), session_(session), timer_(io_), link_timer_(io_) {
        for (const std::string& name : watchers) down_[name];
        identity_ = std::make_unique<transport::DtlsIdentity>(transport::DtlsIdentity::generate());
        turn();
        carry();
        thread_ = std::thread([this] { io_.run(); });
    }
    PlayedCall(const PlayedCall&) = delete;
    ~PlayedCall() {
        io_.stop();
        thread_.join();
    }

    void publish(const std::string& token) {
        auto made = std::make_unique<peer::Publisher>(
            peer::Publisher::Config{identity_.get(), 1150, 1'000'000});
        publisher_ = made.get();
        start(up_, "/v1/whip", token, std::move(made));
    }
    void subscribe(const std::string& name, const std::string& token) {
        start(down_.at(name), "/v1/whep", token,
              std::make_unique<peer::Subscriber>(peer::Subscriber::Config{identity_.get(), 2}));
    }
    bool connected(const std::string& name) { return down_.at(name).connected; }
    bool publishing() const { return up_.connected; }

    // Media packets that came, and when the last did.
    std::uint64_t packets(const std::string& name) { return down_.at(name).packets; }
    std::uint64_t pictures(const std::string& name) { return down_.at(name).pictures; }
    base::Instant last(const std::string& name) { return down_.at(name).last.load(); }
    base::Instant last_heartbeat() const { return last_heartbeat_; }

    // How heartbeats are written from now on.
    void set_lease(std::uint32_t number, const base::Secret& key) {
        boost::asio::post(io_, [this, number, bytes = std::string(key.reveal_text())] {
            lease_ = number;
            key_ = base::Secret(std::string_view(bytes));
        });
    }
    void set_silent(bool silent) { silent_ = silent; }

    // The number of the keys that the uplink's frames are protected with, but for the kind.
    static constexpr std::uint64_t kEpoch = 4 << 16 | 1;
    static constexpr std::uint8_t kSlot = 9;
    void set_clear(bool clear) { clear_ = clear; }

    // Of the applicant's uplink, each way.
    void set_delay(base::Duration one_way) {
        to_hub_.set_delay(one_way);
        from_hub_.set_delay(one_way);
    }
    void set_cut(bool cut) {
        to_hub_.set_cut(cut);
        from_hub_.set_cut(cut);
    }

    static bool wait_for(const std::function<bool()>& condition,
                         std::chrono::milliseconds patience) {
        const auto end = base::Clock::now() + patience;
        while (!condition()) {
            if (base::Clock::now() > end) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return true;
    }

  private:
    struct Leg {
        std::unique_ptr<peer::Peer> peer;
        std::unique_ptr<io::UdpClient> udp;
        wire::PacketBatch batch{256};
        std::atomic<bool> connected{false};
        std::atomic<std::uint64_t> packets{0}, pictures{0};
        std::atomic<base::Instant> last{};
    };

    void start(Leg& leg, const char* endpoint, const std::string& token,
               std::unique_ptr<peer::Peer> made) {
        const HttpReply reply = WireClient(port_).request(
            "POST", endpoint,
            "Authorization: Bearer " + token + "\r\nContent-Type: application/sdp\r\n",
            made->offer());
        ASSERT_EQ(reply.status, 201) << reply.body;
        ASSERT_TRUE(made->accept(reply.body, base::Clock::now()));
        boost::asio::post(
            io_,
            [this, &leg, peer = std::make_shared<std::unique_ptr<peer::Peer>>(std::move(made))] {
                leg.udp = std::make_unique<io::UdpClient>(
                    io_, [this, &leg](std::span<io::Datagram> all) { receive(leg, all); });
                leg.peer = std::move(*peer);
            });
    }

    void receive(Leg& leg, std::span<io::Datagram> datagrams) {
        const auto now = base::Clock::now();
        if (&leg == &up_) {
            for (auto& datagram : datagrams) from_hub_.put(datagram.path, datagram.bytes, now);
            return;
        }
        for (auto& datagram : datagrams) {
            leg.peer->receive(datagram.path, datagram.bytes, now, leg.batch);
        }
        auto& subscriber = static_cast<peer::Subscriber&>(*leg.peer);
        while (const auto frame = subscriber.poll_frame()) {
            if (frame->kind == wire::MediaKind::Video) ++leg.pictures;
        }
        const auto packets = subscriber.stats().packets;
        if (packets != leg.packets) leg.last = now;
        leg.packets = packets;
        flush(leg);
    }

    // What the uplink's link has brought, both ways.
    void carry() {
        link_timer_.expires_after(std::chrono::milliseconds(1));
        link_timer_.async_wait([this](const boost::system::error_code& error) {
            if (error) return;
            const auto now = base::Clock::now();
            from_hub_.take(now, [&](const wire::Path& path, base::MutableBytes bytes) {
                if (up_.peer) up_.peer->receive(path, bytes, now, up_.batch);
            });
            if (up_.peer) answer_nonces();
            flush(up_);
            carry();
        });
    }

    void answer_nonces() {
        while (const auto app = publisher_->poll_app()) {
            if (app->name != wire::app_name("SLNC") || silent_ || key_.empty()) continue;
            const auto bytes = lease::write_heartbeat(
                {lease_, ++counter_, base::load64(app->bytes().data())}, session_, key_);
            publisher_->send_app(wire::app_name("SLHB"), bytes, up_.batch);
            last_heartbeat_ = base::Clock::now();
        }
    }

    void flush(Leg& leg) {
        if (!leg.peer) return;
        leg.peer->tick(base::Clock::now(), leg.batch);
        if (&leg == &up_) {
            const auto now = base::Clock::now();
            for (const auto& entry : leg.batch.entries()) {
                to_hub_.put(entry.path, {entry.bytes.data(), entry.size}, now);
            }
            leg.batch.clear();
            to_hub_.take(now, [&](const wire::Path& path, base::ByteView bytes) {
                leg.batch.add(path, bytes);
            });
        }
        leg.udp->send(leg.batch);
        while (const auto event = leg.peer->poll_event()) {
            if (*event == peer::PeerEvent::Connected) leg.connected = true;
            if (*event == peer::PeerEvent::KeyFrameWanted) key_wanted_ = true;
        }
    }

    void protect(wire::EncodedFrame& frame) {
        if (clear_) return;
        auto& cipher = ciphers_[frame.kind == wire::MediaKind::Video ? 1 : 0];
        const auto size = frame.data.size();
        frame.data.resize(size + sframe::kMaxOverhead);
        frame.data.resize(sframe::protect(cipher, ++frames_, frame.kind, frame.data, size));
    }
    static sframe::FrameCipher cipher_for(bool video) {
        return {sframe::kSuite, base::KeyNumber{kEpoch, kSlot, video}.kid(),
                base::Secret(base::ByteView(base::Bytes(32, 8)))};
    }

    // Every 20 ms a sound and a picture.
    void turn() {
        timer_.expires_at(next_ += std::chrono::milliseconds(20));
        timer_.async_wait([this](const boost::system::error_code& error) {
            if (error) return;
            if (up_.connected) {
                const auto now = base::Clock::now();
                wire::EncodedFrame sound{wire::MediaKind::Audio, true, now.time_since_epoch(),
                                         base::Bytes(80, 1)};
                protect(sound);
                publisher_->send(sound, now, up_.batch);
                const bool key = std::exchange(key_wanted_, false);
                wire::EncodedFrame picture{wire::MediaKind::Video, key, now.time_since_epoch(),
                                           base::Bytes(1000, 2)};
                picture.data[0] = key ? 0x10 : 0x11;  // RFC 7741 section 4.3
                protect(picture);
                publisher_->send(picture, now, up_.batch);
            }
            flush(up_);
            for (auto& [name, leg] : down_) flush(leg);
            turn();
        });
    }

    const std::uint16_t port_;
    const base::SessionId session_;
    std::unique_ptr<transport::DtlsIdentity> identity_;
    boost::asio::io_context io_{1};
    boost::asio::steady_timer timer_, link_timer_;
    base::Instant next_ = base::Clock::now();
    Leg up_;
    SlowLink to_hub_, from_hub_;  // of the uplink
    peer::Publisher* publisher_ = nullptr;
    std::map<std::string, Leg> down_;  // the same legs as long as the thread runs
    std::atomic<bool> silent_{false}, clear_{false};
    std::array<sframe::FrameCipher, 2> ciphers_{cipher_for(false), cipher_for(true)};
    std::uint64_t frames_ = 0;
    std::atomic<base::Instant> last_heartbeat_{};
    std::uint32_t lease_ = 0, counter_ = 0;
    base::Secret key_;
    bool key_wanted_ = true;
    std::thread thread_;
};

}  // namespace sightline::integration
