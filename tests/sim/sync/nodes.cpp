#include "tests/sim/sync/nodes.h"

#include <algorithm>

#include "appliance/base/check.h"

namespace sightline::sim {

using sync::Verdict;
using Kind = Message::Kind;

void SiteNode::start() {
    replica_.emplace(self_, signer_, sealer_, verifier_);
    effects_.clear();
    for (const std::string& op : disk_.ops) {
        const auto effective = replica_->restore(op);
        CHECK(effective.has_value());
        for (const OpHash& each : *effective) ++effects_[each];
    }
    for (const std::string& receipt : disk_.receipts) {
        replica_->acknowledge(replica_->judge_receipt(receipt).value().receipt);
    }
    for (const sync::Fork& fork : disk_.forks) replica_->close(fork);
}

std::optional<sync::Op> SiteNode::edit(sync::Pseudonym dossier, const sync::OpContent& content,
                                       std::optional<std::vector<OpHash>> seen, const Dies& dies) {
    auto arrival = replica_->make(dossier, content, std::move(seen));
    if (!arrival) return std::nullopt;
    if (dies()) {
        die();
        return std::nullopt;
    }
    if (sabotage_ != Sabotage::SendsBeforeStoring) disk_.ops.push_back(arrival->op.text());
    if (dies()) {
        die();
    } else {
        take_effect(replica_->apply(*arrival), arrival->op.hash());
    }
    return arrival->op;
}

void SiteNode::take_effect(const std::vector<OpHash>& ops, const OpHash& by) {
    for (const OpHash& op : ops) {
        if (sabotage_ != Sabotage::ForgetsWaiting || op == by) ++effects_[op];
    }
}

void SiteNode::keep(const sync::Fork& fork) {
    disk_.forks.push_back(fork);
    replica_->close(fork);
}

void SiteNode::receive(const Message& message, const Dies& dies, Outcome& seen) {
    if (message.kind == Kind::ForkNotice) {
        if (message.fork->chain.site == self_.site) keep(*message.fork);
        return;
    }
    if (message.kind == Kind::Receipt) {
        const auto judged = replica_->judge_receipt(message.text);
        if (!judged) return;
        if (judged->fork) return keep(*judged->fork);
        disk_.receipts.push_back(message.text);
        if (dies()) die();
        promised_.insert(judged->receipt.op);
        if (up()) replica_->acknowledge(judged->receipt);
        return;
    }
    const auto arrival = replica_->judge(message.text);
    if (!arrival) return;
    switch (arrival->judgement.verdict) {
        case Verdict::Next: {
            if (dies()) return die();
            disk_.ops.push_back(message.text);
            if (dies()) return die();
            const auto effective = replica_->apply(*arrival);
            if (effective.empty()) ++seen.waited;
            return take_effect(effective, arrival->op.hash());
        }
        case Verdict::Duplicate:
            ++seen.duplicates;
            if (sabotage_ == Sabotage::AppliesDuplicates) ++effects_[arrival->op.hash()];
            return;
        case Verdict::Gap:
            ++seen.gaps;
            return;
        case Verdict::Fork:
            return keep(*arrival->judgement.fork);
        case Verdict::Closed:
        case Verdict::Refused:
            return;
    }
}

sync::DossierState SiteNode::shown(sync::Pseudonym dossier) const {
    const auto* history = replica_->dossier(dossier);
    sync::DossierState state = history == nullptr ? sync::DossierState() : history->state();
    if (sabotage_ == Sabotage::LastWriterWins) {
        for (auto& [path, field] : state.fields) {
            const auto last = std::max_element(
                field.entries.begin(), field.entries.end(),
                [](const auto& a, const auto& b) { return a.by.at_ms < b.by.at_ms; });
            field.entries = {*last};
        }
    }
    if (sabotage_ == Sabotage::GrantWins) {
        for (auto& [path, consent] : state.consents) {
            for (const auto& entry : consent.entries) {
                if (entry.answer != model::ConsentAnswer::Given) continue;
                const auto kept = entry;
                consent.entries = {kept};
                break;
            }
        }
    }
    return state;
}

// What the hub's commit throws when it dies at it.
struct Died {};

Message HubNode::answered(std::size_t site, const OpHash& op, const std::string& receipt) {
    const auto first = first_receipts_.emplace(op, receipt).first;
    changed_its_word_ = changed_its_word_ || first->second != receipt;
    return {Kind::Receipt, site, receipt};
}

std::vector<Message> HubNode::receive(const Message& message, sync::SiteId from, std::size_t most,
                                      const Dies& dies, Outcome& seen) {
    std::vector<Message> out;
    const std::size_t site = message.site;
    if (message.kind == Kind::Ask) {
        for (const sync::Fork& fork : store_.forks()) {
            if (fork.chain.site == from) out.push_back({Kind::ForkNotice, site, {}, {}, fork});
        }
        for (const auto& receipt : store_.newest_receipts(from)) {
            out.push_back({Kind::Receipt, site, receipt});
        }
        // A hub owes nobody an order between sites: half of the time it gives one after the other.
        std::vector<std::vector<sync::SiteId>> turns{everybody_};
        if (most % 2 == 1) turns.clear();
        for (const auto& one : everybody_) {
            if (most % 2 == 1) turns.push_back({one});
        }
        std::size_t left = most;
        for (const auto& turn : turns) {
            for (const auto& op : store_.after(turn, message.marks, left, sync::kMaxSealed)) {
                out.push_back({Kind::Op, site, op});
                --left;
            }
        }
        return out;
    }
    const sync::Op op = sync::Op::parse(message.text, verifier_).value();
    store_.forgets_commits = sabotage_ == Sabotage::ReceiptBeforeStoring && dies();
    store_.at_commit = [&](bool) {
        if (dies()) throw Died();
    };
    sync::Relay::Answer answer;
    try {
        answer = relay_.take(std::span(&op, 1)).front();
    } catch (const Died&) {
        die();
        return out;
    }
    switch (answer.judgement.verdict) {
        case Verdict::Duplicate:
            ++seen.duplicates;
            [[fallthrough]];
        case Verdict::Next:
            out.push_back(answered(site, op.hash(), answer.receipt));
            break;
        case Verdict::Gap:
            ++seen.gaps;
            break;
        case Verdict::Fork:
            if (sabotage_ == Sabotage::TakesForks) {
                const auto& envelope = op.envelope();
                const sync::Receipt promise{envelope.chain, envelope.seq, op.hash(), 1};
                out.push_back({Kind::Receipt, site, promise.sign(signer_)});
                break;
            }
            [[fallthrough]];
        case Verdict::Closed:
            out.push_back({Kind::ForkNotice, site, {}, {}, *answer.judgement.fork});
            break;
        case Verdict::Refused:
            break;
    }
    return out;
}

std::vector<OpHash> HubNode::stored() const {
    std::vector<OpHash> all;
    for (const auto& row : store_.rows()) all.push_back(row.hash);
    return all;
}

}  // namespace sightline::sim
