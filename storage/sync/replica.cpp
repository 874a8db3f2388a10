#include "storage/sync/replica.h"

#include <algorithm>

namespace sightline::storage::sync {

using base::Errc;
using base::Error;

const DossierHistory* Replica::dossier(Pseudonym pseudonym) const {
    const auto found = dossiers_.find(pseudonym);
    return found == dossiers_.end() ? nullptr : &found->second;
}

base::Result<Arrival> Replica::make(Pseudonym dossier, const OpContent& content,
                                    std::optional<std::vector<OpHash>> seen) const {
    if (stopped()) return Error{Errc::Conflict, stopped()->text()};
    if (const auto sound = check(content); !sound) return sound.error();
    const DossierHistory* history = this->dossier(dossier);
    if (!seen) {
        seen = history == nullptr ? std::vector<OpHash>() : history->heads();
        // Of more heads than an op may name, the rest stays concurrent to it, for the next one.
        if (seen->size() > kMaxParents) seen->resize(kMaxParents);
    }
    for (const OpHash& head : *seen) {
        if (history == nullptr || !history->has(head)) {
            return Error{Errc::NotFound, "make an op: what it is to follow is not in effect here"};
        }
    }
    const ChainHead last = head();
    Envelope envelope{self_, last.seq + 1, last.hash, dossier, std::move(*seen), {}};
    if (history != nullptr) {
        if (const auto room = history->room_for(envelope); !room) return room.error();
    }
    const std::string text = text_of(content, envelope);
    auto sealed = sealer_.seal(text);
    if (!sealed) return sealed.error();
    // As everybody else will read it.
    auto said = parse_content(text, envelope);
    if (!said) return said.error();
    auto op = Op::sign(std::move(envelope), std::move(*sealed), signer_);
    if (!op) return op.error();
    return Arrival{std::move(*op), {Verdict::Next}, std::move(*said), {}, true};
}

// This site knows all that it wrote itself. Whatever else its key has signed was written by another
// copy of it, or by itself before its store was set back.
std::optional<Fork> Replica::foreign_past(const Op& op, const Judgement& judgement) const {
    const Envelope& envelope = op.envelope();
    if (envelope.chain.site != self_.site || envelope.chain.incarnation < self_.incarnation ||
        (judgement.verdict != Verdict::Next && judgement.verdict != Verdict::Gap)) {
        return std::nullopt;
    }
    return Fork{envelope.chain, envelope.seq, {}, op.hash()};
}

void Replica::read(Arrival& arrival) const {
    const auto opened = sealer_.open(arrival.op.sealed());
    if (!opened) {
        arrival.unreadable = opened.error().text;
        return;
    }
    auto content = parse_content(opened->reveal_text(), arrival.op.envelope());
    if (content) {
        arrival.content = std::move(*content);
    } else {
        arrival.unreadable = content.error().text;
    }
}

base::Result<Arrival> Replica::judge(std::string_view text) const {
    if (stopped()) return Error{Errc::Conflict, stopped()->text()};
    auto op = Op::parse(text, verifier_);
    if (!op) return op.error();
    Judgement judgement = chains_.of(op->envelope().chain.site).judge(op->envelope(), op->hash());
    if (auto fork = foreign_past(*op, judgement)) judgement = {Verdict::Fork, 0, std::move(fork)};
    Arrival arrival{std::move(*op), std::move(judgement)};
    if (arrival.judgement.verdict != Verdict::Next) return arrival;
    const Envelope& envelope = arrival.op.envelope();
    if (const DossierHistory* history = dossier(envelope.dossier); history != nullptr) {
        if (const auto room = history->room_for(envelope); !room) return room.error();
    }
    read(arrival);
    return arrival;
}

std::vector<OpHash> Replica::apply(const Arrival& arrival) {
    const Envelope& envelope = arrival.op.envelope();
    chains_.append(envelope, arrival.op.hash());
    if (arrival.own) {
        outbox_.emplace(std::pair(envelope.chain.incarnation, envelope.seq), arrival.op.text());
    }
    return dossiers_[envelope.dossier].insert(envelope, arrival.op.hash(), arrival.content);
}

base::Result<std::vector<OpHash>> Replica::restore(std::string_view text) {
    auto op = Op::parse_kept(text, verifier_);
    if (!op) return op.error();
    Judgement judgement = chains_.of(op->envelope().chain.site).judge(op->envelope(), op->hash());
    Arrival arrival{std::move(*op), std::move(judgement)};
    if (arrival.judgement.verdict == Verdict::Duplicate) return std::vector<OpHash>();
    if (arrival.judgement.verdict != Verdict::Next) {
        return Error{Errc::Conflict,
                     "restore what was synced: an op is missing on this disk; restore a backup"};
    }
    // The same that came from the hub are sent once more, and answered by their receipt.
    arrival.own = arrival.op.envelope().chain.site == self_.site;
    if (arrival.op.sealed().empty()) {
        arrival.unreadable = "its dossier was erased here";
    } else {
        read(arrival);
    }
    return apply(arrival);
}

base::Result<Acknowledgement> Replica::judge_receipt(std::string_view jws) const {
    auto receipt = Receipt::verify(jws, verifier_);
    if (!receipt) return receipt.error();
    const ChainId chain = receipt->chain;
    if (chain.site != self_.site) {
        return Error{Errc::Forbidden, "read a receipt: it is another site's"};
    }
    const auto known = own().at(chain.incarnation, receipt->seq);
    Acknowledgement out{*receipt, std::nullopt};
    // Of an incarnation before this one it may know less: that is why there is this one.
    const bool expected_to_know = chain.incarnation >= self_.incarnation;
    if (known ? *known != receipt->op : expected_to_know) {
        out.fork = Fork{chain, receipt->seq, known.value_or(OpHash{}), receipt->op};
    }
    return out;
}

void Replica::acknowledge(const Receipt& receipt) {
    // Of an op that is not here, from before this site was set back, it says nothing about those
    // that are: they may be of another past, and are sent until each has an answer of its own.
    if (own().at(receipt.chain.incarnation, receipt.seq) != receipt.op) return;
    // The hub takes ops in order only, so one receipt stands for all before it.
    std::erase_if(outbox_, [&](const auto& sent) {
        return sent.first.first == receipt.chain.incarnation && sent.first.second <= receipt.seq;
    });
}

std::vector<std::string_view> Replica::to_send(std::size_t most) const {
    std::vector<std::string_view> ops;
    if (stopped()) most = std::min<std::size_t>(most, 1);
    for (const auto& [place, text] : outbox_) {
        if (ops.size() == most) break;
        ops.emplace_back(text);
    }
    return ops;
}

std::size_t Replica::unacknowledged_bytes() const {
    std::size_t bytes = 0;
    for (const auto& [place, text] : outbox_) bytes += text.size();
    return bytes;
}

std::map<ChainId, std::uint64_t> Replica::marks() const {
    std::map<ChainId, std::uint64_t> marks;
    for (const auto& [site, chains] : chains_.sites()) {
        for (const std::uint64_t incarnation : chains.incarnations()) {
            marks[{site, incarnation}] = chains.head(incarnation).seq;
        }
    }
    return marks;
}

}  // namespace sightline::storage::sync
