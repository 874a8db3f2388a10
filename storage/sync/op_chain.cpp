#include "storage/sync/op_chain.h"

#include "appliance/base/check.h"

namespace sightline::storage::sync {

const char* name_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::Next:
            return "next";
        case Verdict::Duplicate:
            return "duplicate";
        case Verdict::Gap:
            return "gap";
        case Verdict::Fork:
            return "fork";
        case Verdict::Closed:
            return "closed";
        case Verdict::Refused:
            return "refused";
    }
    return "unknown";
}

std::string Fork::text() const {
    return "sync site " + chain.site.brief() + ": it has two pasts from its op " +
           std::to_string(seq) + " of incarnation " + std::to_string(chain.incarnation) +
           " on, so it was cloned or set back; nothing new of it is taken. Find out which machine "
           "is "
           "the right one, enrol it anew, and enter by hand what only the other one has";
}

namespace {

// Of the chain alone.
Judgement judge_in_chain(const Place& place, const Envelope& envelope, const OpHash& hash) {
    const ChainHead& head = place.head;
    if (envelope.seq <= head.seq) {
        CHECK(place.known.has_value());
        if (*place.known == hash) return {Verdict::Duplicate};
        return {Verdict::Fork, 0, Fork{envelope.chain, envelope.seq, *place.known, hash}};
    }
    if (envelope.seq > head.seq + 1) return {Verdict::Gap, head.seq + 1};
    // Its number is the next one, but it follows another op than the one that is here.
    if (envelope.previous != head.hash) {
        return {Verdict::Fork, 0, Fork{envelope.chain, head.seq, head.hash, envelope.previous}};
    }
    return {Verdict::Next};
}

}  // namespace

Judgement judge(const Place& place, const Envelope& envelope, const OpHash& hash) {
    Judgement judgement = judge_in_chain(place, envelope, hash);
    // What was taken before a fork stays taken, and has its receipt.
    if (place.fork && judgement.verdict != Verdict::Duplicate) {
        return {Verdict::Closed, 0, place.fork};
    }
    if (place.head.seq == 0 && place.incarnations >= kMaxIncarnations) return {Verdict::Refused};
    judgement.old_incarnation = place.newest_incarnation > envelope.chain.incarnation;
    return judgement;
}

Place SiteChains::place_of(const Envelope& envelope) const {
    const std::uint64_t incarnation = envelope.chain.incarnation;
    return {head(incarnation), at(incarnation, envelope.seq), fork_, chains_.size(),
            chains_.empty() ? 0 : chains_.rbegin()->first};
}

Judgement SiteChains::judge(const Envelope& envelope, const OpHash& hash) const {
    return sync::judge(place_of(envelope), envelope, hash);
}

void SiteChains::append(const Envelope& envelope, const OpHash& hash) {
    CHECK(judge(envelope, hash).verdict == Verdict::Next);
    chains_[envelope.chain.incarnation].push_back(hash);
}

ChainHead SiteChains::head(std::uint64_t incarnation) const {
    const auto chain = chains_.find(incarnation);
    if (chain == chains_.end()) return {};
    return {chain->second.size(), chain->second.back()};
}

std::optional<OpHash> SiteChains::at(std::uint64_t incarnation, std::uint64_t seq) const {
    const auto chain = chains_.find(incarnation);
    if (chain == chains_.end() || seq == 0 || seq > chain->second.size()) return std::nullopt;
    return chain->second[seq - 1];
}

std::vector<std::uint64_t> SiteChains::incarnations() const {
    std::vector<std::uint64_t> all;
    for (const auto& [incarnation, ops] : chains_) all.push_back(incarnation);
    return all;
}

const SiteChains& AllChains::of(SiteId site) const {
    static const SiteChains none;
    const auto found = sites_.find(site);
    return found == sites_.end() ? none : found->second;
}

void AllChains::append(const Envelope& envelope, const OpHash& hash) {
    sites_[envelope.chain.site].append(envelope, hash);
}

void AllChains::close(const Fork& fork) {
    SiteChains& chains = sites_[fork.chain.site];
    if (!chains.fork()) chains.close(fork);
}

std::vector<Fork> AllChains::forks() const {
    std::vector<Fork> all;
    for (const auto& [site, chains] : sites_) {
        if (chains.fork()) all.push_back(*chains.fork());
    }
    return all;
}

}  // namespace sightline::storage::sync
