// Spreads packets over time: a token bucket that fills at 1.5 times the target rate. Audio goes
// first and at once, then retransmissions, then video in order. It keeps the packets until they may
// leave; memory is fixed. One per transport. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "appliance/base/bytes.h"
#include "appliance/base/time.h"
#include "media/congestion/data_rate.h"
#include "media/wire/packet_batch.h"

namespace sightline::congestion {

enum class PacketClass : std::uint8_t { Audio, Retransmission, Video };

class Pacer {
  public:
    struct Config {
        DataRate target = DataRate::kilobits_per_second(1000);
        double factor = 1.5;
        // What may leave at once after a silence, and what a late tick may catch up with.
        base::Duration burst = std::chrono::milliseconds(10);
        // A queue that would take longer than this at the paced rate is sent faster.
        base::Duration max_queue_time = std::chrono::milliseconds(500);
        std::size_t capacity = 512;  // packets of each class
    };
    Pacer() : Pacer(Config()) {}
    explicit Pacer(const Config& config);

    void set_target(DataRate target) { config_.target = target; }

    // Copies a packet in; false: the queue of its class is full, and the packet is lost.
    bool push(PacketClass kind, base::ByteView packet, base::Instant now);

    struct Packet {
        PacketClass kind;
        base::ByteView bytes;  // valid until the next call
    };
    // The next packet that may leave now; call until nullopt.
    std::optional<Packet> pop(base::Instant now);
    // When pop() will have the next one; kNever: empty.
    base::Instant next_deadline() const;

    std::size_t queued_bytes() const { return queued_bytes_; }
    void clear();
    void clear(PacketClass kind);

  private:
    struct Slot {
        std::uint16_t size = 0;
        std::array<std::uint8_t, wire::kMaxDatagram> bytes;
    };
    struct Queue {  // a ring
        std::vector<Slot> slots;
        std::size_t first = 0;
        std::size_t count = 0;
    };
    DataRate rate() const;
    void refill(base::Instant now);

    Config config_;
    std::array<Queue, 3> queues_;
    std::size_t queued_bytes_ = 0;
    double tokens_ = 0;  // bytes; negative: a debt to wait off
    std::optional<base::Instant> filled_;
};

}  // namespace sightline::congestion
