// A hub's store in memory, behind the same interface as those in databases. Its owner may have it
// die before or after a commit, and lie about one.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "appliance/base/check.h"
#include "storage/sync/relay_store.h"

namespace sightline::storage::sync {

class MemoryRelayStore : public RelayStore {
  public:
    struct Row {
        ChainId chain;
        OpHash hash{};
        std::string op;
        std::string receipt = {};
    };

    // Called before and after each commit; what it throws goes through. By default it does nothing.
    std::function<void(bool after)> at_commit = [](bool) {};
    bool forgets_commits = false;  // says that they are done all the same

    std::unique_ptr<RelayTransaction> begin() override {
        return std::make_unique<Transaction>(*this);
    }

    std::vector<std::string> after(const std::vector<SiteId>& sites, const Marks& marks,
                                   std::size_t most_ops, std::size_t most_bytes) override {
        std::vector<std::string> ops;
        std::size_t bytes = 0;
        Marks seen;
        for (const Row& row : tables_.rows) {
            const auto mark = marks.find(row.chain);
            const std::uint64_t seq = ++seen[row.chain];
            if (mark != marks.end() && seq <= mark->second) continue;
            if (std::find(sites.begin(), sites.end(), row.chain.site) == sites.end()) continue;
            if (ops.size() == most_ops || (!ops.empty() && bytes + row.op.size() > most_bytes)) {
                break;
            }
            bytes += row.op.size();
            ops.push_back(row.op);
        }
        return ops;
    }
    std::vector<std::string> newest_receipts(SiteId site) override {
        std::vector<std::string> receipts;
        for (const auto& [chain, places] : tables_.chains) {
            if (chain.site == site) receipts.push_back(tables_.rows[places.back()].receipt);
        }
        return receipts;
    }
    std::vector<OpHash> heads(Pseudonym dossier) override {
        std::vector<OpHash> heads;
        for (const auto& [hash, has_child] : tables_.dossiers[dossier]) {
            if (!has_child) heads.push_back(hash);
        }
        return heads;
    }
    std::vector<Fork> forks() override {
        std::vector<Fork> all;
        for (const auto& [site, fork] : tables_.forks) all.push_back(fork);
        return all;
    }
    std::uint64_t position() override { return tables_.rows.size(); }

    std::vector<OpHash> missing(const std::vector<OpHash>& chunks) override {
        std::vector<OpHash> out;
        for (const OpHash& name : chunks) {
            if (!chunks_.contains(name)) out.push_back(name);
        }
        return out;
    }
    void keep_chunk(const OpHash& name, std::string_view bytes) override {
        chunks_.emplace(name, bytes);
    }
    std::optional<std::string> chunk(const OpHash& name) override {
        const auto found = chunks_.find(name);
        return found == chunks_.end() ? std::nullopt : std::optional(found->second);
    }

    std::vector<std::string> circles() override {
        std::vector<std::string> all;
        for (const auto& [delegation, list] : circles_) all.push_back(list.second);
        return all;
    }
    void keep_circle(std::string_view delegation, std::uint64_t number,
                     std::string_view jws) override {
        auto& kept = circles_[std::string(delegation)];
        if (kept.first < number) kept = {number, std::string(jws)};
    }
    std::string kept(std::string_view name, std::string_view first) override {
        return kept_.emplace(name, first).first->second;
    }

    // In the order in which they were stored.
    const std::vector<Row>& rows() const { return tables_.rows; }
    // Of the forks, what was offered.
    const std::map<SiteId, std::string>& proofs() const { return tables_.proofs; }

  private:
    struct Tables {
        std::vector<Row> rows;
        std::map<ChainId, std::vector<std::size_t>> chains;  // which rows
        std::map<SiteId, Fork> forks;
        std::map<SiteId, std::string> proofs;
        // Of each dossier the ops that are here, and whether a later one names them.
        std::map<Pseudonym, std::map<OpHash, bool>> dossiers;
        std::set<std::pair<Pseudonym, OpHash>> parents;
    };

    class Transaction : public RelayTransaction {
      public:
        explicit Transaction(MemoryRelayStore& store) : store_(store), tables_(store.tables_) {}

        Place place(const ChainId& chain, std::uint64_t seq) override {
            Place place;
            const auto places = tables_.chains.find(chain);
            if (places != tables_.chains.end()) {
                place.head = {places->second.size(), tables_.rows[places->second.back()].hash};
                if (seq > 0 && seq <= places->second.size()) {
                    place.known = tables_.rows[places->second[seq - 1]].hash;
                }
            }
            const auto fork = tables_.forks.find(chain.site);
            if (fork != tables_.forks.end()) place.fork = fork->second;
            for (auto it = tables_.chains.lower_bound({chain.site, 0});
                 it != tables_.chains.end() && it->first.site == chain.site; ++it) {
                ++place.incarnations;
                place.newest_incarnation = it->first.incarnation;
            }
            return place;
        }
        std::string receipt(const ChainId& chain, std::uint64_t seq) override {
            const auto& places = tables_.chains.at(chain);
            for (std::size_t i = seq - 1; i < places.size(); ++i) {
                const std::string& receipt = tables_.rows[places[i]].receipt;
                if (!receipt.empty()) return receipt;
            }
            CHECK(!"every transaction promises what it appends");
            return {};
        }
        std::uint64_t position() override { return tables_.rows.size(); }
        void append(const Op& op) override {
            changed_ = true;
            const Envelope& envelope = op.envelope();
            tables_.chains[envelope.chain].push_back(tables_.rows.size());
            tables_.rows.push_back({envelope.chain, op.hash(), op.text()});
            auto& dossier = tables_.dossiers[envelope.dossier];
            dossier[op.hash()] = tables_.parents.contains({envelope.dossier, op.hash()});
            for (const OpHash& parent : envelope.parents) {
                tables_.parents.emplace(envelope.dossier, parent);
                const auto there = dossier.find(parent);
                if (there != dossier.end()) there->second = true;
            }
        }
        void promise(const ChainId& chain, std::uint64_t seq, std::string_view receipt) override {
            tables_.rows[tables_.chains.at(chain)[seq - 1]].receipt = receipt;
        }
        void close(const Fork& fork, std::string_view proof) override {
            changed_ = true;
            tables_.forks.emplace(fork.chain.site, fork);
            tables_.proofs.emplace(fork.chain.site, proof);
        }
        // Of nothing it is none that one could die at.
        void commit() override {
            if (!changed_) return;
            store_.at_commit(false);
            if (!store_.forgets_commits) store_.tables_ = std::move(tables_);
            store_.at_commit(true);
        }

      private:
        MemoryRelayStore& store_;
        Tables tables_;
        bool changed_ = false;
    };

    Tables tables_;
    std::map<OpHash, std::string> chunks_;
    std::map<std::string, std::pair<std::uint64_t, std::string>> circles_;
    std::map<std::string, std::string, std::less<>> kept_;
};

}  // namespace sightline::storage::sync
