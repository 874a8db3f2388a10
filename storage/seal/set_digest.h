// A digest of a set that does not depend on order: the exclusive or of a keyed hash of each member.
// Adding and removing a member are the same cheap step, so a store can keep the digest of all its
// rows with each write, and notice at once a row that is missing, foreign, older or changed.
// Whoever lacks the key cannot make members cancel each other out. Plain data; any thread.
#pragma once

#include <array>
#include <cstdint>

#include "storage/seal/derive.h"

namespace sightline::storage::seal {

class SetDigest {
  public:
    SetDigest() = default;
    explicit SetDigest(const Digest& value) : value_(value) {}

    // Adds the member whose keyed hash this is, or takes it out if it is in.
    void toggle(const Digest& member) {
        for (std::size_t i = 0; i < value_.size(); ++i) value_[i] ^= member[i];
    }
    const Digest& value() const { return value_; }
    bool operator==(const SetDigest&) const = default;

  private:
    Digest value_{};
};

}  // namespace sightline::storage::seal
