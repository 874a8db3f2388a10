// Two sans-I/O ends joined by simulated links. Time jumps from one event to the next, so that an
// hour passes in a moment. The nodes must outlive it. One thread.
//
//   Simulation net(engine, hub, now);
//   net.add_route({hub_address, engine_address, profile.up, profile.down}, seed);
//   net.run_for(1h);
#pragma once

#include <memory>
#include <vector>

#include "media/wire/packet_batch.h"
#include "tests/sim/link.h"

namespace sightline::sim {

// One end. Both calls may write datagrams to `out`.
class Node {
  public:
    virtual ~Node() = default;
    virtual void receive(const wire::Path& from, base::MutableBytes datagram, base::Instant now,
                         wire::PacketBatch& out) = 0;
    // Called after every event; returns the next deadline.
    virtual base::Instant tick(base::Instant now, wire::PacketBatch& out) = 0;
};

// A way between the two ends, with one link for each direction.
struct Route {
    wire::Path far_seen_from_near;  // where the near end sends to, and what it receives from
    wire::Path near_seen_from_far;
    LinkConfig up;    // near to far
    LinkConfig down;  // far to near
};

class Simulation {
  public:
    Simulation(Node& near, Node& far, base::Instant start) : near_(near), far_(far), now_(start) {}

    // Returns its number, for up() and down(). Datagrams to a path that is no route are lost.
    std::size_t add_route(const Route& route, std::uint64_t seed);
    Link& up(std::size_t route) { return routes_[route]->up; }
    Link& down(std::size_t route) { return routes_[route]->down; }

    void run_until(base::Instant end);
    void run_for(base::Duration duration) { run_until(now_ + duration); }
    base::Instant now() const { return now_; }

  private:
    struct Way {
        Way(const Route& r, std::uint64_t seed) : route(r), up(r.up, seed), down(r.down, ~seed) {}
        Route route;
        Link up;
        Link down;
    };
    void send_from_near();
    void send_from_far();
    void deliver();

    Node& near_;
    Node& far_;
    base::Instant now_;
    std::vector<std::unique_ptr<Way>> routes_;
    wire::PacketBatch out_{4096};
};

}  // namespace sightline::sim
