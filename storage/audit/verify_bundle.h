// Verifies an audit bundle (storage/AUDIT.md) with nothing but the bundle and what the auditor
// trusts already: reads it once, line by line, in memory that does not grow with it, and says
// exactly what is wrong and where. Needs no network and no store. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "storage/audit/bundle.h"
#include "storage/audit/checkpoint.h"
#include "storage/audit/signed_note.h"

namespace sightline::storage::audit {

// Findings beyond this many are counted, not kept: a bundle that is wrong on every line says
// nothing more with each.
inline constexpr std::size_t kMaxFindings = 100;

// What the auditor has from elsewhere. Each part makes the verification say more.
struct BundleTrust {
    // The log's key. Without it a bundle is only found consistent with the key it carries itself.
    std::optional<VerifierKey> log_key;
    // A checkpoint note kept from an earlier audit: the log must have grown from it.
    std::optional<std::string> kept_note;
    // Who must have cosigned the checkpoint.
    std::vector<VerifierKey> witnesses;
};

struct Finding {
    std::uint64_t line;                 // of the bundle, from 1; 0 if it is not about one line
    std::optional<std::uint64_t> leaf;  // index, if it is about one leaf
    std::string text;
};
std::string text_of(const Finding& finding);  // "line 12, leaf 5: ..."

struct BundleReport {
    std::optional<VerifierKey> key;        // with which the checkpoint was verified
    std::optional<Checkpoint> checkpoint;  // none: its signature is not good, nothing was checked
    std::vector<VerifiedSignature> witnessed;
    Coverage coverage = Coverage::All;
    bool key_was_given = false;  // by the auditor; else the bundle vouches for itself

    std::uint64_t leaves = 0;  // lines; opened + closed, and those with findings
    std::uint64_t opened = 0;  // their salt and event give their commitment
    std::uint64_t closed = 0;  // erased, or not opened for this auditor

    // The sizes of earlier checkpoints that the log was found to have grown from.
    std::vector<std::uint64_t> grown_from;

    std::vector<Finding> findings;
    std::uint64_t findings_in_all = 0;

    bool good() const { return findings_in_all == 0; }
};

BundleReport verify_bundle(std::istream& in, const BundleTrust& trust = {});

}  // namespace sightline::storage::audit
