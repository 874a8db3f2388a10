#include "media/congestion/transport_feedback_reader.h"

#include <algorithm>

namespace sightline::congestion {
namespace {

using std::chrono::microseconds;

constexpr std::size_t kFixedSize = 8;
constexpr microseconds kReferenceUnit{64'000};
constexpr microseconds kDeltaUnit{250};

}  // namespace

TransportFeedbackReader::TransportFeedbackReader(base::ByteView body) : body_(body) {
    if (body.size() < kFixedSize) return;
    base_sequence_ = base::load16(&body[0]);
    status_count_ = base::load16(&body[2]);
    time_ = kReferenceUnit * base::load24(&body[4]);
    feedback_count_ = body[7];
    chunk_at_ = kFixedSize;
    check_shape();
}

// Walks all chunks once: the deltas begin where the chunks end, and must all be there.
void TransportFeedbackReader::check_shape() {
    if (status_count_ == 0) return;
    std::size_t delta_bytes = 0;
    for (std::uint16_t i = 0; i < status_count_; ++i) {
        if (chunk_left_ == 0 && !load_chunk(static_cast<std::uint16_t>(status_count_ - i))) return;
        const auto symbol = next_symbol();
        if (symbol == Symbol::Reserved) return;
        delta_bytes += static_cast<std::size_t>(symbol);  // the symbol's number is the delta's size
    }
    if (delta_bytes > body_.size() - chunk_at_) return;
    delta_at_ = chunk_at_;
    chunk_at_ = kFixedSize;
    chunk_left_ = 0;
    ok_ = true;
}

bool TransportFeedbackReader::load_chunk(std::uint16_t statuses_left) {
    if (body_.size() - chunk_at_ < 2) return false;
    chunk_ = base::load16(&body_[chunk_at_]);
    chunk_at_ += 2;
    std::uint16_t symbols = 7;
    if ((chunk_ & 0x8000) == 0) {
        symbols = chunk_ & 0x1FFF;
    } else if ((chunk_ & 0x4000) == 0) {
        symbols = 14;
    }
    chunk_left_ = std::min(symbols, statuses_left);
    chunk_given_ = 0;
    return chunk_left_ > 0;
}

TransportFeedbackReader::Symbol TransportFeedbackReader::next_symbol() {
    unsigned symbol = 0;
    if ((chunk_ & 0x8000) == 0) {
        symbol = (chunk_ >> 13) & 3;
    } else if ((chunk_ & 0x4000) == 0) {
        symbol = (chunk_ >> (13 - chunk_given_)) & 1;
    } else {
        symbol = (chunk_ >> (12 - 2 * chunk_given_)) & 3;
    }
    ++chunk_given_;
    --chunk_left_;
    return static_cast<Symbol>(symbol);
}

std::optional<PacketStatus> TransportFeedbackReader::next() {
    if (!ok_ || given_ == status_count_) return std::nullopt;
    if (chunk_left_ == 0) load_chunk(static_cast<std::uint16_t>(status_count_ - given_));
    PacketStatus status;
    status.sequence = static_cast<std::uint16_t>(base_sequence_ + given_);
    const auto symbol = next_symbol();
    if (symbol == Symbol::SmallDelta) {
        time_ += kDeltaUnit * body_[delta_at_];
        delta_at_ += 1;
    } else if (symbol == Symbol::LargeDelta) {
        time_ += kDeltaUnit * static_cast<std::int16_t>(base::load16(&body_[delta_at_]));
        delta_at_ += 2;
    }
    status.received = symbol != Symbol::NotReceived;
    if (status.received) status.arrival = time_;
    ++given_;
    return status;
}

}  // namespace sightline::congestion
