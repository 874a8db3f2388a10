#include "media/rtp/vp8_packetizer.h"

#include <cstring>

#include "appliance/base/check.h"
#include "media/wire/vp8.h"

namespace sightline::rtp {
namespace {

constexpr std::size_t kDescriptorSize = 4;  // X, I, and the picture id in two bytes

}  // namespace

Vp8Packetizer::Vp8Packetizer(std::uint16_t first_picture_id)
    : picture_id_(static_cast<std::uint16_t>((first_picture_id - 1) & 0x7FFF)) {}

void Vp8Packetizer::start(base::ByteView frame, std::size_t max_payload) {
    CHECK(max_payload > kDescriptorSize);
    const std::size_t room = max_payload - kDescriptorSize;
    frame_ = frame;
    at_ = 0;
    pieces_left_ = (frame.size() + room - 1) / room;
    picture_id_ = static_cast<std::uint16_t>((picture_id_ + 1) & 0x7FFF);
}

std::optional<Vp8Packetizer::Payload> Vp8Packetizer::next(base::MutableBytes buffer) {
    if (pieces_left_ == 0) return std::nullopt;
    wire::Vp8Descriptor descriptor;
    descriptor.start_of_partition = at_ == 0;
    descriptor.picture_id = picture_id_;
    const std::size_t left = frame_.size() - at_;
    // Equal pieces: one nearly empty last packet would cost as much as a full one.
    const std::size_t piece = (left + pieces_left_ - 1) / pieces_left_;
    const std::size_t head = wire::write_vp8(descriptor, buffer);
    CHECK(head == kDescriptorSize && head + piece <= buffer.size());
    std::memcpy(&buffer[head], &frame_[at_], piece);
    at_ += piece;
    --pieces_left_;
    return Payload{head + piece, pieces_left_ == 0};
}

}  // namespace sightline::rtp
