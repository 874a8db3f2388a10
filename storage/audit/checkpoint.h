// The text of a C2SP tlog-checkpoint: which log, how many leaves, which root. It is worth something
// only as the text of a signed note (signed_note.h). A plain value. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "storage/audit/sha256.h"

namespace sightline::storage::audit {

inline constexpr std::size_t kMaxOriginBytes = 255;
inline constexpr std::size_t kMaxExtensionLines = 16;
inline constexpr std::size_t kMaxExtensionBytes = 1024;

struct Checkpoint {
    std::string origin;  // the log's identity; by our rule also the name of the key that signs it
    std::uint64_t size = 0;
    Hash root{};
    std::vector<std::string> extensions;  // opaque lines; we write none
    bool operator==(const Checkpoint&) const = default;
};

// Refuses what it could not read back: an origin or an extension line that is empty, too long, not
// UTF-8 or not one line, a size above 2^63, and size 0 with another root than the empty tree's.
base::Result<std::string> write_checkpoint(const Checkpoint& checkpoint);

// Of a note's text, final newline included. Takes only what write_checkpoint would write.
base::Result<Checkpoint> parse_checkpoint(std::string_view text);

}  // namespace sightline::storage::audit
