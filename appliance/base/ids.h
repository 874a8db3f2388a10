// Identifiers that cannot be mixed up: 64 random bits each, written as 16 hexadecimal digits.
// They name things; they prove nothing, and are not secrets.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/hex.h"
#include "appliance/base/random.h"

namespace sightline::base {

template <class Tag>
class Id {
  public:
    Id() = default;  // the null id, which names nothing
    static Id random() { return Id(random_u64() | 1); }
    static Id from_value(std::uint64_t value) { return Id(value); }

    // nullopt unless the text is exactly 16 hexadecimal digits.
    static std::optional<Id> parse(std::string_view text) {
        const auto bytes = from_hex(text);
        if (!bytes || bytes->size() != 8) return std::nullopt;
        return Id(load64(bytes->data()));
    }
    std::string text() const {
        std::uint8_t b[8];
        store64(b, value_);
        return to_hex(b);
    }
    // First six digits: enough for a log line, too few to be copied into a URL.
    std::string brief() const { return text().substr(0, 6); }

    std::uint64_t value() const { return value_; }
    explicit operator bool() const { return value_ != 0; }
    auto operator<=>(const Id&) const = default;

  private:
    explicit Id(std::uint64_t value) : value_(value) {}
    std::uint64_t value_ = 0;
};

using SessionId = Id<struct SessionTag>;          // one interview
using ParticipantId = Id<struct ParticipantTag>;  // one person's place in one interview
using ResourceId = Id<struct ResourceTag>;        // one WHIP or WHEP resource: a peer connection
using DossierId = Id<struct DossierTag>;          // one case: what is sealed, and erased, together
using RecordId = Id<struct RecordTag>;            // one sealed record in a dossier

}  // namespace sightline::base

template <class Tag>
struct std::hash<sightline::base::Id<Tag>> {
    std::size_t operator()(const sightline::base::Id<Tag>& id) const {
        return std::hash<std::uint64_t>{}(id.value());
    }
};
