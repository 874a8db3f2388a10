// What is sealed in an op: who changed what, and when by their wall clock, which is shown to people
// and orders nothing. It names its own place, so that nobody can put another one's sealed part into
// an op of theirs. Plain data; parsed with bounds. Any thread.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "session/model/consent.h"
#include "storage/sync/op.h"

namespace sightline::storage::sync {

inline constexpr std::uint64_t kContentSchema = 1;
inline constexpr std::size_t kMaxChanges = 256;
inline constexpr std::size_t kMaxPathBytes = 200;
inline constexpr std::size_t kMaxValueBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxAuthorBytes = 120;
inline constexpr std::size_t kMaxAttachmentChunks = 1024;  // of 1 MiB each

struct Change {
    enum class Kind : std::uint8_t {
        Set,      // the field at `path` is `value`
        Remove,   // the field at `path` and all under it are gone
        Consent,  // `path` names person, item and scope; `answer`, and the record of it in `value`
    };
    Kind kind = Kind::Set;
    std::string path;  // `persons/7f/birth_date`: 1 to 8 parts of letters, digits, `_`, `-`, `.`
    boost::json::value value = nullptr;  // no fractions, whose text differs between programs
    model::ConsentAnswer answer = model::ConsentAnswer::Refused;

    bool operator==(const Change&) const = default;
};

struct OpContent {
    std::string author;      // role and short id
    std::int64_t at_ms = 0;  // since 1970, by the author's wall clock
    std::vector<Change> changes;

    bool operator==(const OpContent&) const = default;
};

// A field under `attachments/` has such a value: its bytes lie elsewhere, in encrypted chunks that
// are named by the SHA-256 of their ciphertext.
struct Attachment {
    std::string name;
    std::uint64_t bytes = 0;
    std::string key;  // 32 bytes in base64url
    std::vector<OpHash> chunks;

    bool operator==(const Attachment&) const = default;
    boost::json::value value() const;
    static base::Result<Attachment> parse(const boost::json::value& value);
};

// Whether an op may say this. Malformed otherwise: also two changes of one path, or one under a
// path that the same op removes, because changes of one op have no order.
base::Result<void> check(const OpContent& content);

std::string text_of(const OpContent& content, const Envelope& place);
// Malformed; Unsupported: a newer schema; Forbidden: it was sealed for another place.
base::Result<OpContent> parse_content(std::string_view text, const Envelope& place);

}  // namespace sightline::storage::sync
