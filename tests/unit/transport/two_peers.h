// A lite and a client PeerTransport in one process, joined by a wire of fixed delay that a test can
// cut, spy on and write to. Time moves only as far as the test says.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "media/transport/peer_transport.h"

namespace sightline::transport {

using namespace std::chrono_literals;

inline const wire::Path kHub{wire::Transport::Udp, wire::Endpoint::v4(192, 0, 2, 1, 4000), 0};
inline const wire::Path kHubTcp{wire::Transport::Tcp, wire::Endpoint::v4(192, 0, 2, 1, 4000), 1};
inline const wire::Path kEngine{wire::Transport::Udp, wire::Endpoint::v4(198, 51, 100, 7, 5000), 0};
inline const wire::Path kEngineTcp{wire::Transport::Tcp, wire::Endpoint::v4(198, 51, 100, 7, 5001),
                                   9};
inline const wire::Path kStranger{wire::Transport::Udp, wire::Endpoint::v4(203, 0, 113, 66, 6666),
                                  0};
inline constexpr std::uint32_t kHostPriority = 2130706431;
inline constexpr std::uint32_t kTcpPriority = 1518280447;

inline const DtlsIdentity& hub_identity() {
    static const DtlsIdentity identity = DtlsIdentity::generate();
    return identity;
}
inline const DtlsIdentity& engine_identity() {
    static const DtlsIdentity identity = DtlsIdentity::generate();
    return identity;
}

struct TwoPeers {
    struct Datagram {
        base::Instant arrives;
        bool to_hub;
        wire::Path path;  // as the receiver sees it
        base::Bytes bytes;
    };

    explicit TwoPeers(std::string fingerprint_for_hub = engine_identity().fingerprint(),
                      std::string fingerprint_for_engine = hub_identity().fingerprint()) {
        hub = std::make_unique<PeerTransport>(
            PeerTransport::Config{IceRole::Lite, hub_ice, engine_ice,
                                  std::move(fingerprint_for_hub), &hub_identity()},
            now);
        engine = std::make_unique<PeerTransport>(
            PeerTransport::Config{IceRole::Client, engine_ice, hub_ice,
                                  std::move(fingerprint_for_engine), &engine_identity()},
            now);
    }

    static wire::Path at_hub(const wire::Path& hub_path) {
        return hub_path.transport == wire::Transport::Udp ? kEngine : kEngineTcp;
    }
    static wire::Path at_engine(const wire::Path& engine_path) {
        return engine_path.transport == wire::Transport::Udp ? kHub : kHubTcp;
    }

    void collect(bool from_engine) {
        for (const auto& entry : out.entries()) {
            base::Bytes bytes(entry.bytes.begin(),
                              entry.bytes.begin() + static_cast<std::ptrdiff_t>(entry.size));
            if (drop && drop(from_engine, entry.path, bytes)) continue;
            const wire::Path seen = from_engine ? at_hub(entry.path) : at_engine(entry.path);
            on_wire.push_back({now + delay, from_engine, seen, std::move(bytes)});
        }
        out.clear();
    }

    // Runs both until `until`, jumping from one event to the next.
    void run_to(base::Instant until) {
        for (;;) {
            const base::Instant engine_due = engine->tick(now, out);
            collect(true);
            const base::Instant hub_due = hub->tick(now, out);
            collect(false);
            base::Instant next = std::min(engine_due, hub_due);
            if (!on_wire.empty()) next = std::min(next, on_wire.front().arrives);
            if (next > until) break;
            now = std::max(now, next);
            while (!on_wire.empty() && on_wire.front().arrives <= now) {
                Datagram datagram = std::move(on_wire.front());
                on_wire.pop_front();
                deliver(datagram);
            }
            take_events();
        }
        now = until;
        take_events();
    }
    void run_for(base::Duration duration) { run_to(now + duration); }

    void deliver(Datagram& datagram) {
        PeerTransport& receiver = datagram.to_hub ? *hub : *engine;
        const auto received = receiver.receive(datagram.path, datagram.bytes, now, out);
        collect(!datagram.to_hub);
        if (received.kind == PeerTransport::Kind::Nothing) return;
        (datagram.to_hub ? heard_by_hub : heard_by_engine)
            .emplace_back(received.packet.begin(), received.packet.end());
    }
    // What somebody sends to the hub from `path`.
    void inject(const wire::Path& path, base::Bytes bytes) {
        Datagram datagram{now, true, path, std::move(bytes)};
        deliver(datagram);
    }
    void take_events() {
        while (const auto event = hub->poll_event()) hub_events.push_back(*event);
        while (const auto event = engine->poll_event()) engine_events.push_back(*event);
    }

    void connect() {
        engine->add_candidate(kHub, kHostPriority, now);
        run_for(2s);
    }
    bool send(PeerTransport& from, std::uint16_t sequence, std::uint32_t ssrc = 0x1234) {
        const auto buffer = from.open_packet(out);
        if (buffer.empty()) return false;
        const bool sealed = from.seal_rtp(out, write_packet(buffer, sequence, ssrc));
        collect(&from == engine.get());
        return sealed;
    }
    static std::size_t write_packet(base::MutableBytes buffer, std::uint16_t sequence,
                                    std::uint32_t ssrc) {
        base::ByteWriter writer(buffer);
        writer.u8(0x80);
        writer.u8(111);
        writer.u16(sequence);
        writer.u32(sequence * 960U);
        writer.u32(ssrc);
        writer.bytes(base::as_bytes("speech"));
        return writer.size();
    }

    base::Instant now = base::Instant{} + 1000s;
    base::Duration delay = 20ms;
    IceCredentials hub_ice = IceCredentials::random();
    IceCredentials engine_ice = IceCredentials::random();
    std::unique_ptr<PeerTransport> hub;
    std::unique_ptr<PeerTransport> engine;
    wire::PacketBatch out{64};
    std::deque<Datagram> on_wire;
    std::function<bool(bool from_engine, const wire::Path& to, const base::Bytes&)> drop;
    std::vector<TransportEvent> hub_events, engine_events;
    std::vector<base::Bytes> heard_by_hub, heard_by_engine;
};

}  // namespace sightline::transport
