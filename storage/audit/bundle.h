// Writes an audit bundle: what an auditor takes home and verifies offline (verify_bundle.h). Lines
// of text, defined in storage/AUDIT.md: the log's key and signed checkpoint, perhaps an earlier one
// with a consistency proof, then a line for each leaf. Leaves whose salt and event are given are
// open; the others stay closed, be it because their dossier is erased or is nobody's business.
// Writes as it goes and keeps nothing. The stream outlives the writer. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include "appliance/base/result.h"
#include "storage/audit/event.h"
#include "storage/audit/merkle_tree.h"
#include "storage/audit/signed_note.h"

namespace sightline::storage::audit {

inline constexpr std::string_view kBundleFormat = "sightline-audit-bundle/v1";

enum class Coverage {
    All,   // every leaf of the checkpoint, from which its root is computed
    Some,  // some leaves, each with an inclusion proof
};

// A checkpoint from before, and the proof that the log has only grown since.
struct Earlier {
    std::string note;
    Proof consistency;
};

struct Opening {
    Salt salt;
    std::string_view event;  // canonical
};

class BundleWriter {
  public:
    // Writes the head. Refuses notes that `key` has not signed, checkpoints of another origin than
    // the key's name, and an earlier checkpoint that the proof does not lead from: such a bundle
    // would only be found faulty.
    static base::Result<BundleWriter> start(std::ostream& out, Coverage coverage,
                                            const VerifierKey& key, std::string_view note,
                                            const std::optional<Earlier>& earlier = std::nullopt);

    // The next leaf; indexes ascend, and with Coverage::All by one from 0. The proof belongs to
    // Coverage::Some, and is not verified here.
    void leaf(std::uint64_t index, const Hash& commitment, const std::optional<Opening>& opening,
              std::span<const Hash> proof = {});

    // Writes the end. Unavailable: the stream took less than all of it. Conflict: Coverage::All,
    // and not every leaf of the checkpoint was written.
    base::Result<void> finish();

  private:
    BundleWriter(std::ostream& out, Coverage coverage, std::uint64_t size)
        : out_(&out), coverage_(coverage), size_(size) {}

    std::ostream* out_;
    Coverage coverage_;
    std::uint64_t size_;
    std::uint64_t leaves_ = 0;
    std::uint64_t next_index_ = 0;
    std::string line_;  // kept for its memory
};

}  // namespace sightline::storage::audit
