// Room in memory for large request bodies, so that hundreds of sites that come back at once do not
// fill it: whoever finds none waits, first come first served, and with it its peer, because nothing
// is read. Main thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <deque>
#include <memory>
#include <utility>

namespace sightline::hub {

class BodyRoom {
  public:
    // What one body may fill until this is gone. Must not outlive the room.
    class Place {
      public:
        Place() = default;
        Place(Place&& other) noexcept
            : room_(std::exchange(other.room_, nullptr)), bytes_(other.bytes_) {}
        Place& operator=(Place&& other) noexcept {
            std::swap(room_, other.room_);
            std::swap(bytes_, other.bytes_);
            return *this;
        }
        ~Place() {
            if (room_ != nullptr) room_->leave(bytes_);
        }

      private:
        friend BodyRoom;
        Place(BodyRoom& room, std::size_t bytes) : room_(&room), bytes_(bytes) {}
        BodyRoom* room_ = nullptr;
        std::size_t bytes_ = 0;
    };

    explicit BodyRoom(std::size_t bytes) : free_(bytes) {}

    // At most the whole room. Throws system_error when cancelled.
    boost::asio::awaitable<Place> enter(std::size_t bytes);

    std::size_t free_bytes() const { return free_; }
    std::size_t waiting() const { return queue_.size(); }

  private:
    struct Waiter {
        std::size_t bytes;
        boost::asio::steady_timer timer;
        bool admitted = false;
    };
    void leave(std::size_t bytes);

    std::size_t free_;
    std::deque<std::shared_ptr<Waiter>> queue_;
};

}  // namespace sightline::hub
