// An op: what one site did to one dossier, as it travels and lies in every store. A signed envelope
// that anybody may read, and a sealed part that only the recipients can. Signature and hash cover
// exact bytes, so a receiver never writes one anew. FORMAT.md has the members. Any thread.
//
//     compact JWS of the envelope, `typ` sightline-op | line feed | sealed part
//
// The envelope names the sealed part by its SHA-256, so that a hub may let go of what was erased
// and still show a whole chain.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "storage/sync/keys.h"
#include "storage/sync/names.h"

namespace sightline::storage::sync {

inline constexpr std::string_view kOpPurpose = "sightline-op";
inline constexpr std::size_t kMaxParents = 64;
inline constexpr std::size_t kMaxEnvelopeJws = std::size_t{8} * 1024;
inline constexpr std::size_t kMaxSealed = std::size_t{256} * 1024;

// All that a blind hub sees, beside the sealed part's size and recipients.
struct Envelope {
    ChainId chain;
    std::uint64_t seq = 0;  // from 1
    OpHash previous{};      // of the op before it in its chain; zeros: it is the first
    Pseudonym dossier;
    std::vector<OpHash> parents;  // sorted: the heads of the dossier that its author had seen
    OpHash sealed{};              // SHA-256 of the sealed part

    bool operator==(const Envelope&) const = default;
};

// In its one spelling.
std::string text_of(const Envelope& envelope);
// Malformed: anything but that spelling, or beyond the bounds.
base::Result<Envelope> parse_envelope(std::string_view payload);

// What an op says of itself, whoever has signed it. Malformed.
base::Result<Envelope> claimed_envelope(std::string_view op);

class Op {
  public:
    // `envelope.sealed` is filled in. Errors: Malformed, TooLarge: what `parse` would refuse.
    static base::Result<Op> sign(Envelope envelope, std::string sealed, const Signer& signer);
    // Errors: Malformed, TooLarge, those of Verifier::verify_site.
    static base::Result<Op> parse(std::string_view text, const Verifier& verifier);
    // From the own disk, where nothing may stand after the line feed: its dossier was erased.
    static base::Result<Op> parse_kept(std::string_view text, const Verifier& verifier);

    const Envelope& envelope() const { return envelope_; }
    // SHA-256 of what the signature covers (RFC 7515 section 5.1: header, period, payload), not of
    // the signature: from one ECDSA signature anybody can make another one that is good too.
    const OpHash& hash() const { return hash_; }
    std::string_view jws() const { return std::string_view(text_).substr(0, jws_bytes_); }
    // Empty: it was let go of.
    std::string_view sealed() const { return std::string_view(text_).substr(jws_bytes_ + 1); }
    const std::string& text() const { return text_; }

  private:
    enum class SealedPart : std::uint8_t { Required, MayBeGone };
    friend base::Result<std::vector<Op>> parse_vouched(std::span<const std::string_view> texts,
                                                       const Verifier& verifier);
    Op() = default;
    // Not verified: whoever calls it sees to that. Malformed, TooLarge, Forbidden: the sealed part
    // is another one.
    static base::Result<Op> read(std::string_view text, SealedPart sealed_part);
    base::Result<void> verify(const Verifier& verifier) const;
    static base::Result<Op> parse(std::string_view text, const Verifier& verifier,
                                  SealedPart sealed_part);

    Envelope envelope_;
    OpHash hash_{};
    std::string text_;
    std::size_t jws_bytes_ = 0;
};

}  // namespace sightline::storage::sync
