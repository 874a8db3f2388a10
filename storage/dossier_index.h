// What the store remembers of every dossier while it is unlocked: its version, what it adds to the
// digest of all, and what it can be found by. So a row that has gone, or is older than it was, is
// noticed when it is read. Plain data; one thread.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "storage/dossier_seal.h"

namespace sightline::storage {

class DossierIndex {
  public:
    struct Entry {
        std::uint64_t version = 0;
        seal::Digest member{};
        std::vector<LookupToken> tokens;
    };

    void put(base::DossierId id, Entry entry) {
        remove(id);
        digest_.toggle(entry.member);
        for (const auto& token : entry.tokens) by_token_[token].insert(id);
        entries_.insert_or_assign(id, std::move(entry));
    }
    void remove(base::DossierId id) {
        const auto at = entries_.find(id);
        if (at == entries_.end()) return;
        digest_.toggle(at->second.member);
        for (const auto& token : at->second.tokens) {
            const auto found = by_token_.find(token);
            if (found == by_token_.end()) continue;
            found->second.erase(id);
            if (found->second.empty()) by_token_.erase(found);
        }
        entries_.erase(at);
    }

    const Entry* find(base::DossierId id) const {
        const auto at = entries_.find(id);
        return at == entries_.end() ? nullptr : &at->second;
    }
    std::vector<base::DossierId> find(const LookupToken& token) const {
        const auto at = by_token_.find(token);
        if (at == by_token_.end()) return {};
        return {at->second.begin(), at->second.end()};
    }
    std::vector<base::DossierId> ids() const {
        std::vector<base::DossierId> ids;
        ids.reserve(entries_.size());
        for (const auto& [id, entry] : entries_) ids.push_back(id);
        std::sort(ids.begin(), ids.end());
        return ids;
    }
    std::size_t size() const { return entries_.size(); }
    const seal::SetDigest& digest() const { return digest_; }

  private:
    std::unordered_map<base::DossierId, Entry> entries_;
    std::map<LookupToken, std::set<base::DossierId>> by_token_;
    seal::SetDigest digest_;
};

}  // namespace sightline::storage
