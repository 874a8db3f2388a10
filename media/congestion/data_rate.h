// A bit rate, so that bits and bytes per second are not confused. Any thread.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace sightline::congestion {

class DataRate {
  public:
    constexpr DataRate() = default;
    static constexpr DataRate bits_per_second(std::int64_t bps) { return DataRate(bps); }
    static constexpr DataRate kilobits_per_second(std::int64_t kbps) {
        return DataRate(kbps * 1000);
    }
    // Zero for a time that is not positive.
    static DataRate of(std::int64_t bytes, std::chrono::nanoseconds time) {
        if (time.count() <= 0) return {};
        return DataRate(static_cast<std::int64_t>(static_cast<double>(bytes) * 8e9 /
                                                  static_cast<double>(time.count())));
    }
    constexpr std::int64_t bps() const { return bps_; }
    double bytes_in(std::chrono::nanoseconds time) const {
        return static_cast<double>(bps_) / 8e9 * static_cast<double>(time.count());
    }
    constexpr DataRate operator*(double factor) const {
        return DataRate(static_cast<std::int64_t>(static_cast<double>(bps_) * factor));
    }
    constexpr auto operator<=>(const DataRate&) const = default;

  private:
    explicit constexpr DataRate(std::int64_t bps) : bps_(bps) {}
    std::int64_t bps_ = 0;
};

}  // namespace sightline::congestion
