// An op as bytes: one spelling, signed by its site, and its sealed part is the one that was signed.
#include "storage/sync/op.h"

#include <gtest/gtest.h>

#include "tests/unit/sync/sites.h"

namespace sightline::storage::sync {
namespace {

Envelope first(const Sites& sites) { return {{sites.ids[0], 1}, 1, {}, kDossier, {}, {}}; }

TEST(Op, IsReadAsItWasSigned) {
    const Sites sites;
    Envelope envelope = first(sites);
    envelope.parents = {OpHash{3}, OpHash{1}};
    const Op made = Op::sign(envelope, "sealed", sites.signers[0]).value();
    const Op read = Op::parse(made.text(), sites.known).value();
    EXPECT_EQ(read.envelope(), made.envelope());
    EXPECT_EQ(read.hash(), made.hash());
    EXPECT_EQ(read.sealed(), "sealed");
    EXPECT_EQ(read.envelope().parents, (std::vector<OpHash>{OpHash{1}, OpHash{3}}));
}

// From an ECDSA signature (r, s) anybody can make (r, -s): the op is the same one.
TEST(Op, HashDoesNotDependOnTheSignature) {
    const Sites sites;
    const Op once = Op::sign(first(sites), "sealed", sites.signers[0]).value();
    const Op again = Op::sign(first(sites), "sealed", sites.signers[0]).value();
    EXPECT_NE(once.text(), again.text());
    EXPECT_EQ(once.hash(), again.hash());
}

TEST(Op, OfAnUnknownOrAnotherSiteIsRefused) {
    const Sites sites;
    Envelope envelope = first(sites);
    const Op forged = Op::sign(envelope, "sealed", sites.signers[1]).value();
    EXPECT_EQ(Op::parse(forged.text(), sites.known).error().code, base::Errc::Forbidden);
    envelope.chain.site = SiteId::from_value(99);
    const Op unknown = Op::sign(envelope, "sealed", sites.signers[0]).value();
    EXPECT_EQ(Op::parse(unknown.text(), sites.known).error().code, base::Errc::Unauthorized);
}

TEST(Op, WithAnotherSealedPartIsRefused) {
    const Sites sites;
    const Op op = Op::sign(first(sites), "sealed", sites.signers[0]).value();
    const std::string envelope = op.text().substr(0, op.text().find('\n'));
    EXPECT_EQ(Op::parse(envelope + "\nsealef", sites.known).error().code, base::Errc::Forbidden);
    EXPECT_EQ(Op::parse(envelope + "\n", sites.known).error().code, base::Errc::Malformed);
    EXPECT_EQ(Op::parse(envelope, sites.known).error().code, base::Errc::Malformed);
    EXPECT_EQ(Op::parse(op.text() + "\n", sites.known).error().code, base::Errc::Malformed);
}

TEST(Op, SignedForAnotherPurposeIsRefused) {
    const Sites sites;
    Envelope envelope = first(sites);
    envelope.sealed = audit::sha256({base::as_bytes("sealed")});
    const std::string text =
        sites.keys[0].sign(text_of(envelope), "sightline-receipt") + "\nsealed";
    EXPECT_EQ(Op::parse(text, sites.known).error().code, base::Errc::Forbidden);
}

TEST(Op, EnvelopeHasOneSpelling) {
    const Sites sites;
    const std::string text = text_of(first(sites));
    ASSERT_TRUE(parse_envelope(text));
    EXPECT_FALSE(parse_envelope(" " + text));
    for (const auto& [from, to] : {std::pair{R"("seq":1)", R"("seq":01)"},
                                   {R"("seq":1)", R"("seq":0)"},
                                   {R"("seq":1)", R"("seq":2)"},  // then there is one before it
                                   {R"("seq":1)", R"("seq":1,"seq":1)"},
                                   {R"("seq":1)", R"("seq":1.0)"},
                                   {R"("seq":1)", R"("seq":9007199254740993)"},
                                   {R"("seq":1)", R"("seq":1,"more":1)"},
                                   {R"("parents":[])", R"("parents":["x"])"},
                                   {"000000000000000a", "000000000000000A"},
                                   {"000000000000000a", "0000000000000000"}}) {
        std::string other = text;
        other.replace(other.find(from), std::string_view(from).size(), to);
        EXPECT_FALSE(parse_envelope(other)) << to;
    }
    Envelope twice = first(sites);
    twice.parents = {OpHash{1}, OpHash{1}};
    EXPECT_FALSE(parse_envelope(text_of(twice)));
    twice.parents = {OpHash{2}, OpHash{1}};
    EXPECT_FALSE(parse_envelope(text_of(twice)));
}

TEST(Op, IsBounded) {
    const Sites sites;
    EXPECT_EQ(
        Op::sign(first(sites), std::string(kMaxSealed + 1, 'x'), sites.signers[0]).error().code,
        base::Errc::TooLarge);
    EXPECT_FALSE(Op::sign(first(sites), "two\nlines", sites.signers[0]));
    Envelope wide = first(sites);
    for (std::uint8_t i = 0; i < kMaxParents; ++i) wide.parents.push_back(OpHash{i});
    const auto widest = Op::sign(wide, std::string(kMaxSealed, 'x'), sites.signers[0]);
    ASSERT_TRUE(widest);
    EXPECT_TRUE(Op::parse(widest->text(), sites.known));
    wide.parents.push_back(OpHash{200});
    EXPECT_FALSE(Op::sign(wide, "x", sites.signers[0]));
    EXPECT_EQ(
        Op::parse(widest->text() + std::string(kMaxEnvelopeJws, 'x'), sites.known).error().code,
        base::Errc::TooLarge);
}

TEST(Op, TellsTheHubNothingOfWhatItSays) {
    Sites sites;
    const auto made = sites.a.make(kDossier, setting("persons/1/name", "Q")).value();
    EXPECT_EQ(made.op.text().find("persons"), std::string::npos);
    const auto envelope = base::from_base64url(made.op.text().substr(
        made.op.text().find('.') + 1,
        made.op.text().rfind('.', made.op.text().find('\n')) - made.op.text().find('.') - 1));
    ASSERT_TRUE(envelope);
    EXPECT_EQ(base::as_text(*envelope), text_of(made.op.envelope()));
}

TEST(Receipt, IsTheHubsAlone) {
    const Sites sites;
    const Receipt receipt{{sites.ids[0], 1}, 3, OpHash{7}, 12};
    EXPECT_EQ(Receipt::verify(receipt.sign(sites.hub_signer), sites.known).value(), receipt);
    EXPECT_EQ(Receipt::verify(receipt.sign(sites.signers[0]), sites.known).error().code,
              base::Errc::Forbidden);
    EXPECT_FALSE(Receipt::verify(sites.hub.sign("{}", kReceiptPurpose), sites.known));
    EXPECT_FALSE(Receipt::verify(std::string(kMaxReceiptBytes + 1, 'x'), sites.known));
    EXPECT_FALSE(
        Receipt::verify(Receipt{{sites.ids[0], 1}, 0, {}, 1}.sign(sites.hub_signer), sites.known));
}

}  // namespace
}  // namespace sightline::storage::sync
