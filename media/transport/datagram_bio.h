// What OpenSSL reads from and writes to instead of a socket: one datagram in, and the flight of
// datagrams that it answered with (RFC 6347 section 4.2.4). Keeps datagram boundaries, which a
// memory BIO does not, and answers the MTU questions that a memory BIO leaves open. One thread.
#pragma once

#include <openssl/bio.h>

#include <cstdint>
#include <vector>

#include "appliance/base/bytes.h"

namespace sightline::transport {

// RFC 6347 section 4.1.1.1: below any path MTU seen in practice, tunnels included.
inline constexpr std::size_t kDtlsMtu = 1200;

class DatagramBio {
  public:
    DatagramBio();
    ~DatagramBio();
    DatagramBio(const DatagramBio&) = delete;
    DatagramBio& operator=(const DatagramBio&) = delete;

    // Give both of SSL_set_bio's references with BIO_up_ref. Must not be used after *this is gone.
    BIO* bio() const { return bio_; }

    // The next datagram that OpenSSL will read; the view must stay valid until it has.
    void offer(base::ByteView datagram) { incoming_ = datagram; }

    // A flight is what one call into OpenSSL wrote: the first write after this starts a new one.
    void begin_call() { new_flight_ = true; }
    bool wrote() const { return !new_flight_; }
    const std::vector<base::Bytes>& flight() const { return flight_; }

    // Makes the last flight ready to be sent again: every record that is not encrypted gets a fresh
    // sequence number, as RFC 6347 section 4.2.4 asks.
    void renumber_flight();

    // Called by the BIO_METHOD.
    int read(std::uint8_t* buffer, int size);
    int write(const std::uint8_t* data, int size);

  private:
    void renumber(base::Bytes& datagram);

    BIO* bio_ = nullptr;
    base::ByteView incoming_;
    std::vector<base::Bytes> flight_;
    bool new_flight_ = true;
    std::uint64_t next_sequence_ = 0;  // of epoch 0
};

}  // namespace sightline::transport
