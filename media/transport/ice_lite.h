// The lite side of ICE (RFC 8445 section 2.5), for the hub: answers Binding requests, is always
// controlled, and learns from them which 5-tuples the peer holds and which one it has nominated.
// Allocates nothing after construction but for a restart. One thread.
#pragma once

#include <array>

#include "media/transport/ice_agent.h"

namespace sightline::transport {

class IceLite final : public IceAgent {
  public:
    // `remote.ufrag` may be empty while it is unknown: any is accepted then.
    IceLite(IceCredentials local, IceCredentials remote, base::Instant now);

    bool receive(const wire::Path& path, const wire::StunMessage& message, base::Instant now,
                 wire::PacketBatch& out) override;
    base::Instant tick(base::Instant now, wire::PacketBatch& out) override;
    void add_candidate(const wire::Path&, std::uint32_t, base::Instant) override {}
    void restart(IceCredentials local, IceCredentials remote) override;
    void path_closed(const wire::Path& path) override;

    bool validated(const wire::Path& path) const override;
    const std::optional<wire::Path>& selected() const override { return selected_; }
    bool expired() const override { return expired_; }
    const IceCredentials& local() const override { return current_.local; }

    static constexpr std::size_t kMaxPaths = 8;

  private:
    struct Generation {
        IceCredentials local;
        IceCredentials remote;
    };
    struct ValidPath {
        wire::Path path;
        base::Instant last_check;
    };
    // A check that was taken, so that the same one from elsewhere is recognised.
    struct Taken {
        wire::TransactionId transaction{};
        wire::Path path;
    };
    const Generation* addressed(std::string_view username) const;
    void refuse(const wire::Path& path, const wire::StunMessage& request, std::uint16_t code,
                std::string_view reason, std::string_view password, base::Instant now,
                wire::PacketBatch& out);
    bool may_refuse(base::Instant now);
    bool seen_elsewhere(const wire::Path& path, const wire::TransactionId& transaction);
    void take(const wire::Path& path, bool nominated, base::Instant now);
    ValidPath* find(const wire::Path& path);
    void forget(std::size_t index);
    void select_most_recent();

    Generation current_;
    std::optional<Generation> previous_;  // until a check with the current one is valid
    bool current_validated_ = false;

    std::array<ValidPath, kMaxPaths> paths_;
    std::size_t path_count_ = 0;
    std::optional<wire::Path> selected_;
    base::Instant last_heard_;    // on the selected path
    base::Instant period_start_;  // of waiting for a first check: construction or restart
    bool restarted_ = false;      // the next tick begins a period
    bool expired_ = false;

    std::array<Taken, 64> taken_;
    std::size_t taken_at_ = 0;

    int refusals_left_;
    base::Instant refusals_since_;
};

}  // namespace sightline::transport
