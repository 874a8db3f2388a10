// Whom ops are sealed to: what the delegation's root says, the newest of it, and the recovery key
// always.
#include "storage/sync/recipients.h"

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
    SealingKey one = SealingKey::random();
    SealingKey two = SealingKey::random();

    RecipientList list(std::uint64_t number, std::vector<signature::PublicKey> members) const {
        return {root.public_key().thumbprint(), number, recovery.public_key(), std::move(members)};
    }
};

TEST(Recipients, AreWhatTheRootHasSigned) {
    const Delegation d;
    const RecipientList list = d.list(3, {d.one.public_key(), d.two.public_key()});
    Recipients site(d.root.public_key());
    EXPECT_FALSE(site.list());
    ASSERT_TRUE(site.take(list.issue(d.root).value()));
    EXPECT_EQ(*site.list(), list);
    EXPECT_THAT(site.list()->keys(), testing::ElementsAre(d.recovery.public_key(),
                                                          d.one.public_key(), d.two.public_key()));
    EXPECT_EQ(site.take(list.issue(DeviceKey::random()).value()).error().code,
              base::Errc::Forbidden);
    EXPECT_FALSE(site.take(d.root.sign("{}", kRecipientsPurpose)));
}

TEST(Recipients, GoForwardOnly) {
    const Delegation d;
    Recipients site(d.root.public_key());
    const auto old = d.list(3, {d.one.public_key()}).issue(d.root).value();
    ASSERT_TRUE(site.take(old));
    ASSERT_TRUE(site.take(old));
    EXPECT_FALSE(site.take(d.list(3, {d.two.public_key()}).issue(d.root).value()));
    ASSERT_TRUE(site.take(d.list(4, {d.two.public_key()}).issue(d.root).value()));
    EXPECT_EQ(site.take(old).error().code, base::Errc::Forbidden);
    EXPECT_EQ(site.list()->number, 4u);
}

TEST(Recipients, GiveTheRevokedNothingNewAndTheRecoveryKeyEverything) {
    const Delegation d;
    Recipients site(d.root.public_key());
    const SealingKey kiosk = SealingKey::random();
    const auto sealed_now = [&] {
        return JoseSealer(kiosk, site.list()->keys()).seal("dossier").value();
    };
    ASSERT_TRUE(
        site.take(d.list(1, {d.one.public_key(), d.two.public_key()}).issue(d.root).value()));
    EXPECT_TRUE(d.two.open_shared(sealed_now()));
    ASSERT_TRUE(site.take(d.list(2, {d.one.public_key()}).issue(d.root).value()));
    const auto after = sealed_now();
    EXPECT_EQ(d.two.open_shared(after).error().code, base::Errc::NotFound);
    EXPECT_TRUE(d.one.open_shared(after));
    EXPECT_TRUE(d.recovery.open_shared(after));
    EXPECT_TRUE(kiosk.open_shared(after));
    EXPECT_EQ(signature::recipients_of(after).value().front(),
              d.recovery.public_key().thumbprint());
}

TEST(Recipients, AreNeverWithoutTheRecoveryKeyNorTwiceTheSame) {
    const Delegation d;
    RecipientList list = d.list(1, {});
    EXPECT_TRUE(list.issue(d.root));
    list.recovery = {};
    EXPECT_FALSE(list.issue(d.root));
    EXPECT_FALSE(d.list(1, {d.recovery.public_key()}).issue(d.root));
    EXPECT_FALSE(d.list(1, {d.one.public_key(), d.one.public_key()}).issue(d.root));
    EXPECT_FALSE(d.list(0, {}).issue(d.root));
    std::vector<signature::PublicKey> many(kMaxRecipientMembers + 1, d.one.public_key());
    EXPECT_FALSE(d.list(1, many).issue(d.root));
}

}  // namespace
}  // namespace sightline::storage::sync
