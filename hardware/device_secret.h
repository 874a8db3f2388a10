// One secret per epoch that only this device can give back, and a counter that only grows. The
// sealed store wraps its keys with both a device secret and a staff secret; to erase, it moves the
// survivors to the next epoch and destroys the last one's device secret. The counter tells a copy
// of the store that was put back from the newest one.
// Every call blocks: on a TPM for up to a second. One thread and one process at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "appliance/base/result.h"
#include "appliance/base/secret.h"

namespace sightline::hardware {

class DeviceSecret {
  public:
    enum class Assurance {
        Tpm,
        File,  // destruction is not guaranteed
    };
    static constexpr std::size_t kSecretBytes = 32;
    static constexpr std::size_t kAuthBytes = 32;

    virtual ~DeviceSecret() = default;

    /// Makes and keeps 32 random bytes for `epoch`, and returns them. `auth`, 32 bytes derived from
    /// the staff PIN, must be presented to read them back. Conflict if the epoch has one already.
    virtual base::Result<base::Secret> create(std::uint64_t epoch, const base::Secret& auth) = 0;

    /// NotFound; Unauthorized: wrong `auth`; Exhausted: the device refuses guesses for now;
    /// Unavailable: it does not answer.
    virtual base::Result<base::Secret> read(std::uint64_t epoch, const base::Secret& auth) = 0;

    /// For good. An epoch that has none is a success, so that a caller that crashed may repeat it.
    virtual base::Result<void> destroy(std::uint64_t epoch) = 0;

    /// Those that have a secret, ascending.
    virtual base::Result<std::vector<std::uint64_t>> epochs() = 0;

    /// 0 before the first increment.
    virtual base::Result<std::uint64_t> counter() = 0;
    /// The new value. The first one need not be 1, and there may be gaps.
    virtual base::Result<std::uint64_t> increment() = 0;

    virtual Assurance assurance() const = 0;
    virtual std::string where() const = 0;  // for the log and messages
};

}  // namespace sightline::hardware
