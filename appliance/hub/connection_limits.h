// How many connections there may be, in all and from one address. Pure logic. Main thread.
#pragma once

#include <map>
#include <string>
#include <utility>

namespace sightline::hub {

class ConnectionLimits {
  public:
    ConnectionLimits(std::size_t max_all, std::size_t max_per_address)
        : max_all_(max_all), max_per_address_(max_per_address) {}

    // A place that is given back when it is destroyed. Must not outlive the limits.
    class Place {
      public:
        Place() = default;
        Place(ConnectionLimits& limits, std::string address)
            : limits_(&limits), address_(std::move(address)) {}
        Place(Place&& other) noexcept
            : limits_(std::exchange(other.limits_, nullptr)), address_(std::move(other.address_)) {}
        Place& operator=(Place&&) = delete;
        ~Place() {
            if (limits_) limits_->release(address_);
        }
        explicit operator bool() const { return limits_ != nullptr; }

      private:
        ConnectionLimits* limits_ = nullptr;
        std::string address_;
    };

    // An empty place: refused.
    Place admit(const std::string& address) {
        if (all_ >= max_all_) return {};
        std::size_t& here = per_address_[address];
        if (here >= max_per_address_) return {};
        ++here;
        ++all_;
        return Place(*this, address);
    }
    std::size_t count() const { return all_; }

  private:
    void release(const std::string& address) {
        --all_;
        const auto at = per_address_.find(address);
        if (--at->second == 0) per_address_.erase(at);
    }

    std::size_t max_all_, max_per_address_;
    std::size_t all_ = 0;
    std::map<std::string, std::size_t> per_address_;
};

}  // namespace sightline::hub
