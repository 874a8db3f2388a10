#include "media/transport/datagram_bio.h"

#include <algorithm>

#include "appliance/base/check.h"

namespace sightline::transport {
namespace {

// A flight of a P-256 handshake is one to three datagrams. What a peer makes us write beyond this
// is lost as on a full socket.
constexpr std::size_t kMaxFlight = 16;

//  DTLS record header (RFC 6347 section 4.1):
//  | type 1 | version 2 | epoch 2 | sequence number 6 | length 2 |
constexpr std::size_t kRecordHeader = 13;

DatagramBio& self(BIO* bio) { return *static_cast<DatagramBio*>(BIO_get_data(bio)); }

int on_write(BIO* bio, const char* data, int size) {
    BIO_clear_retry_flags(bio);
    return self(bio).write(reinterpret_cast<const std::uint8_t*>(data), size);
}

int on_read(BIO* bio, char* buffer, int size) {
    BIO_clear_retry_flags(bio);
    const int got = self(bio).read(reinterpret_cast<std::uint8_t*>(buffer), size);
    if (got < 0) BIO_set_retry_read(bio);
    return got;
}

long on_ctrl(BIO*, int command, long number, void*) {
    switch (command) {
        case BIO_CTRL_FLUSH:
            return 1;
        case BIO_CTRL_DGRAM_QUERY_MTU:
        case BIO_CTRL_DGRAM_GET_MTU:
        case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
            return static_cast<long>(kDtlsMtu);
        case BIO_CTRL_DGRAM_SET_MTU:
            return number;
        default:
            return 0;
    }
}

BIO_METHOD* method() {
    static BIO_METHOD* const made = [] {
        BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagram");
        CHECK(m != nullptr);
        BIO_meth_set_write(m, on_write);
        BIO_meth_set_read(m, on_read);
        BIO_meth_set_ctrl(m, on_ctrl);
        return m;
    }();
    return made;
}

}  // namespace

DatagramBio::DatagramBio() : bio_(BIO_new(method())) {
    CHECK(bio_ != nullptr);
    BIO_set_data(bio_, this);
    BIO_set_init(bio_, 1);
}

DatagramBio::~DatagramBio() { BIO_free(bio_); }

int DatagramBio::read(std::uint8_t* buffer, int size) {
    if (incoming_.empty()) return -1;
    // What does not fit is cut off, as recv(2) does.
    const std::size_t n = std::min(incoming_.size(), static_cast<std::size_t>(std::max(size, 0)));
    std::copy_n(incoming_.begin(), n, buffer);
    incoming_ = {};
    return static_cast<int>(n);
}

int DatagramBio::write(const std::uint8_t* data, int size) {
    if (size <= 0) return 0;
    if (new_flight_) {
        flight_.clear();
        new_flight_ = false;
    }
    if (flight_.size() < kMaxFlight) {
        flight_.emplace_back(data, data + size);
        renumber(flight_.back());
    }
    return size;
}

void DatagramBio::renumber_flight() {
    for (base::Bytes& datagram : flight_) renumber(datagram);
}

void DatagramBio::renumber(base::Bytes& datagram) {
    std::size_t at = 0;
    while (at + kRecordHeader <= datagram.size()) {
        std::uint8_t* const record = &datagram[at];
        // Epoch 0 is neither encrypted nor authenticated, and its numbers are not part of the
        // handshake hash. The others must stay as OpenSSL sealed them.
        if (base::load16(record + 3) == 0) {
            base::store16(record + 5, static_cast<std::uint16_t>(next_sequence_ >> 32));
            base::store32(record + 7, static_cast<std::uint32_t>(next_sequence_));
            ++next_sequence_;
        }
        at += kRecordHeader + base::load16(record + 11);
    }
}

}  // namespace sightline::transport
