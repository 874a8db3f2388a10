#include "media/transport/ice_lite.h"

#include <algorithm>

namespace sightline::transport {
namespace {

// An error answer to somebody who proved nothing is a gift to whoever forges addresses: so many a
// second, then silence.
constexpr int kRefusalsPerSecond = 10;

}  // namespace

IceLite::IceLite(IceCredentials local, IceCredentials remote, base::Instant now)
    : current_{std::move(local), std::move(remote)},
      last_heard_(now),
      period_start_(now),
      refusals_left_(kRefusalsPerSecond),
      refusals_since_(now) {}

bool IceLite::receive(const wire::Path& path, const wire::StunMessage& message, base::Instant now,
                      wire::PacketBatch& out) {
    // An indication only keeps a NAT binding open; it gets no answer and proves nothing.
    if (message.kind == wire::StunClass::Indication) return true;
    // A lite agent asks nothing, so nothing can be an answer.
    if (message.kind != wire::StunClass::Request || message.method != wire::kStunBinding) {
        return false;
    }

    // RFC 8489 section 9.1.3: "If the message does not contain both a MESSAGE-INTEGRITY and a
    // USERNAME attribute ... the server MUST generate an error response with an error code of 400".
    if (message.integrity_offset == 0 || message.username.empty()) {
        refuse(path, message, 400, "Bad Request", {}, now, out);
        return false;
    }
    // "If the USERNAME does not contain a username value currently valid within the server: ...
    // 401". A wrong integrity value: 401 as well.
    const Generation* const generation = addressed(message.username);
    if (generation == nullptr || !wire::integrity_ok(message, generation->local.password)) {
        refuse(path, message, 401, "Unauthenticated", {}, now, out);
        return false;
    }
    const std::string_view password = generation->local.password;

    // RFC 8489 section 6.3.1: "If the request contains one or more unknown comprehension-required
    // attributes, the server replies with an error response with an error code of 420".
    if (message.unknown_required != 0) {
        refuse(path, message, 420, "Unknown Attribute", password, now, out);
        return true;
    }
    // RFC 8445 section 7.3.1.1: both sides cannot be controlled; a lite one always is.
    if (message.ice_controlled) {
        refuse(path, message, 487, "Role Conflict", password, now, out);
        return true;
    }
    // An eavesdropper may send a check again from an address of its own, to draw the media there.
    // Each check has a transaction of its own, and one that was taken counts on its own path only.
    if (seen_elsewhere(path, message.transaction)) return false;

    wire::StunToWrite answer;
    answer.kind = wire::StunClass::Success;
    answer.transaction = message.transaction;
    answer.xor_mapped_address = path.remote;
    answer.password = password;
    const base::MutableBytes buffer = out.next();
    if (const std::size_t size = wire::write_stun(answer, buffer)) out.commit(path, size);

    if (generation == &current_) {
        current_validated_ = true;
        previous_.reset();  // last use of `generation` and `password` was above
    }
    take(path, message.use_candidate, now);
    return true;
}

base::Instant IceLite::tick(base::Instant now, wire::PacketBatch&) {
    if (restarted_) {
        restarted_ = false;
        expired_ = false;
        period_start_ = now;
    }
    for (std::size_t i = path_count_; i-- > 0;) {
        if (now - paths_[i].last_check >= kConsentExpiry) forget(i);
    }
    if (selected_ && now - last_heard_ >= kConsentExpiry) select_most_recent();
    if (!selected_ && now - std::max(last_heard_, period_start_) >= kConsentExpiry) expired_ = true;
    if (expired_) return base::kNever;
    return (selected_ ? last_heard_ : std::max(last_heard_, period_start_)) + kConsentExpiry;
}

void IceLite::restart(IceCredentials local, IceCredentials remote) {
    // Whoever restarts twice has still only validated the first of the three.
    if (current_validated_ || !previous_) previous_ = std::move(current_);
    current_ = {std::move(local), std::move(remote)};
    current_validated_ = false;
    restarted_ = true;
}

void IceLite::path_closed(const wire::Path& path) {
    for (std::size_t i = 0; i < path_count_; ++i) {
        if (paths_[i].path == path) {
            forget(i);
            break;
        }
    }
    if (selected_ == path) select_most_recent();
}

bool IceLite::validated(const wire::Path& path) const {
    return std::any_of(paths_.begin(), paths_.begin() + static_cast<std::ptrdiff_t>(path_count_),
                       [&](const ValidPath& valid) { return valid.path == path; });
}

// RFC 8445 section 7.2.2: USERNAME is our ufrag, a colon, and the sender's ufrag.
const IceLite::Generation* IceLite::addressed(std::string_view username) const {
    const auto fits = [username](const Generation& generation) {
        const std::string_view local = generation.local.ufrag;
        if (local.empty() || username.size() <= local.size() || !username.starts_with(local) ||
            username[local.size()] != ':') {
            return false;
        }
        const std::string_view remote = generation.remote.ufrag;
        return remote.empty() || username.substr(local.size() + 1) == remote;
    };
    if (fits(current_)) return &current_;
    if (previous_ && fits(*previous_)) return &*previous_;
    return nullptr;
}

void IceLite::refuse(const wire::Path& path, const wire::StunMessage& request, std::uint16_t code,
                     std::string_view reason, std::string_view password, base::Instant now,
                     wire::PacketBatch& out) {
    if (!may_refuse(now)) return;
    wire::StunToWrite answer;
    answer.kind = wire::StunClass::Error;
    answer.method = request.method;
    answer.transaction = request.transaction;
    answer.error_code = code;
    answer.reason = reason;
    answer.unknown_attribute = code == 420 ? request.unknown_required : std::uint16_t{0};
    answer.password = password;
    const base::MutableBytes buffer = out.next();
    if (const std::size_t size = wire::write_stun(answer, buffer)) out.commit(path, size);
}

bool IceLite::may_refuse(base::Instant now) {
    if (now - refusals_since_ >= std::chrono::seconds(1)) {
        refusals_since_ = now;
        refusals_left_ = kRefusalsPerSecond;
    }
    if (refusals_left_ == 0) return false;
    --refusals_left_;
    return true;
}

bool IceLite::seen_elsewhere(const wire::Path& path, const wire::TransactionId& transaction) {
    for (const Taken& taken : taken_) {
        if (taken.transaction == transaction && taken.path != wire::Path{}) {
            return taken.path != path;
        }
    }
    taken_[taken_at_] = {transaction, path};
    taken_at_ = (taken_at_ + 1) % taken_.size();
    return false;
}

void IceLite::take(const wire::Path& path, bool nominated, base::Instant now) {
    ValidPath* known = find(path);
    if (known == nullptr) {
        if (path_count_ == kMaxPaths) {
            // Forget the one that was silent longest, but never the one in use.
            std::size_t oldest = kMaxPaths;
            for (std::size_t i = 0; i < path_count_; ++i) {
                if (paths_[i].path == selected_) continue;
                if (oldest == kMaxPaths || paths_[i].last_check < paths_[oldest].last_check) {
                    oldest = i;
                }
            }
            forget(oldest);
        }
        known = &paths_[path_count_++];
        known->path = path;
    }
    known->last_check = now;

    // RFC 8445 section 7.3.1.5: USE-CANDIDATE selects the pair, and the latest is the peer's will.
    // Before any nomination the first valid path serves, so that DTLS need not wait a round trip.
    if (nominated || !selected_) selected_ = path;
    if (selected_ == path) {
        last_heard_ = now;
        expired_ = false;
    }
}

IceLite::ValidPath* IceLite::find(const wire::Path& path) {
    for (std::size_t i = 0; i < path_count_; ++i) {
        if (paths_[i].path == path) return &paths_[i];
    }
    return nullptr;
}

// The selected path is gone: another that still carries checks serves until the peer nominates
// again.
void IceLite::select_most_recent() {
    selected_.reset();
    const auto end = paths_.begin() + static_cast<std::ptrdiff_t>(path_count_);
    const auto best = std::max_element(paths_.begin(), end, [](const auto& a, const auto& b) {
        return a.last_check < b.last_check;
    });
    if (best == end) return;
    selected_ = best->path;
    last_heard_ = best->last_check;
}

void IceLite::forget(std::size_t index) { paths_[index] = paths_[--path_count_]; }

}  // namespace sightline::transport
