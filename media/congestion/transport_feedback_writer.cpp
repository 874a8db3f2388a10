#include "media/congestion/transport_feedback_writer.h"

#include <algorithm>

namespace sightline::congestion {
namespace {

using std::chrono::microseconds;

constexpr std::size_t kWindow = 4096;  // packets; a power of two
constexpr std::size_t kFixedSize = 8;
constexpr std::size_t kMaxPadding = 3;
constexpr microseconds kReferenceUnit{64'000};
constexpr microseconds kDeltaUnit{250};
constexpr std::size_t kMaxRun = 8191;  // 13 bits

enum Symbol : std::uint8_t { kNotReceived = 0, kSmallDelta = 1, kLargeDelta = 2 };

// The next chunk of these symbols, and how many it takes. Section 3.1.3 and 3.1.4:
// |0| S |      Run Length         |
// |1|0|     14 one-bit symbols    |
// |1|1|     7 two-bit symbols     |
std::uint16_t next_chunk(std::span<const std::uint8_t> symbols, std::size_t& taken) {
    std::size_t run = 1;
    while (run < symbols.size() && run < kMaxRun && symbols[run] == symbols[0]) ++run;
    const std::size_t bits = std::min<std::size_t>(14, symbols.size());
    const bool one_bit = std::all_of(symbols.begin(), symbols.begin() + static_cast<long>(bits),
                                     [](auto symbol) { return symbol <= kSmallDelta; });
    if (run >= 14 || run == symbols.size() || (run >= 7 && !one_bit)) {
        taken = run;
        return static_cast<std::uint16_t>((symbols[0] << 13) | run);
    }
    unsigned chunk = one_bit ? 0x8000 : 0xC000;
    taken = one_bit ? bits : std::min<std::size_t>(7, symbols.size());
    for (std::size_t i = 0; i < taken; ++i) {
        const unsigned symbol = symbols[i];
        chunk |= one_bit ? symbol << (13 - i) : symbol << (12 - 2 * i);
    }
    return static_cast<std::uint16_t>(chunk);
}

}  // namespace

TransportFeedbackWriter::TransportFeedbackWriter(base::Duration interval)
    : interval_(interval), window_(kWindow) {
    draft_.symbols.reserve(kWindow);
    draft_.deltas.reserve(kWindow);
}

void TransportFeedbackWriter::record(std::uint16_t transport_sequence, base::Instant now) {
    const std::int64_t sequence = unwrapper_.peek(transport_sequence);
    if (next_ < 0) {
        next_ = sequence;
        epoch_ = now;
    }
    if (next_ - sequence > kMaxLate || received(sequence)) return;
    if (newest_ - sequence >= static_cast<std::int64_t>(kWindow)) return;
    if (sequence < next_) next_ = sequence;
    // A jump beyond the window leaves nothing worth telling about what was before it.
    if (sequence - next_ >= static_cast<std::int64_t>(kWindow)) next_ = sequence;
    if (sequence > newest_) newest_ = unwrapper_.unwrap(transport_sequence);
    arrival(sequence) = {sequence, now};
    if (!due_) due_ = now + interval_;
}

std::size_t TransportFeedbackWriter::poll(base::Instant now, base::MutableBytes body) {
    if (!due_ || now < *due_) return 0;
    if (next_ > newest_) {
        due_.reset();
        return 0;
    }
    return write(body);
}

base::Instant TransportFeedbackWriter::next_deadline() const { return due_.value_or(base::kNever); }

// In units of 64 ms since the epoch: that of the first packet received.
std::int64_t TransportFeedbackWriter::reference_time() {
    auto first = next_;
    while (!received(first)) ++first;  // ends: the newest was received
    return std::chrono::floor<microseconds>(arrival(first).at - *epoch_) / kReferenceUnit;
}

// Fills draft_ with as many statuses from next_ on as are sure to fit into `room`; returns one past
// the last of them.
std::int64_t TransportFeedbackWriter::draft(std::size_t room, std::int64_t reference) {
    draft_.symbols.clear();
    draft_.deltas.clear();
    std::size_t delta_bytes = 0;
    // The time that the reader will have summed up: rounding errors must not add up.
    std::int64_t told = reference * (kReferenceUnit / kDeltaUnit);
    for (auto sequence = next_; sequence <= newest_; ++sequence) {
        // Seven statuses at least share a chunk of two bytes.
        const std::size_t chunk_bytes = 2 * (draft_.symbols.size() / 7 + 1);
        if (chunk_bytes + delta_bytes + 2 > room) return sequence;
        if (!received(sequence)) {
            draft_.symbols.push_back(kNotReceived);
            continue;
        }
        const auto since = std::chrono::floor<microseconds>(arrival(sequence).at - *epoch_);
        const std::int64_t units = (since + kDeltaUnit / 2) / kDeltaUnit;
        const std::int64_t delta = units - told;
        // What 16 bits cannot tell needs a reference time of its own.
        if (delta < INT16_MIN || delta > INT16_MAX) return sequence;
        const bool small = delta >= 0 && delta <= 0xFF;
        draft_.symbols.push_back(small ? kSmallDelta : kLargeDelta);
        draft_.deltas.push_back(static_cast<std::int16_t>(delta));
        delta_bytes += small ? 1 : 2;
        told = units;
    }
    return newest_ + 1;
}

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// |      base sequence number     |      packet status count      |
// |                 reference time                | fb pkt. count |
// |          packet chunk         |         packet chunk          |
// |         packet chunk          |  recv delta   |  recv delta   |
std::size_t TransportFeedbackWriter::write(base::MutableBytes body) {
    if (body.size() < kFixedSize + kMaxPadding + 4) return 0;
    const std::int64_t reference = reference_time();
    const std::int64_t end = draft(body.size() - kFixedSize - kMaxPadding, reference);

    base::ByteWriter out(body);
    out.u16(static_cast<std::uint16_t>(next_));
    out.u16(static_cast<std::uint16_t>(end - next_));
    out.u24(static_cast<std::uint32_t>(reference) & 0xFFFFFF);
    out.u8(feedback_count_++);
    std::span<const std::uint8_t> symbols = draft_.symbols;
    while (!symbols.empty()) {
        std::size_t taken = 0;
        out.u16(next_chunk(symbols, taken));
        symbols = symbols.subspan(taken);
    }
    for (const auto delta : draft_.deltas) {
        if (delta >= 0 && delta <= 0xFF) {
            out.u8(static_cast<std::uint8_t>(delta));
        } else {
            out.u16(static_cast<std::uint16_t>(delta));
        }
    }
    out.fill((4 - out.size() % 4) % 4, 0);
    next_ = end;
    if (next_ > newest_) due_.reset();
    return out.size();
}

}  // namespace sightline::congestion
