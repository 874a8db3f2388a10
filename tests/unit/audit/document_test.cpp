// storage/AUDIT.md gives a worked example, so that others can write a verifier. Here it is made
// again from its inputs, and verified as it stands in the document.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <numeric>
#include <sstream>

#include "appliance/base/hex.h"
#include "storage/audit/frontier.h"
#include "storage/audit/verify_bundle.h"

namespace sightline::storage::audit {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

std::string document() {
    std::ifstream in(SOURCE_ROOT "/storage/AUDIT.md", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The fenced block that begins with this line.
std::string block(const std::string& text, const std::string& first_line) {
    const std::size_t begin = text.find("```\n" + first_line + "\n");
    if (begin == std::string::npos) return "";
    const std::size_t end = text.find("```", begin + 4);
    return text.substr(begin + 4, end - begin - 4);
}

Salt salt_from(std::uint8_t first) {
    Salt salt;
    std::iota(salt.begin(), salt.end(), first);
    return salt;
}

struct Example {
    Example() {
        base::Bytes seed(32);
        std::iota(seed.begin(), seed.end(), std::uint8_t{0});
        const auto key =
            *SigningKey::from_seed("kiosk.example/audit", KeyType::Ed25519, base::Secret(seed));
        const std::vector<Event> events = {
            {EventTime{milliseconds(1'700'000'000'000)}, "device:kiosk-1", Action::StoreUnlocked,
             "", ""},
            {EventTime{milliseconds(1'700'000'060'000)}, "staff:0042", Action::DossierOpened,
             "00c0ffee00c0ffee", "interview"},
            {EventTime{milliseconds(1'700'000'120'000)}, "staff:0042", Action::DossierErased,
             "00c0ffee00c0ffee", "on request, \"form 7\""}};
        Frontier tree;
        std::vector<Hash> leaves;
        std::vector<std::string> notes;
        std::ostringstream lines;
        for (std::size_t i = 0; i < events.size(); ++i) {
            salts.push_back(salt_from(static_cast<std::uint8_t>(16 * i)));
            bytes.push_back(*canonical(events[i]));
            commitments.push_back(commitment(salts[i], bytes[i]));
            leaves.push_back(leaf_hash(commitments[i]));
            tree.append(leaves[i]);
            notes.push_back(
                *sign_note(*write_checkpoint({key.verifier().name, i + 1, tree.root(), {}}), key));
            lines << "commitment " << i << "  " << base::to_hex(commitments[i]) << "\n"
                  << "leaf hash  " << i << "  " << base::to_hex(leaves[i]) << "\n";
        }
        const Hash left = node_hash(leaves[0], leaves[1]);
        lines << "node 0-1      " << base::to_hex(left) << "\n"
              << "root of 3     " << base::to_hex(tree.root()) << "\n";
        hashes = "event 1       " + bytes[1] + "\n" + lines.str();

        std::ostringstream out;
        auto writer = *BundleWriter::start(out, Coverage::All, key.verifier(), notes[2],
                                           Earlier{notes[0], {leaves[1], leaves[2]}});
        writer.leaf(0, commitments[0], Opening{salts[0], bytes[0]});
        writer.leaf(1, commitments[1], std::nullopt);
        writer.leaf(2, commitments[2], Opening{salts[2], bytes[2]});
        writer.finish().value();
        bundle = out.str();
    }
    std::vector<Salt> salts;
    std::vector<std::string> bytes;
    std::vector<Hash> commitments;
    std::string hashes;
    std::string bundle;
};

TEST(AuditDocument, GivesTheHashesOfItsExample) {
    const Example example;
    EXPECT_THAT(document(), HasSubstr("```\n" + example.hashes + "```\n"));
}

TEST(AuditDocument, GivesTheBundleOfItsExample) {
    const Example example;
    EXPECT_THAT(document(), HasSubstr("```\n" + example.bundle + "```\n"));
}

TEST(AuditDocument, ItsExampleIsFoundGood) {
    std::istringstream in(block(document(), std::string(kBundleFormat)));
    const auto report = verify_bundle(in);
    ASSERT_TRUE(report.good()) << text_of(report.findings.front());
    EXPECT_EQ(report.opened, 2u);
    EXPECT_EQ(report.closed, 1u);
    EXPECT_THAT(report.grown_from, testing::ElementsAre(1));
}

TEST(AuditDocument, NamesEveryAction) {
    const std::string text = document();
    for (std::size_t i = 0; i < kActions; ++i) {
        const auto name = name_of(static_cast<Action>(i));
        EXPECT_THAT(text, HasSubstr("`" + std::string(name) + "`"));
    }
}

}  // namespace
}  // namespace sightline::storage::audit
