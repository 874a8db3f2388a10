// What of a site's ops is taken: the next one in order, once. Hub and replicas judge by the same
// code. A site whose past has changed (the same number with another hash: it was cloned, or set
// back without knowing) is a fork, and from then on nothing new of it is taken. FORMAT.md,
// "Acceptance". Pure; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/sync/op.h"

namespace sightline::storage::sync {

inline constexpr std::size_t kMaxIncarnations = 1024;

enum class Verdict : std::uint8_t {
    Next,       // to be stored, then applied
    Duplicate,  // already here; answer as the first time
    Gap,        // what comes before it is not here yet: `expected`
    Fork,       // another op is known in its place, or as its past: close the chain
    Closed,     // there was a fork before
    Refused,    // one incarnation more than a site may have
};
const char* name_of(Verdict verdict);

// Two pasts of one site. Both hashes are of ops that its key has signed, which is the proof.
struct Fork {
    ChainId chain;
    std::uint64_t seq = 0;  // where they part
    OpHash had{};
    OpHash offered{};

    bool operator==(const Fork&) const = default;
    std::string text() const;  // for people: what it means, and what to do
};

struct Judgement {
    Verdict verdict = Verdict::Gap;
    std::uint64_t expected = 0;     // of a Gap: the number to send next
    std::optional<Fork> fork = {};  // of Fork and Closed
    bool old_incarnation = false;   // a newer one has written: two copies may be alive
};

struct ChainHead {
    std::uint64_t seq = 0;
    OpHash hash{};
};

// What must be known of a site to judge one op of it.
struct Place {
    ChainHead head = {};                   // of the op's chain
    std::optional<OpHash> known = {};      // what that chain has at the op's number
    std::optional<Fork> fork = {};         // the site's
    std::size_t incarnations = 0;          // that it has written in
    std::uint64_t newest_incarnation = 0;  // of these
};
Judgement judge(const Place& place, const Envelope& envelope, const OpHash& hash);

// All chains of one site, in memory.
class SiteChains {
  public:
    Judgement judge(const Envelope& envelope, const OpHash& hash) const;
    // After Next, when the op has been stored.
    void append(const Envelope& envelope, const OpHash& hash);
    // After Fork, when both ops have been kept as proof. Opening it again takes a person who enrols
    // the site under another id.
    void close(const Fork& fork) { fork_ = fork; }

    const std::optional<Fork>& fork() const { return fork_; }
    ChainHead head(std::uint64_t incarnation) const;
    std::optional<OpHash> at(std::uint64_t incarnation, std::uint64_t seq) const;
    std::vector<std::uint64_t> incarnations() const;

  private:
    Place place_of(const Envelope& envelope) const;

    std::map<std::uint64_t, std::vector<OpHash>> chains_;
    std::optional<Fork> fork_;
};

// Those of all sites, as hub and replicas keep them.
class AllChains {
  public:
    // Those of a site of which nothing is here are empty.
    const SiteChains& of(SiteId site) const;
    void append(const Envelope& envelope, const OpHash& hash);  // as SiteChains does
    // The first fork of a site is the one that counts.
    void close(const Fork& fork);
    // Of sites of whom nothing new is taken.
    std::vector<Fork> forks() const;
    const std::map<SiteId, SiteChains>& sites() const { return sites_; }

  private:
    std::map<SiteId, SiteChains> sites_;
};

}  // namespace sightline::storage::sync
