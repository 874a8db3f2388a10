#include "storage/sync/relay.h"

namespace sightline::storage::sync {

base::Result<Relay::Decision> Relay::judge(std::string_view text) const {
    auto op = Op::parse(text, verifier_);
    if (!op) return op.error();
    const Envelope& envelope = op->envelope();
    Judgement judgement = chains_.of(envelope.chain.site).judge(envelope, op->hash());
    std::string receipt;
    if (judgement.verdict == Verdict::Next) {
        receipt = Receipt{envelope.chain, envelope.seq, op->hash(), position_ + 1}.sign(signer_);
    } else if (judgement.verdict == Verdict::Duplicate) {
        receipt = stored_.at(envelope.chain)[envelope.seq - 1].receipt;
    }
    return Decision{std::move(*op), std::move(judgement), std::move(receipt)};
}

void Relay::apply(const Decision& decision) {
    const Envelope& envelope = decision.op.envelope();
    chains_.append(envelope, decision.op.hash());
    stored_[envelope.chain].push_back({decision.op.text(), decision.receipt});
    ++position_;
    auto& ops = dossiers_[envelope.dossier];
    ops[decision.op.hash()].here = true;
    for (const OpHash& parent : envelope.parents) ops[parent].has_child = true;
}

std::vector<std::string_view> Relay::after(const std::map<ChainId, std::uint64_t>& marks,
                                           std::size_t most) const {
    std::vector<std::string_view> ops;
    for (const auto& [chain, stored] : stored_) {
        const auto mark = marks.find(chain);
        for (std::size_t i = mark == marks.end() ? 0 : mark->second; i < stored.size(); ++i) {
            if (ops.size() == most) return ops;
            ops.emplace_back(stored[i].op);
        }
    }
    return ops;
}

std::vector<std::string_view> Relay::newest_receipts(SiteId site) const {
    std::vector<std::string_view> receipts;
    for (auto it = stored_.lower_bound({site, 0}); it != stored_.end() && it->first.site == site;
         ++it) {
        receipts.emplace_back(it->second.back().receipt);
    }
    return receipts;
}

std::vector<OpHash> Relay::heads(Pseudonym dossier) const {
    std::vector<OpHash> heads;
    const auto ops = dossiers_.find(dossier);
    if (ops == dossiers_.end()) return heads;
    for (const auto& [hash, op] : ops->second) {
        if (op.here && !op.has_child) heads.push_back(hash);
    }
    return heads;
}

}  // namespace sightline::storage::sync
