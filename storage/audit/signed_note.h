// C2SP signed notes: a text, a blank line, and lines with signatures by named keys. The log signs
// its checkpoints so; witnesses add timestamped cosignatures (C2SP tlog-cosignature), which are
// lines of the same form. Nothing of a note may be used before open_note has verified it.
// Errors: Malformed for what is no note, TooLarge, Unauthorized for signatures. Any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "storage/audit/note_key.h"

namespace sightline::storage::audit {

// Room for 16 signatures of any kind, which is what the specification asks for at least.
inline constexpr std::size_t kMaxNoteBytes = 131'072;
inline constexpr std::size_t kMaxSignatures = 32;

// A signature line, which says nothing until it is verified.
struct NoteSignature {
    std::string name;
    std::uint32_t key_id;
    base::Bytes signature;
};
struct SignedNote {
    std::string text;  // with its final newline
    std::vector<NoteSignature> signatures;
};
base::Result<SignedNote> parse_note(std::string_view note);

// What open_note found good.
struct VerifiedSignature {
    VerifierKey key;
    std::optional<std::chrono::sys_seconds> at;  // cosignatures only
};
struct VerifiedNote {
    std::string text;
    std::vector<VerifiedSignature> signatures;  // at least one

    bool signed_by(const VerifierKey& key) const;
};

// Verifies a note with the keys the caller knows. Lines of other keys are ignored; a line of a
// known key that does not verify, or no line of any known key, refuses the note.
base::Result<VerifiedNote> open_note(std::string_view note, std::span<const VerifierKey> known);

// A note of one signature by a key of type Ed25519. The text must be UTF-8, end with a newline and
// have no other control character.
base::Result<std::string> sign_note(std::string_view text, const SigningKey& key);

// Adds a signature line by a key of type Ed25519 or Cosignature to a note that parses; `at` is the
// time that a cosignature claims. The caller has verified before what it signs.
base::Result<std::string> add_signature(std::string_view note, const SigningKey& key,
                                        std::chrono::sys_seconds at);

}  // namespace sightline::storage::audit
