// What the pages' replica writes (appliance/web/src/sync) is taken, opened and merged here to the
// same state and digest: tests/vectors/sync_made_by_page.json. The other way round is
// appliance/web/test/unit/sync_*.test.ts.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "storage/sync/circle.h"
#include "storage/sync/jose_keys.h"
#include "storage/sync/replica.h"

namespace sightline::storage::sync {
namespace {

namespace json = boost::json;

json::object vectors(const std::string& name) {
    std::ifstream in(SIGHTLINE_VECTORS "/" + name);
    return json::parse(std::string(std::istreambuf_iterator<char>(in), {})).as_object();
}

std::string public_jwk(const json::value& secret) {
    json::object key = secret.as_object();
    key.erase("d");
    return json::serialize(key);
}

signature::PublicKey public_key(const json::value& secret) {
    return signature::PublicKey::parse(public_jwk(secret)).value();
}

struct Reader {
    json::object given = vectors("sync.json");
    json::object made = vectors("sync_made_by_page.json");
    json::object first = given.at("sites").at(0).as_object();
    signature::DeviceKey key =
        signature::DeviceKey::parse(base::Secret(json::serialize(first.at("signing")))).value();
    signature::SealingKey sealing =
        signature::SealingKey::parse(base::Secret(json::serialize(first.at("sealing")))).value();
    CircleList circle = CircleList::verify(std::string_view(made.at("circle").as_string()),
                                           public_key(given.at("root")))
                            .value();
    KnownKeys known{circle, public_key(given.at("hub"))};
    DeviceSigner signer{key};
    JoseSealer sealer{sealing, circle.recipients()};
    Replica replica{{SiteId::parse(std::string_view(first.at("site").as_string())).value(), 1},
                    signer,
                    sealer,
                    known};

    void take_all() {
        for (const json::value& text : made.at("ops").as_array()) {
            const auto arrival = replica.judge(std::string_view(text.as_string()));
            ASSERT_TRUE(arrival) << arrival.error().text;
            ASSERT_EQ(arrival->judgement.verdict, Verdict::Next);
            EXPECT_EQ(arrival->unreadable, "");
            replica.apply(*arrival);
        }
    }
};

TEST(PageVectors, AreTakenAndMakeTheSameState) {
    Reader reader;
    reader.take_all();
    const json::array& expected = reader.made.at("dossiers").as_array();
    ASSERT_EQ(reader.replica.dossiers().size(), expected.size());
    for (const json::value& each : expected) {
        const auto name = Pseudonym::parse(std::string_view(each.at("dossier").as_string()));
        const DossierHistory* history = reader.replica.dossier(name.value());
        ASSERT_NE(history, nullptr);
        const DossierState state = history->state();
        EXPECT_EQ(text_of(state.digest()), std::string_view(each.at("digest").as_string()));
        json::array heads;
        for (const OpHash& head : history->heads()) heads.emplace_back(text_of(head));
        EXPECT_EQ(heads, each.at("heads").as_array());
    }
}

TEST(PageVectors, ConflictsAndWithdrawalsAreSeenHereToo) {
    Reader reader;
    reader.take_all();
    const DossierState state = reader.replica.dossiers().begin()->second.state();
    EXPECT_EQ(state.conflicts(),
              (std::vector<std::string>{"decision/outcome", "persons/00000000000000a1"}));
    ASSERT_EQ(state.consents.size(), 1u);
    EXPECT_FALSE(state.consents.begin()->second.in_force());
    EXPECT_EQ(*state.fields.at("notes/0123456789abcdef/text").value(), "A note.");
}

// A recovery key and every site of the circle opens what a page has sealed.
TEST(PageVectors, AreSealedToTheWholeCircle) {
    const Reader reader;
    const Op op =
        Op::parse(std::string_view(reader.made.at("ops").at(0).as_string()), reader.known).value();
    std::vector<json::value> keys{reader.given.at("recovery")};
    for (const json::value& site : reader.given.at("sites").as_array()) {
        keys.push_back(site.at("sealing"));
    }
    for (const json::value& jwk : keys) {
        const auto key = signature::SealingKey::parse(base::Secret(json::serialize(jwk))).value();
        const auto opened = key.open_shared(op.sealed());
        ASSERT_TRUE(opened) << opened.error().text;
        EXPECT_TRUE(parse_content(opened->reveal_text(), op.envelope()));
    }
}

}  // namespace
}  // namespace sightline::storage::sync
