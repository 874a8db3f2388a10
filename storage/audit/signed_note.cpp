#include "storage/audit/signed_note.h"

#include <algorithm>

#include "storage/audit/text.h"

namespace sightline::storage::audit {
namespace {

using base::Errc;
using base::Error;

constexpr std::string_view kDash = "\u2014 ";  // em dash, space
constexpr std::size_t kKeyIdBytes = 4;
constexpr std::size_t kTimeBytes = 8;
constexpr std::uint64_t kLastTime = (std::uint64_t{1} << 63) - 1;

// "cosignature/v1", "time N" and the whole text: what a cosignature signs.
std::string cosigned_message(std::uint64_t time, std::string_view text) {
    return "cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string(text);
}

// The text of a note: lines of UTF-8, each with its end.
bool is_note_text(std::string_view text) {
    return !text.empty() && text.back() == '\n' && is_utf8(text) &&
           std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<std::uint8_t>(c) < 0x20 && c != '\n'; });
}

std::string signature_line(std::string_view text, const SigningKey& key,
                           std::chrono::sys_seconds at) {
    base::Bytes bytes(kKeyIdBytes);
    base::store32(bytes.data(), key.verifier().id());
    std::string message(text);
    if (key.verifier().type == KeyType::Cosignature) {
        const auto time = static_cast<std::uint64_t>(at.time_since_epoch().count());
        bytes.resize(kKeyIdBytes + kTimeBytes);
        base::store64(&bytes[kKeyIdBytes], time);
        message = cosigned_message(time, text);
    }
    const RawSignature raw = key.sign(base::as_bytes(message));
    bytes.insert(bytes.end(), raw.begin(), raw.end());
    return std::string(kDash) + key.verifier().name + " " + to_base64(bytes) + "\n";
}

// The signature's own claim, checked with the key it names.
std::optional<VerifiedSignature> verified(const NoteSignature& line, const VerifierKey& key,
                                          std::string_view text) {
    VerifiedSignature good{key, std::nullopt};
    base::ByteReader reader(line.signature);
    std::string message(text);
    if (key.type == KeyType::Cosignature) {
        const std::uint64_t time = reader.u64();
        if (time > kLastTime) return std::nullopt;
        good.at = std::chrono::sys_seconds(std::chrono::seconds(time));
        message = cosigned_message(time, text);
    }
    RawSignature raw;
    if (!reader.ok() || reader.left() != raw.size()) return std::nullopt;
    const base::ByteView rest = reader.rest();
    std::copy(rest.begin(), rest.end(), raw.begin());
    if (!key.verify(base::as_bytes(message), raw)) return std::nullopt;
    return good;
}

}  // namespace

base::Result<SignedNote> parse_note(std::string_view note) {
    const auto refuse = [](Errc code, const std::string& why) {
        return Error{code, "read signed note: " + why};
    };
    if (note.size() > kMaxNoteBytes) return refuse(Errc::TooLarge, "it is longer than 128 KiB");
    if (!is_note_text(note)) {
        return refuse(Errc::Malformed,
                      "it must be lines of UTF-8 without control characters, each with its end");
    }
    // "the text is separated from the signatures by the last empty line in the note"
    const std::size_t blank = note.rfind("\n\n");
    if (blank == std::string_view::npos) {
        return refuse(Errc::Malformed, "no blank line stands before its signatures");
    }
    SignedNote parsed;
    parsed.text = note.substr(0, blank + 1);
    std::string_view lines = note.substr(blank + 2);
    if (lines.empty()) return refuse(Errc::Malformed, "it has no signature");
    while (const auto whole = cut(lines, '\n')) {
        if (parsed.signatures.size() == kMaxSignatures) {
            return refuse(Errc::TooLarge, "it has more than 32 signatures");
        }
        const auto bad_line = [&](const char* why) {
            return refuse(
                Errc::Malformed,
                "signature line " + std::to_string(parsed.signatures.size() + 1) + " " + why);
        };
        std::string_view line = *whole;
        if (!line.starts_with(kDash)) return bad_line("does not begin with a dash and a space");
        line.remove_prefix(kDash.size());
        const auto name = cut(line, ' ');
        if (!name || !is_key_name(*name)) return bad_line("does not name a key");
        const auto bytes = from_base64(line);
        if (!bytes || bytes->size() <= kKeyIdBytes) {
            return bad_line("does not end with the base64 of a key ID and a signature");
        }
        parsed.signatures.push_back({std::string(*name), base::load32(bytes->data()),
                                     base::Bytes(bytes->begin() + kKeyIdBytes, bytes->end())});
    }
    return parsed;
}

bool VerifiedNote::signed_by(const VerifierKey& key) const {
    return std::any_of(signatures.begin(), signatures.end(),
                       [&](const VerifiedSignature& good) { return good.key == key; });
}

base::Result<VerifiedNote> open_note(std::string_view note, std::span<const VerifierKey> known) {
    auto parsed = parse_note(note);
    if (!parsed) return parsed.error();
    VerifiedNote open;
    for (const NoteSignature& line : parsed->signatures) {
        const auto names = [&](const VerifierKey& key) {
            return key.name == line.name && key.id() == line.key_id;
        };
        const auto key = std::find_if(known.begin(), known.end(), names);
        // "Verifiers MUST ignore signatures from unknown keys, even if they share a name or ID
        // (but not both) with a known key."
        if (key == known.end()) continue;
        const auto good = verified(line, *key, parsed->text);
        if (!good) {
            return Error{Errc::Unauthorized, "verify signed note: the signature by " + line.name +
                                                 " is not over this text; it was changed"};
        }
        open.signatures.push_back(*good);
    }
    if (open.signatures.empty()) {
        return Error{Errc::Unauthorized,
                     "verify signed note: no signature by a key that is known here; check that the "
                     "right key was given"};
    }
    open.text = std::move(parsed->text);
    return open;
}

base::Result<std::string> sign_note(std::string_view text, const SigningKey& key) {
    if (key.verifier().type != KeyType::Ed25519) {
        return Error{Errc::Unsupported, "sign note: the key of " + key.verifier().name +
                                            " is for cosignatures; give the log's own"};
    }
    if (!is_note_text(text)) {
        return Error{Errc::Malformed,
                     "sign note: the text must be lines of UTF-8, each with its "
                     "end, without control characters"};
    }
    std::string note = std::string(text) + "\n" + signature_line(text, key, {});
    if (note.size() > kMaxNoteBytes) {
        return Error{Errc::TooLarge, "sign note: it would be longer than 128 KiB"};
    }
    return note;
}

base::Result<std::string> add_signature(std::string_view note, const SigningKey& key,
                                        std::chrono::sys_seconds at) {
    const auto parsed = parse_note(note);
    if (!parsed) return parsed.error();
    if (at.time_since_epoch().count() < 0) {
        return Error{Errc::Malformed, "cosign note: the time is before 1970; set the clock"};
    }
    std::string longer = std::string(note) + signature_line(parsed->text, key, at);
    if (longer.size() > kMaxNoteBytes || parsed->signatures.size() == kMaxSignatures) {
        return Error{Errc::TooLarge, "cosign note: it has no room for another signature"};
    }
    return longer;
}

}  // namespace sightline::storage::audit
