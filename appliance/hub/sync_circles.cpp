#include "appliance/hub/sync_circles.h"

namespace sightline::hub {

SyncCircles::SyncCircles(std::vector<signature::PublicKey> roots) {
    for (auto& root : roots) {
        const std::string delegation = root.thumbprint();
        circles_.emplace(delegation, Kept{storage::sync::Circle(std::move(root)), {}});
    }
}

base::Result<SyncCircles::Taken> SyncCircles::take(std::string_view jws) {
    // With every ticket all lists come from the database: those that are here cost no signature.
    for (const auto& [delegation, kept] : circles_) {
        if (kept.jws == jws) return Taken{delegation, kept.circle.list()->number};
    }
    base::Error last{base::Errc::Forbidden, "there is none"};
    for (auto& [delegation, kept] : circles_) {
        if (const auto ours = storage::sync::CircleList::verify(jws, kept.circle.root()); !ours) {
            last = ours.error();
            continue;
        }
        if (const auto taken = kept.circle.take(jws); !taken) return taken.error();
        kept.jws = jws;
        return Taken{delegation, kept.circle.list()->number};
    }
    return base::Error{last.code, "this hub relays for no delegation that signed this (" +
                                      last.text +
                                      "); the operator names its root with --sync-root"};
}

std::optional<SyncCircles::Member> SyncCircles::find(storage::sync::SiteId site) const {
    for (const auto& [delegation, kept] : circles_) {
        if (!kept.circle.list()) continue;
        const auto* found = kept.circle.list()->find(site);
        if (found != nullptr) return Member{*kept.circle.list(), *found, kept.jws};
    }
    return std::nullopt;
}

}  // namespace sightline::hub
