// A circle as a round of sync sees it: what one bad site can do to the others.
#include "appliance/kiosk/circle_site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "tests/support/dossier_sites.h"

namespace sightline::kiosk {
namespace {

using testing::HasSubstr;
using testing::Not;

// An op of a site that has a key in the circle and nothing else of a kiosk.
sync::Op op_by(const sync::Signer& signer, sync::ChainId chain, std::uint64_t seq,
               const sync::OpHash& previous) {
    const auto dossier = sync::Pseudonym::from_value(0xd055);
    return sync::Op::sign({chain, seq, previous, dossier, {}, {}}, "sealed to nobody", signer)
        .value();
}

TEST(CircleSite, IsKeptFromNobodyByASiteThatSendsWhatItDidNotSign) {
    tests::DossierCircle circle;
    const auto bad_key = signature::DeviceKey::random(), other_key = signature::DeviceKey::random();
    const sync::DeviceSigner bad(bad_key), other(other_key);
    const auto bad_site = sync::SiteId::random(), other_site = sync::SiteId::random();
    for (const auto& [site, key] : {std::pair(bad_site, &bad_key), {other_site, &other_key}}) {
        circle.list.sites.push_back({site, "Office " + site.brief(), key->public_key(),
                                     signature::SealingKey::random().public_key()});
    }
    ++circle.list.number;
    circle.a.sync().take_list(circle.list.issue(circle.root).value(), tests::staff(1)).value();

    const sync::ChainId bad_chain{bad_site, 1}, other_chain{other_site, 1};
    const sync::Op forged = op_by(other, bad_chain, 1, {});  // by a key that is not the site's
    const sync::Op after = op_by(bad, bad_chain, 2, forged.hash());
    const sync::Op good = op_by(other, other_chain, 1, {});
    CircleSite site(*circle.a.desk, circle.a.sync().circle().site, [] {
        return Now{{}, tests::moment(50)};
    });
    ASSERT_TRUE(site.take_ops({forged.text(), after.text(), good.text()}));
    EXPECT_EQ(circle.a.sync().marks().at(other_chain), 1U);
    EXPECT_FALSE(circle.a.sync().marks().contains(bad_chain));
    // So that the hub sends no more of it in this round.
    EXPECT_EQ(site.marks().at(bad_chain), sync::kMaxNumber);
    EXPECT_THAT(boost::json::serialize(circle.a.sync().status()),
                HasSubstr("nothing new of it is taken"));

    // It is asked again in the next one, and taken once it is right.
    CircleSite next(*circle.a.desk, circle.a.sync().circle().site, [] {
        return Now{{}, tests::moment(60)};
    });
    EXPECT_FALSE(next.marks().contains(bad_chain));
    ASSERT_TRUE(next.take_ops({op_by(bad, bad_chain, 1, {}).text(), after.text()}));
    EXPECT_EQ(circle.a.sync().marks().at(bad_chain), 2U);
    EXPECT_THAT(boost::json::serialize(circle.a.sync().status()),
                Not(HasSubstr("nothing new of it is taken")));
}

}  // namespace
}  // namespace sightline::kiosk
