// The full, controlling side of ICE against a lite peer (RFC 8445), for the engine: checks the
// peer's candidates, selects the best that answers, keeps consent fresh (RFC 7675) and moves to
// another when the selected one falls silent. One local socket of each kind, so a remote path is a
// candidate pair. Allocates nothing after construction but for a restart. One thread.
#pragma once

#include <array>
#include <string>

#include "media/transport/ice_agent.h"

namespace sightline::transport {

class IceClient final : public IceAgent {
  public:
    IceClient(IceCredentials local, IceCredentials remote, base::Instant now);

    bool receive(const wire::Path& path, const wire::StunMessage& message, base::Instant now,
                 wire::PacketBatch& out) override;
    base::Instant tick(base::Instant now, wire::PacketBatch& out) override;
    // Beyond kMaxCandidates they are ignored.
    void add_candidate(const wire::Path& path, std::uint32_t priority, base::Instant now) override;
    void restart(IceCredentials local, IceCredentials remote) override;
    void path_closed(const wire::Path& path) override;

    bool validated(const wire::Path& path) const override;
    const std::optional<wire::Path>& selected() const override { return selected_; }
    bool expired() const override { return expired_; }
    const IceCredentials& local() const override { return local_; }
    std::optional<base::Duration> round_trip() const override { return round_trip_; }

    static constexpr std::size_t kMaxCandidates = 16;

  private:
    enum class Check : std::uint8_t { Idle, Waiting, InProgress, Failed };
    struct Candidate {
        wire::Path path;
        std::uint32_t priority = 0;
        bool valid = false;  // has answered, and consent has not expired since
        Check check = Check::Idle;
        wire::TransactionId transaction{};
        int sent = 0;
        base::Duration timeout{};
        base::Instant sent_at;
        base::Instant due;
    };
    struct ConsentCheck {
        bool open = false;
        wire::TransactionId transaction{};
        base::Instant sent_at;
    };
    std::span<Candidate> candidates() { return std::span(candidates_).first(candidate_count_); }
    std::span<const Candidate> candidates() const {
        return std::span(candidates_).first(candidate_count_);
    }
    Candidate* find(const wire::Path& path);
    void check_again(Candidate& candidate);
    void start_checks(base::Instant now, wire::PacketBatch& out);
    void continue_check(Candidate& candidate, base::Instant now, wire::PacketBatch& out);
    void send_consent_check(base::Instant now, wire::PacketBatch& out);
    void send_check(const wire::Path& path, const wire::TransactionId& transaction, bool nominate,
                    wire::PacketBatch& out);
    void on_answer(Candidate& candidate, std::optional<base::Duration> sample, base::Instant now);
    void select(const Candidate& candidate, base::Instant now);
    void expire(base::Instant now);
    bool silent() const { return open_checks_ > 2; }
    base::Instant next_deadline() const;

    IceCredentials local_;
    IceCredentials remote_;
    std::string username_;
    std::uint64_t tie_breaker_;

    std::array<Candidate, kMaxCandidates> candidates_;
    std::size_t candidate_count_ = 0;
    std::optional<wire::Path> selected_;
    std::uint32_t selected_priority_ = 0;
    bool selected_is_current_ = false;  // it has answered since the last restart

    std::array<ConsentCheck, 8> consent_;  // as many as 30 s can leave open
    std::size_t consent_at_ = 0;
    int open_checks_ = 0;  // consent checks sent since the last answer, the newest included
    bool restarted_ = false;
    bool expired_ = false;

    base::Instant last_heard_;    // from the selected path
    base::Instant period_start_;  // of looking for a path: construction or restart
    base::Instant next_start_;    // pacing: no check begins before
    base::Instant next_consent_ = base::kNever;
    base::Instant look_for_better_ = base::kNever;
    std::optional<base::Duration> round_trip_;
};

}  // namespace sightline::transport
