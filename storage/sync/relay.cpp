#include "storage/sync/relay.h"

#include <map>

#include "storage/sync/op_batch.h"
#include "storage/sync/receipt.h"

namespace sightline::storage::sync {
namespace {

// The first of these, which was offered, and those that may vouch for it.
std::string proof_of(std::span<const Op> ops) {
    std::string proof = ops.front().text();
    for (std::size_t i = 1; i < ops.size() && follows(ops[i], ops[i - 1]); ++i) {
        proof += '\n';
        proof += ops[i].jws();
    }
    return proof;
}

}  // namespace

std::vector<Relay::Answer> Relay::take(std::span<const Op> ops) {
    const auto transaction = store_.begin();
    std::vector<Answer> answers;
    answers.reserve(ops.size());
    std::map<ChainId, Receipt> newest;
    bool promises = false;
    for (std::size_t i = 0; i < ops.size(); ++i) {
        const Op& op = ops[i];
        const Envelope& envelope = op.envelope();
        const Place place = transaction->place(envelope.chain, envelope.seq);
        Judgement judgement = judge(place, envelope, op.hash());
        if (judgement.verdict == Verdict::Next) {
            transaction->append(op);
            newest[envelope.chain] = {envelope.chain, envelope.seq, op.hash(),
                                      transaction->position()};
        } else if (judgement.verdict == Verdict::Fork) {
            transaction->close(*judgement.fork, proof_of(ops.subspan(i)));
        }
        // A duplicate's receipt too: a database with a standby may show what is not there yet, and
        // has brought it there when a commit returns.
        promises = promises || judgement.verdict == Verdict::Next ||
                   judgement.verdict == Verdict::Fork || judgement.verdict == Verdict::Duplicate;
        answers.push_back({std::move(judgement)});
    }
    for (const auto& [chain, receipt] : newest) {
        transaction->promise(chain, receipt.seq, receipt.sign(signer_));
    }
    for (std::size_t i = 0; i < ops.size(); ++i) {
        const Envelope& envelope = ops[i].envelope();
        const Verdict verdict = answers[i].judgement.verdict;
        if (verdict != Verdict::Next && verdict != Verdict::Duplicate) continue;
        answers[i].receipt = transaction->receipt(envelope.chain, envelope.seq);
    }
    if (promises) transaction->commit();
    return answers;
}

}  // namespace sightline::storage::sync
