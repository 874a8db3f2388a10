// Descriptors that whoever started this program keeps for it, so that they survive a crash of the
// program but neither a stop nor a reboot: FDSTORE=1 of sd_notify(3), LISTEN_FDS of
// sd_listen_fds(3). systemd keeps them where the unit says FileDescriptorStoreMax=, and
// sightline-supervisor where it says `fd_store =`. Beside it the sealed memory that a key is kept
// in: an anonymous file that nobody can change any more.
// Sealed memory is not locked: it can reach the swap unless the unit forbids it (MemorySwapMax=0),
// and nothing forbids it while the unit is down. To be sure, have no swap, or an encrypted one.
// Any process of the same user may take it through /proc: a user of its own is part of the bargain.
// Thread: any; but construct FdStore in main, before there is a second thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "appliance/base/bytes.h"
#include "appliance/base/descriptor.h"
#include "appliance/base/result.h"
#include "appliance/base/secret.h"

namespace sightline::hardware {

class FdStore {
  public:
    /// Takes over what was handed to this process at its start, and removes LISTEN_* from the
    /// environment. All of it is close-on-exec. Once per process.
    FdStore();

    /// The descriptor kept under this name, once; nullopt when there is none. Whoever started us
    /// goes on keeping it. What is never taken closes with this object.
    std::optional<base::Descriptor> take(std::string_view name);

    /// Has a duplicate of `fd` kept under this name, in place of any before it: a crash between
    /// the two loses both. `name` is 1 to 255 printable ASCII characters without a colon.
    /// Unavailable when nobody keeps descriptors for us. A success says that it was sent: a starter
    /// that is configured to keep none closes it and does not tell.
    static base::Result<void> keep(std::string_view name, int fd);

    /// Has everything under this name closed.
    static base::Result<void> forget(std::string_view name);

  private:
    std::vector<std::pair<std::string, base::Descriptor>> inherited_;
};

inline constexpr std::size_t kMaxSealedBytes = 4096;

/// A close-on-exec memfd that holds `bytes`, 1 to kMaxSealedBytes of them, and can no longer be
/// written, resized or unsealed.
base::Result<base::Descriptor> make_sealed_memory(base::ByteView bytes);

/// Its content. Forbidden when `fd` is anything that somebody could still change.
base::Result<base::Secret> read_sealed_memory(int fd);

}  // namespace sightline::hardware
