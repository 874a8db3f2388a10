// A delegation as tests need one: its root, and papers of it. It protects nothing.
#pragma once

#include <string>

#include "session/identity/trust.h"

namespace sightline::identity::papers {

inline const UnixTime kDay0{std::chrono::seconds(1'700'000'000)};
inline UnixTime day(int days) { return kDay0 + std::chrono::hours(24 * days); }

struct Delegation {
    signature::DeviceKey root = signature::DeviceKey::random();
    DelegationRoster roster = [this] {
        DelegationRoster first;
        first.delegation = root.public_key().thumbprint();
        first.number = 1;
        first.issued = kDay0;
        first.until = day(30);
        return first;
    }();

    std::string mission_for(const signature::PublicKey& kiosk, int until = 60) const {
        return MissionPaper{root.public_key().thumbprint(), "Mission of the test", kiosk, kDay0,
                            day(until)}
            .issue(root);
    }
    // The roster as it stands.
    Papers papers_for(const signature::PublicKey& kiosk, int mission_until = 60) const {
        return {root.public_key().jwk(), roster.issue(root), mission_for(kiosk, mission_until)};
    }
    // The next one, for what was changed since.
    void renumber() { ++roster.number; }
};

inline Member member(const signature::PublicKey& key, model::Role role = model::Role::Interviewer) {
    return {"Member of the test", role, "Delegation of the test", key};
}

}  // namespace sightline::identity::papers
