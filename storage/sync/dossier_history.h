// All ops of one dossier as a graph by their parents, and what they amount to. An op is later than
// another one if its author had seen it, directly or through others; no clock orders anything. The
// state depends on the set of ops alone, not on the order in which they came. Pure; one thread.
//
// An op whose parents are not here yet waits, takes no effect and is reported; too many that wait
// are refused, so that whoever has them keeps them. FORMAT.md, "Merging".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "appliance/base/result.h"
#include "storage/sync/dossier_state.h"
#include "storage/sync/op.h"

namespace sightline::storage::sync {

inline constexpr std::size_t kMaxDossierOps = 16384;
inline constexpr std::size_t kMaxWaitingOps = 256;

struct WaitingOp {
    OpHash op{};
    std::vector<OpHash> missing;  // parents that are not here
};

class DossierHistory {
  public:
    // Exhausted: the dossier is full, or too many ops wait already and this one would wait too.
    base::Result<void> room_for(const Envelope& envelope) const;
    // `content`: nullopt if this site cannot read it; it keeps its place all the same. There must
    // be room. Returns the ops that took effect by this, in an order that goes with their parents:
    // none if it waits or is here already, more if others waited for it.
    std::vector<OpHash> insert(const Envelope& envelope, const OpHash& hash,
                               std::optional<OpContent> content);

    bool has(const OpHash& hash) const { return index_.contains(hash); }  // in effect
    std::size_t size() const { return nodes_.size(); }
    // Sorted. More than one: sites wrote without having seen each other's.
    std::vector<OpHash> heads() const;
    std::vector<WaitingOp> waiting() const;
    DossierState state() const;
    // Whether `earlier` was seen by the author of `later`, both in effect.
    bool precedes(const OpHash& earlier, const OpHash& later) const;

  private:
    struct HashOfHash {
        std::size_t operator()(const OpHash& hash) const { return base::load64(hash.data()); }
    };
    struct Node {
        Saying by;
        std::optional<OpContent> content;
        std::vector<std::uint64_t> past;  // one bit for each earlier node
        bool head = true;
    };
    // One change of one op.
    struct Ref {
        std::uint32_t node = 0;
        std::uint32_t change = 0;
    };
    using Register = std::map<std::string, std::vector<Ref>>;
    struct Waiter {
        Envelope envelope;
        std::optional<OpContent> content;
    };

    bool is_in_past(std::uint32_t earlier, std::uint32_t later) const;
    bool may_take_effect(const Envelope& envelope) const;
    void take_effect(const Envelope& envelope, const OpHash& hash,
                     std::optional<OpContent> content);
    void put(Register& into, const std::string& path, Ref ref);
    std::vector<Ref> standing(const std::string& path, const std::vector<Ref>& sets) const;

    std::vector<Node> nodes_;  // parents before children
    std::unordered_map<OpHash, std::uint32_t, HashOfHash> index_;
    std::map<OpHash, Waiter> waiting_;
    // For each path the latest Sets, Removes and consents of that very path. Removes are apart,
    // because one also concerns what others put under its path without having seen it.
    Register sets_, removes_, consents_;
};

}  // namespace sightline::storage::sync
