#include "storage/sync/dossier_history.h"

#include <algorithm>

#include "appliance/base/check.h"

namespace sightline::storage::sync {
namespace {

using base::Errc;
using base::Error;

constexpr std::uint32_t kBits = 64;

}  // namespace

base::Result<void> DossierHistory::room_for(const Envelope& envelope) const {
    if (nodes_.size() + waiting_.size() >= kMaxDossierOps) {
        return Error{Errc::Exhausted, "sync dossier " + envelope.dossier.brief() +
                                          ": it has 16,384 ops; close it and open a new one"};
    }
    if (waiting_.size() >= kMaxWaitingOps && !may_take_effect(envelope)) {
        return Error{Errc::Exhausted, "sync dossier " + envelope.dossier.brief() +
                                          ": 256 ops wait for others that have not come; fetch "
                                          "those first"};
    }
    return {};
}

std::vector<OpHash> DossierHistory::insert(const Envelope& envelope, const OpHash& hash,
                                           std::optional<OpContent> content) {
    std::vector<OpHash> effective;
    if (has(hash) || waiting_.contains(hash)) return effective;
    if (!may_take_effect(envelope)) {
        waiting_.emplace(hash, Waiter{envelope, std::move(content)});
        return effective;
    }
    take_effect(envelope, hash, std::move(content));
    effective.push_back(hash);
    // Each one that comes in may be what another one waited for.
    for (bool more = true; more;) {
        more = false;
        for (auto it = waiting_.begin(); it != waiting_.end();) {
            if (!may_take_effect(it->second.envelope)) {
                ++it;
                continue;
            }
            take_effect(it->second.envelope, it->first, std::move(it->second.content));
            effective.push_back(it->first);
            it = waiting_.erase(it);
            more = true;
        }
    }
    return effective;
}

bool DossierHistory::may_take_effect(const Envelope& envelope) const {
    return std::all_of(envelope.parents.begin(), envelope.parents.end(),
                       [&](const OpHash& parent) { return has(parent); });
}

void DossierHistory::take_effect(const Envelope& envelope, const OpHash& hash,
                                 std::optional<OpContent> content) {
    const auto number = static_cast<std::uint32_t>(nodes_.size());
    Node node{{hash, envelope.chain, content ? content->author : std::string(),
               content ? content->at_ms : 0},
              std::move(content),
              std::vector<std::uint64_t>(number / kBits + 1),
              true};
    for (const OpHash& parent : envelope.parents) {
        const std::uint32_t at = index_.at(parent);
        Node& earlier = nodes_[at];
        earlier.head = false;
        for (std::size_t i = 0; i < earlier.past.size(); ++i) node.past[i] |= earlier.past[i];
        node.past[at / kBits] |= std::uint64_t{1} << (at % kBits);
    }
    nodes_.push_back(std::move(node));
    index_.emplace(hash, number);
    const std::optional<OpContent>& said = nodes_.back().content;
    if (!said) return;
    for (std::uint32_t i = 0; i < said->changes.size(); ++i) {
        const Change& change = said->changes[i];
        Register& into = change.kind == Change::Kind::Set      ? sets_
                         : change.kind == Change::Kind::Remove ? removes_
                                                               : consents_;
        put(into, change.path, {number, i});
    }
}

// What its author had seen and overwrote goes; what they had not seen stays beside it.
void DossierHistory::put(Register& into, const std::string& path, Ref ref) {
    std::vector<Ref>& refs = into[path];
    std::erase_if(refs, [&](const Ref& other) { return is_in_past(other.node, ref.node); });
    refs.push_back(ref);
}

bool DossierHistory::is_in_past(std::uint32_t earlier, std::uint32_t later) const {
    const auto& past = nodes_[later].past;
    return earlier / kBits < past.size() && ((past[earlier / kBits] >> (earlier % kBits)) & 1) != 0;
}

bool DossierHistory::precedes(const OpHash& earlier, const OpHash& later) const {
    const auto a = index_.find(earlier);
    const auto b = index_.find(later);
    return a != index_.end() && b != index_.end() && is_in_past(a->second, b->second);
}

std::vector<OpHash> DossierHistory::heads() const {
    std::vector<OpHash> heads;
    for (const Node& node : nodes_) {
        if (node.head) heads.push_back(node.by.op);
    }
    std::sort(heads.begin(), heads.end());
    return heads;
}

std::vector<WaitingOp> DossierHistory::waiting() const {
    std::vector<WaitingOp> all;
    for (const auto& [hash, waiter] : waiting_) {
        WaitingOp op{hash, {}};
        for (const OpHash& parent : waiter.envelope.parents) {
            if (!has(parent)) op.missing.push_back(parent);
        }
        all.push_back(std::move(op));
    }
    return all;
}

// The Sets of a field and the Removes of it and of what it lies under, without those that the
// author of another one of them had seen; in the order of the ops' hashes.
std::vector<DossierHistory::Ref> DossierHistory::standing(const std::string& path,
                                                          const std::vector<Ref>& sets) const {
    std::vector<Ref> all = sets;
    for (auto end = path.size(); end != std::string::npos; end = path.rfind('/', end - 1)) {
        if (const auto removes = removes_.find(path.substr(0, end)); removes != removes_.end()) {
            all.insert(all.end(), removes->second.begin(), removes->second.end());
        }
    }
    std::vector<Ref> latest;
    for (const Ref& ref : all) {
        if (std::none_of(all.begin(), all.end(),
                         [&](const Ref& other) { return is_in_past(ref.node, other.node); })) {
            latest.push_back(ref);
        }
    }
    std::sort(latest.begin(), latest.end(), [&](const Ref& a, const Ref& b) {
        return nodes_[a.node].by.op < nodes_[b.node].by.op;
    });
    return latest;
}

DossierState DossierHistory::state() const {
    DossierState state;
    const auto change_at = [&](const Ref& ref) -> const Change& {
        return nodes_[ref.node].content->changes[ref.change];
    };
    for (const auto& [path, sets] : sets_) {
        FieldState field;
        bool stands = false;
        for (const Ref& ref : standing(path, sets)) {
            const Change& change = change_at(ref);
            FieldEntry entry{nodes_[ref.node].by, std::nullopt};
            if (change.kind == Change::Kind::Set) {
                entry.value = change.value;
                stands = true;
            }
            field.entries.push_back(std::move(entry));
        }
        if (stands) state.fields.emplace(path, std::move(field));
    }
    for (const auto& [path, refs] : consents_) {
        ConsentState& consent = state.consents[path];
        for (const Ref& ref : refs) {
            const Change& change = change_at(ref);
            consent.entries.push_back({nodes_[ref.node].by, change.answer, change.value});
        }
        std::sort(consent.entries.begin(), consent.entries.end(),
                  [](const ConsentEntry& a, const ConsentEntry& b) { return a.by.op < b.by.op; });
    }
    for (const Node& node : nodes_) {
        if (!node.content) state.unreadable.push_back(node.by.op);
    }
    std::sort(state.unreadable.begin(), state.unreadable.end());
    return state;
}

}  // namespace sightline::storage::sync
