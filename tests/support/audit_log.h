// A small audit log for the tests: events, salts and keys that are the same every time, and bundles
// made of them.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "storage/audit/bundle.h"
#include "storage/audit/checkpoint.h"
#include "tests/support/memory_tree.h"

namespace sightline::tests {

class AuditLog {
  public:
    struct Entry {
        storage::audit::Salt salt;
        std::string event;
        storage::audit::Hash commitment;
    };

    explicit AuditLog(std::uint64_t size, std::uint8_t seed = 1)
        : key_(*storage::audit::SigningKey::from_seed("kiosk.example/audit",
                                                      storage::audit::KeyType::Ed25519,
                                                      base::Secret(base::Bytes(32, seed)))) {
        for (std::uint64_t i = 0; i < size; ++i) append("entry " + std::to_string(i));
    }

    void append(std::string detail) {
        using namespace storage::audit;
        const std::uint64_t i = entries_.size();
        Entry entry;
        for (std::size_t j = 0; j < entry.salt.size(); ++j) {
            entry.salt[j] = static_cast<std::uint8_t>(i * 31 + j);
        }
        const Event event{EventTime{std::chrono::milliseconds(1'700'000'000'000 + 1000 * i)},
                          "staff:0042", static_cast<Action>(i % kActions),
                          i % 3 == 0 ? "" : "00c0ffee00c0ffee", std::move(detail)};
        entry.event = *canonical(event);
        entry.commitment = commitment(entry.salt, entry.event);
        tree_.append(leaf_hash(entry.commitment));
        entries_.push_back(std::move(entry));
    }

    const storage::audit::VerifierKey& key() const { return key_.verifier(); }
    const storage::audit::SigningKey& signing_key() const { return key_; }
    const MemoryTree& tree() const { return tree_; }
    const std::vector<Entry>& entries() const { return entries_; }

    std::string note(std::uint64_t size) const {
        const auto root = *storage::audit::root(tree_, size);
        return *storage::audit::sign_note(
            *storage::audit::write_checkpoint({key().name, size, root, {}}), key_);
    }
    storage::audit::Earlier earlier(std::uint64_t from, std::uint64_t to) const {
        return {note(from), *storage::audit::consistency_proof(tree_, from, to)};
    }

    // Every leaf; each for which `is_closed(index)` says so stays closed.
    template <class IsClosed>
    std::string bundle(std::uint64_t size, IsClosed is_closed,
                       const std::optional<storage::audit::Earlier>& from = std::nullopt) const {
        std::ostringstream out;
        auto writer = *storage::audit::BundleWriter::start(out, storage::audit::Coverage::All,
                                                           key(), note(size), from);
        for (std::uint64_t i = 0; i < size; ++i) {
            writer.leaf(i, entries_[i].commitment, opening(i, !is_closed(i)));
        }
        writer.finish().value();
        return out.str();
    }
    // The given leaves of a log of `size`, all opened.
    std::string partial_bundle(
        std::uint64_t size, const std::vector<std::uint64_t>& indexes,
        const std::optional<storage::audit::Earlier>& from = std::nullopt) const {
        std::ostringstream out;
        auto writer = *storage::audit::BundleWriter::start(out, storage::audit::Coverage::Some,
                                                           key(), note(size), from);
        for (const std::uint64_t i : indexes) {
            writer.leaf(i, entries_[i].commitment, opening(i, true),
                        *storage::audit::inclusion_proof(tree_, i, size));
        }
        writer.finish().value();
        return out.str();
    }

  private:
    std::optional<storage::audit::Opening> opening(std::uint64_t i, bool is_open) const {
        if (!is_open) return std::nullopt;
        return storage::audit::Opening{entries_[i].salt, entries_[i].event};
    }

    storage::audit::SigningKey key_;
    MemoryTree tree_;
    std::vector<Entry> entries_;
};

}  // namespace sightline::tests
