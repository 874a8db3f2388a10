// A delegation's circle: what its root says, the newest of it, and the recovery key always.
#include "storage/sync/circle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/signature/shared_seal.h"
#include "tests/unit/sync/sites.h"

namespace sightline::storage::sync {
namespace {

using signature::DeviceKey;
using signature::SealingKey;

struct Delegation {
    DeviceKey root = DeviceKey::random();
    SealingKey recovery = SealingKey::random();
    std::array<DeviceKey, 2> devices{DeviceKey::random(), DeviceKey::random()};
    std::array<SealingKey, 2> sealing{SealingKey::random(), SealingKey::random()};

    CircleSite site(std::size_t i) const {
        return {SiteId::from_value(i + 1), "Site " + std::to_string(i), devices[i].public_key(),
                sealing[i].public_key()};
    }
    CircleSite removed(std::size_t i) const {
        CircleSite out = site(i);
        out.removed = true;
        return out;
    }
    CircleList list(std::uint64_t number, std::vector<CircleSite> sites) const {
        return {root.public_key().thumbprint(), number, recovery.public_key(), std::move(sites)};
    }
};

TEST(Circle, IsWhatTheRootHasSigned) {
    const Delegation d;
    const CircleList list = d.list(3, {d.site(0), d.site(1)});
    Circle circle(d.root.public_key());
    EXPECT_FALSE(circle.list());
    ASSERT_TRUE(circle.take(list.issue(d.root).value()));
    EXPECT_EQ(*circle.list(), list);
    EXPECT_THAT(circle.list()->recipients(),
                testing::ElementsAre(d.recovery.public_key(), d.sealing[0].public_key(),
                                     d.sealing[1].public_key()));
    EXPECT_EQ(*circle.list()->find(SiteId::from_value(2)), d.site(1));
    EXPECT_EQ(circle.list()->find(SiteId::from_value(3)), nullptr);
    EXPECT_EQ(circle.take(list.issue(DeviceKey::random()).value()).error().code,
              base::Errc::Forbidden);
    EXPECT_FALSE(circle.take(d.root.sign("{}", kCirclePurpose)));
}

TEST(Circle, GoesForwardOnly) {
    const Delegation d;
    Circle circle(d.root.public_key());
    const auto old = d.list(3, {d.site(0)}).issue(d.root).value();
    ASSERT_TRUE(circle.take(old));
    ASSERT_TRUE(circle.take(old));
    EXPECT_FALSE(circle.take(d.list(3, {d.site(0), d.site(1)}).issue(d.root).value()));
    ASSERT_TRUE(circle.take(d.list(4, {d.site(0), d.site(1)}).issue(d.root).value()));
    EXPECT_EQ(circle.take(old).error().code, base::Errc::Forbidden);
    EXPECT_EQ(circle.list()->number, 4u);
}

TEST(Circle, KeepsWhatASiteHasSignedGood) {
    const Delegation d;
    Circle circle(d.root.public_key());
    ASSERT_TRUE(circle.take(d.list(1, {d.site(0), d.removed(1)}).issue(d.root).value()));
    CircleSite changed = d.site(0);
    changed.signing = DeviceKey::random().public_key();
    for (const auto& sites : {std::vector{d.site(0)}, std::vector{changed, d.removed(1)},
                              std::vector{d.site(0), d.site(1)}}) {
        EXPECT_EQ(circle.take(d.list(2, sites).issue(d.root).value()).error().code,
                  base::Errc::Forbidden);
    }
    EXPECT_TRUE(circle.take(d.list(2, {d.removed(1), d.removed(0)}).issue(d.root).value()));
}

TEST(Circle, GivesTheRemovedNothingNewAndTheRecoveryKeyEverything) {
    const Delegation d;
    Circle circle(d.root.public_key());
    const SealingKey kiosk = SealingKey::random();
    const auto sealed_now = [&] {
        return JoseSealer(kiosk, circle.list()->recipients()).seal("dossier").value();
    };
    ASSERT_TRUE(circle.take(d.list(1, {d.site(0), d.site(1)}).issue(d.root).value()));
    EXPECT_TRUE(d.sealing[1].open_shared(sealed_now()));
    ASSERT_TRUE(circle.take(d.list(2, {d.site(0), d.removed(1)}).issue(d.root).value()));
    const auto after = sealed_now();
    EXPECT_EQ(d.sealing[1].open_shared(after).error().code, base::Errc::NotFound);
    EXPECT_TRUE(d.sealing[0].open_shared(after));
    EXPECT_TRUE(d.recovery.open_shared(after));
    EXPECT_TRUE(kiosk.open_shared(after));
    EXPECT_EQ(signature::recipients_of(after).value().front(),
              d.recovery.public_key().thumbprint());
}

TEST(Circle, IsNeverWithoutTheRecoveryKeyNorHasAKeyOrAnIdTwice) {
    const Delegation d;
    CircleList list = d.list(1, {});
    EXPECT_TRUE(list.issue(d.root));
    list.recovery = {};
    EXPECT_FALSE(list.issue(d.root));
    CircleSite recovering = d.site(0);
    recovering.sealing = d.recovery.public_key();
    EXPECT_FALSE(d.list(1, {recovering}).issue(d.root));
    CircleSite same_id = d.site(1);
    same_id.site = d.site(0).site;
    EXPECT_FALSE(d.list(1, {d.site(0), same_id}).issue(d.root));
    EXPECT_FALSE(d.list(1, {d.site(0), d.site(0)}).issue(d.root));
    CircleSite nameless = d.site(0);
    nameless.name = "";
    EXPECT_FALSE(d.list(1, {nameless}).issue(d.root));
    EXPECT_FALSE(d.list(0, {}).issue(d.root));
}

}  // namespace
}  // namespace sightline::storage::sync
