// What a unit has handed to the supervisor, so that its next process finds it again: systemd's file
// descriptor store, with the rules of version 252. It keeps at most so many and closes the rest;
// several may have one name; a descriptor it already has is not kept twice; FDSTOREREMOVE closes
// all of a name. Unlike systemd it does not notice when the far end of a kept socket hangs up.
// It knows descriptors and names, never what is in them. Thread: the supervisor's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/descriptor.h"

namespace sightline::supervisor {

using base::Descriptor;

class DescriptorStore {
  public:
    explicit DescriptorStore(std::size_t max) : max_(max) {}

    enum class Kept { Yes, Already, Full };
    /// Closes `fd` unless the answer is Yes.
    Kept keep(std::string name, Descriptor fd);
    /// Everything under this name.
    void forget(std::string_view name);
    void clear() { held_.clear(); }

    struct Held {
        std::string name;
        Descriptor fd;
    };
    /// In the order in which they are handed over: the newest first.
    const std::vector<Held>& held() const { return held_; }

  private:
    std::size_t max_;
    std::vector<Held> held_;
};

// One datagram of sd_notify(3): what the supervisor understands of it.
struct NotifyMessage {
    bool ready = false;
    bool alive = false;
    enum class Descriptors { None, Keep, Forget } descriptors = Descriptors::None;
    // FDNAME, of 1 to 255 printable characters without a colon; what is kept under no such name is
    // called "stored", and what is forgotten must have one.
    std::string name;
};

/// Lines it does not know are ignored, as the protocol wants.
NotifyMessage parse_notify(std::string_view datagram);

}  // namespace sightline::supervisor
