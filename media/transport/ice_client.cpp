#include "media/transport/ice_client.h"

#include <algorithm>

#include "appliance/base/random.h"

namespace sightline::transport {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kPacing = 50ms;            // Ta, RFC 8445 section 14.2
constexpr base::Duration kShortestTimeout = 500ms;  // RTO, RFC 8445 section 14.3
constexpr int kMaxSends = 7;                        // Rc, RFC 8489 section 6.2.1
constexpr int kMaxSendsWithoutPath = 4;
constexpr int kLastWait = 16;  // Rm, in units of the first timeout
constexpr base::Duration kLookForBetter = 30s;

// RFC 7675 section 5.1: five seconds, "randomized from between 0.8 and 1.2 times the basic period".
base::Duration consent_interval() { return 4000ms + base::random_u32() % 2001 * 1ms; }

wire::TransactionId random_transaction() {
    wire::TransactionId transaction;
    base::fill_random(transaction);
    return transaction;
}

// RFC 8445 section 7.1.1: the priority that a peer-reflexive candidate of this check would have.
std::uint32_t peer_reflexive_priority(wire::Transport transport) {
    const std::uint32_t local_preference = transport == wire::Transport::Udp ? 65535 : 32767;
    return (110U << 24) | (local_preference << 8) | 255U;
}

}  // namespace

IceClient::IceClient(IceCredentials local, IceCredentials remote, base::Instant now)
    : local_(std::move(local)),
      remote_(std::move(remote)),
      username_(remote_.ufrag + ":" + local_.ufrag),
      tie_breaker_(base::random_u64()),
      last_heard_(now),
      period_start_(now),
      next_start_(now) {}

void IceClient::add_candidate(const wire::Path& path, std::uint32_t priority, base::Instant) {
    if (Candidate* const known = find(path)) {
        known->priority = priority;
        return;
    }
    if (candidate_count_ == kMaxCandidates) return;
    Candidate& candidate = candidates_[candidate_count_++];
    candidate = {};
    candidate.path = path;
    candidate.priority = priority;
    if (!expired_) check_again(candidate);
}

bool IceClient::receive(const wire::Path& path, const wire::StunMessage& message, base::Instant now,
                        wire::PacketBatch& out) {
    if (message.kind == wire::StunClass::Indication) return true;
    // RFC 8445 section 7: a lite peer sends no checks, so every request is somebody else's.
    if (message.kind == wire::StunClass::Request || message.method != wire::kStunBinding) {
        return false;
    }
    // An answer that is not signed may be forged, error answers too; the check goes on without it.
    if (!wire::integrity_ok(message, remote_.password)) return false;

    // RFC 8445 section 7.2.5.2.1: an answer from elsewhere than the check went to is no answer.
    Candidate* const candidate = find(path);
    if (candidate == nullptr) return false;
    const bool success = message.kind == wire::StunClass::Success;

    if (candidate->check == Check::InProgress && candidate->transaction == message.transaction) {
        candidate->check = success ? Check::Idle : Check::Failed;
        // Which of several sendings this answers is not known (Karn), so only one gives a time.
        std::optional<base::Duration> sample;
        if (candidate->sent == 1) sample = now - candidate->sent_at;
        if (success) on_answer(*candidate, sample, now);
        // A new selection is nominated at once.
        if (selected_ && now >= next_consent_) send_consent_check(now, out);
        return true;
    }
    for (ConsentCheck& check : consent_) {
        if (!check.open || check.transaction != message.transaction || selected_ != path) continue;
        check.open = false;
        if (success) on_answer(*candidate, now - check.sent_at, now);
        break;
    }
    return true;  // authentic, at worst too late
}

base::Instant IceClient::tick(base::Instant now, wire::PacketBatch& out) {
    if (restarted_) {
        restarted_ = false;
        expired_ = false;
        period_start_ = now;
        next_start_ = std::max(next_start_, now);
        if (selected_) next_consent_ = now;
    }
    expire(now);
    if (expired_) return base::kNever;

    for (Candidate& candidate : candidates()) {
        if (candidate.check == Check::InProgress && now >= candidate.due) {
            continue_check(candidate, now, out);
        }
    }
    if (selected_ && now >= next_consent_) send_consent_check(now, out);
    if (now >= look_for_better_) {
        look_for_better_ = now + kLookForBetter;
        for (Candidate& candidate : candidates()) {
            if (candidate.priority > selected_priority_) check_again(candidate);
        }
    }
    start_checks(now, out);
    return next_deadline();
}

void IceClient::restart(IceCredentials local, IceCredentials remote) {
    local_ = std::move(local);
    remote_ = std::move(remote);
    username_ = remote_.ufrag + ":" + local_.ufrag;
    consent_ = {};
    open_checks_ = 0;
    selected_is_current_ = false;
    for (Candidate& candidate : candidates()) {
        candidate.check = Check::Idle;
        check_again(candidate);
    }
    restarted_ = true;
}

void IceClient::path_closed(const wire::Path& path) {
    Candidate* const candidate = find(path);
    if (candidate == nullptr) return;
    *candidate = candidates_[--candidate_count_];
    for (Candidate& other : candidates()) {
        if (!expired_) check_again(other);
    }
    if (selected_ != path) return;
    // Media goes nowhere until one of the others has answered, a round trip from now.
    selected_.reset();
    next_consent_ = base::kNever;
}

bool IceClient::validated(const wire::Path& path) const {
    return std::ranges::any_of(candidates(), [&](const Candidate& candidate) {
        return candidate.valid && candidate.path == path;
    });
}

IceClient::Candidate* IceClient::find(const wire::Path& path) {
    const auto all = candidates();
    const auto at = std::ranges::find(all, path, &Candidate::path);
    return at == all.end() ? nullptr : &*at;
}

// A check that is under way is left alone: its answer is as good as a new one's.
void IceClient::check_again(Candidate& candidate) {
    if (candidate.check != Check::InProgress) candidate.check = Check::Waiting;
}

void IceClient::start_checks(base::Instant now, wire::PacketBatch& out) {
    if (now < next_start_) return;
    Candidate* best = nullptr;
    int active = 0;
    for (Candidate& candidate : candidates()) {
        if (candidate.check == Check::InProgress) ++active;
        if (candidate.check != Check::Waiting) continue;
        ++active;
        if (best == nullptr || candidate.priority > best->priority) best = &candidate;
    }
    if (best == nullptr) return;
    next_start_ = now + kPacing;
    best->check = Check::InProgress;
    best->transaction = random_transaction();
    best->sent = 0;
    // RFC 8445 section 14.3: RTO = MAX (500ms, Ta*N * (Num-Waiting + Num-In-Progress)); a known
    // round trip makes it longer still, so that a slow link is not filled with repetitions.
    best->timeout = std::max(kShortestTimeout, kPacing * active);
    if (round_trip_) best->timeout = std::max(best->timeout, *round_trip_ * 3 / 2);
    continue_check(*best, now, out);
}

void IceClient::continue_check(Candidate& candidate, base::Instant now, wire::PacketBatch& out) {
    // While there is no path at all, a check that would double its wait beyond 4 s begins anew
    // instead: on a link that loses a third, seven sendings are not enough and the last waits are
    // too long.
    if (!selected_ && candidate.sent >= kMaxSendsWithoutPath) {
        candidate.check = Check::Waiting;
        return;
    }
    if (candidate.sent == kMaxSends) {
        candidate.check = Check::Failed;
        if (selected_ != candidate.path) candidate.valid = false;
        return;
    }
    send_check(candidate.path, candidate.transaction, false, out);
    candidate.sent_at = now;
    ++candidate.sent;
    // RFC 8489 section 6.2.1: doubling waits, and Rm times the first after the last.
    const int factor = candidate.sent == kMaxSends ? kLastWait : 1 << (candidate.sent - 1);
    candidate.due = now + candidate.timeout * factor;
}

void IceClient::send_consent_check(base::Instant now, wire::PacketBatch& out) {
    ConsentCheck& check = consent_[consent_at_];
    consent_at_ = (consent_at_ + 1) % consent_.size();
    check = {true, random_transaction(), now};
    send_check(*selected_, check.transaction, true, out);
    next_consent_ = now + consent_interval();
    ++open_checks_;
    if (!silent()) return;
    // Two have stayed without an answer. Look at every way, this one too, from the first timeout
    // on, so that the end of an outage is seen within seconds and long before consent expires.
    for (Candidate& candidate : candidates()) candidate.check = Check::Waiting;
}

void IceClient::send_check(const wire::Path& path, const wire::TransactionId& transaction,
                           bool nominate, wire::PacketBatch& out) {
    wire::StunToWrite check;
    check.transaction = transaction;
    check.username = username_;
    check.priority = peer_reflexive_priority(path.transport);
    check.use_candidate = nominate;
    check.ice_controlling = tie_breaker_;
    check.password = remote_.password;
    const base::MutableBytes buffer = out.next();
    if (const std::size_t size = wire::write_stun(check, buffer)) out.commit(path, size);
}

void IceClient::on_answer(Candidate& candidate, std::optional<base::Duration> sample,
                          base::Instant now) {
    candidate.valid = true;
    if (sample) round_trip_ = round_trip_ ? (*round_trip_ * 7 + *sample) / 8 : *sample;

    if (selected_ == candidate.path) {
        last_heard_ = now;
        open_checks_ = 0;
        if (!selected_is_current_) select(candidate, now);
        return;
    }
    if (!selected_ || !selected_is_current_ || silent() ||
        candidate.priority > selected_priority_) {
        select(candidate, now);
    }
}

void IceClient::select(const Candidate& candidate, base::Instant now) {
    selected_ = candidate.path;
    selected_priority_ = candidate.priority;
    selected_is_current_ = true;
    last_heard_ = now;
    open_checks_ = 0;
    consent_ = {};
    next_consent_ = now;  // with USE-CANDIDATE: this nominates it
    look_for_better_ = now + kLookForBetter;
}

void IceClient::expire(base::Instant now) {
    if (selected_ && now - last_heard_ >= kConsentExpiry) {
        // RFC 7675 section 5.1: "the agent MUST cease transmission on that candidate pair".
        selected_.reset();
        next_consent_ = base::kNever;
        look_for_better_ = base::kNever;
        for (Candidate& candidate : candidates()) candidate.valid = false;
    }
    if (selected_ || now - std::max(last_heard_, period_start_) < kConsentExpiry) return;
    expired_ = true;
    for (Candidate& candidate : candidates()) candidate.check = Check::Idle;
}

base::Instant IceClient::next_deadline() const {
    base::Instant deadline =
        (selected_ ? last_heard_ : std::max(last_heard_, period_start_)) + kConsentExpiry;
    for (const Candidate& candidate : candidates()) {
        if (candidate.check == Check::InProgress) deadline = std::min(deadline, candidate.due);
        if (candidate.check == Check::Waiting) deadline = std::min(deadline, next_start_);
    }
    return std::min({deadline, next_consent_, look_for_better_});
}

}  // namespace sightline::transport
