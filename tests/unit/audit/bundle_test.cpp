#include "storage/audit/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "storage/audit/text.h"
#include "storage/audit/verify_bundle.h"
#include "tests/support/audit_log.h"

namespace sightline::storage::audit {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using tests::AuditLog;

bool none(std::uint64_t) { return false; }

BundleReport verified(const std::string& bundle, const BundleTrust& trust = {}) {
    std::istringstream in(bundle);
    return verify_bundle(in, trust);
}
std::vector<std::string> findings(const BundleReport& report) {
    std::vector<std::string> texts;
    for (const Finding& finding : report.findings) texts.push_back(text_of(finding));
    return texts;
}
std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}
std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

// Five lines of checkpoint follow line 5, so the first leaf stands on line 11 of a bundle that has
// no earlier checkpoint.
constexpr std::size_t kFirstLeafLine = 11;

class BundleTest : public testing::Test {
  protected:
    // Leaf 4 is closed.
    std::string bundle() const {
        return log_.bundle(10, [](std::uint64_t i) { return i == 4; });
    }
    // The bundle with one of its lines (from 1) given to `change`.
    template <class Change>
    std::string with_line(std::size_t number, Change change) const {
        auto lines = lines_of(bundle());
        change(lines.at(number - 1));
        return joined(lines);
    }
    AuditLog log_{10};
    BundleTrust trust_{log_.key(), std::nullopt, {}};
};

TEST_F(BundleTest, AWholeLogIsFoundGood) {
    const auto report = verified(bundle(), trust_);
    EXPECT_THAT(findings(report), IsEmpty());
    EXPECT_TRUE(report.good());
    EXPECT_TRUE(report.key_was_given);
    EXPECT_EQ(report.coverage, Coverage::All);
    EXPECT_EQ(report.checkpoint->size, 10u);
    EXPECT_EQ(report.leaves, 10u);
    EXPECT_EQ(report.opened, 9u);
    EXPECT_EQ(report.closed, 1u);
    EXPECT_FALSE(verified(bundle()).key_was_given) << "the bundle then vouches for itself";
    EXPECT_TRUE(verified(bundle()).good());
}

TEST_F(BundleTest, LogsOfEverySizeAreFoundGood) {
    const AuditLog log(70);
    for (std::uint64_t n = 0; n <= 70; ++n) {
        const auto report = verified(log.bundle(n, none), {log.key(), std::nullopt, {}});
        ASSERT_THAT(findings(report), IsEmpty()) << n;
        ASSERT_EQ(report.opened, n);
        std::vector<std::uint64_t> some;
        for (std::uint64_t i = 0; i < n; i += 3) some.push_back(i);
        const auto partial = verified(log.partial_bundle(n, some, log.earlier(n / 2, n)),
                                      {log.key(), log.note(n / 2), {}});
        ASSERT_THAT(findings(partial), IsEmpty()) << n;
        ASSERT_EQ(partial.opened, some.size());
    }
}

// Nothing in a bundle is decoration: no byte may change unnoticed.
TEST_F(BundleTest, AnyByteChangedIsFound) {
    const std::string whole = log_.bundle(
        10, [](std::uint64_t i) { return i == 4; }, log_.earlier(6, 10));
    const std::string partial = log_.partial_bundle(10, {2, 3, 9}, log_.earlier(7, 10));
    for (const std::string& good : {whole, partial}) {
        ASSERT_TRUE(verified(good, trust_).good());
        for (std::size_t i = 0; i < good.size(); ++i) {
            std::string changed = good;
            changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
            ASSERT_FALSE(verified(changed, trust_).good()) << "byte " << i << " of\n" << changed;
            ASSERT_FALSE(verified(changed).good()) << "byte " << i << ", no key given";
        }
    }
}

TEST_F(BundleTest, AnyEndMissingIsFound) {
    const std::string good = bundle();
    for (std::size_t size = 0; size < good.size(); ++size) {
        const auto report = verified(good.substr(0, size), trust_);
        ASSERT_FALSE(report.good()) << size;
        ASSERT_THAT(findings(report).back(), HasSubstr("cut off")) << size;
    }
    EXPECT_THAT(findings(verified(good + "x\n", trust_)),
                ElementsAre("line 22: something stands after the end"));
    EXPECT_THAT(findings(verified(good + "x", trust_)),
                ElementsAre("line 22: something stands after the end"));
}

TEST_F(BundleTest, SaysWhichOpenedLeafWasChanged) {
    const auto changed_event = with_line(kFirstLeafLine + 7, [](std::string& line) {
        line.replace(line.find("staff:0042"), 10, "staff:0043");
    });
    EXPECT_THAT(findings(verified(changed_event, trust_)),
                ElementsAre("line 18, leaf 7: the salt and the event do not give the commitment: "
                            "one of them was changed"));
    EXPECT_EQ(verified(changed_event, trust_).opened, 8u);

    const auto changed_commitment = with_line(kFirstLeafLine + 7, [&](std::string& line) {
        const auto old = to_base64(log_.entries()[7].commitment);
        line.replace(line.find(old), old.size(), to_base64(log_.entries()[8].commitment));
    });
    EXPECT_THAT(findings(verified(changed_commitment, trust_)),
                ElementsAre(StartsWith("line 18, leaf 7: the salt and the event"),
                            StartsWith("the leaves do not give the checkpoint's root")));
}

TEST_F(BundleTest, ALieToldConsistentlyInOneLeafBreaksTheRoot) {
    AuditLog other(10);
    const std::string forged_event = *canonical(
        {EventTime{std::chrono::milliseconds(1)}, "nobody", Action::BackupMade, "", "forged"});
    const Salt salt{};
    const auto forged = with_line(kFirstLeafLine + 7, [&](std::string& line) {
        line = "leaf 7 " + to_base64(commitment(salt, forged_event)) + " " + to_base64(salt) + " " +
               forged_event;
    });
    EXPECT_THAT(findings(verified(forged, trust_)),
                ElementsAre("the leaves do not give the checkpoint's root: a commitment was "
                            "changed, and no opened leaf shows which"));
}

TEST_F(BundleTest, SaysWhereLeavesAreMissingRepeatedOrSwapped) {
    auto lines = lines_of(bundle());
    lines.erase(lines.begin() + kFirstLeafLine + 2);  // leaf 3
    EXPECT_THAT(findings(verified(joined(lines), trust_)),
                ElementsAre("line 14, leaf 4: leaf 3 was due here: leaves are missing, repeated or "
                            "out of order",
                            "line 20: the end must count 9 leaves"));
    lines = lines_of(bundle());
    lines.insert(lines.begin() + kFirstLeafLine + 2, lines[kFirstLeafLine + 2]);
    EXPECT_THAT(findings(verified(joined(lines), trust_)),
                ElementsAre(StartsWith("line 15, leaf 3: leaf 4 was due here"),
                            "line 22: the end must count 11 leaves"));
    lines = lines_of(bundle());
    std::swap(lines[kFirstLeafLine + 2], lines[kFirstLeafLine + 3]);
    EXPECT_THAT(findings(verified(joined(lines), trust_)),
                ElementsAre(StartsWith("line 14, leaf 4: leaf 3 was due here"),
                            StartsWith("line 15, leaf 3: leaf 5 was due here"),
                            StartsWith("line 16, leaf 5: leaf 4 was due here")));
    lines = lines_of(bundle());
    lines.erase(lines.end() - 2);  // leaf 9
    lines.back() = "end 9";
    EXPECT_THAT(findings(verified(joined(lines), trust_)),
                ElementsAre("the bundle has 9 leaves, the checkpoint 10: leaves are missing"));
    lines = lines_of(bundle());
    lines.back() = lines[lines.size() - 2];
    lines.back().replace(0, 6, "leaf 10");
    lines.emplace_back("end 11");
    EXPECT_THAT(findings(verified(joined(lines), trust_)),
                ElementsAre("line 21, leaf 10: the checkpoint has only 10 leaves"));
}

TEST_F(BundleTest, SaysWhatCannotBeReadOnALine) {
    for (const auto& [line, why] : std::vector<std::pair<std::string, std::string>>{
             {"leaf", "line 14: the line must begin with"},
             {"leaf x", "line 14: the leaf's index is not"},
             {"leaf 03 AA==", "line 14: the leaf's index is not"},
             {"leaf 3", "line 14, leaf 3: the commitment is not"},
             {"leaf 3 AAAA", "line 14, leaf 3: the commitment is not"},
             {"", "line 14: the line must begin with"},
             {"lost", "line 14: the line must begin with"}}) {
        const auto changed =
            with_line(kFirstLeafLine + 3, [&now = line](std::string& old) { old = now; });
        EXPECT_THAT(findings(verified(changed, trust_)).front(), StartsWith(why)) << line;
    }
    const std::string start = "leaf 3 " + to_base64(log_.entries()[3].commitment);
    for (const char* rest : {" ", " AAAA", " AAAA {}", "  {}"}) {
        const auto changed =
            with_line(kFirstLeafLine + 3, [&](std::string& old) { old = start + rest; });
        EXPECT_THAT(findings(verified(changed, trust_)),
                    ElementsAre("line 14, leaf 3: the salt is not the base64 of 16 bytes"));
    }
    const auto endless =
        with_line(kFirstLeafLine + 3, [](std::string& old) { old.append(200'000, 'x'); });
    EXPECT_THAT(findings(verified(endless, trust_)),
                ElementsAre(StartsWith("line 14: the line is longer than 128 KiB")));
}

TEST_F(BundleTest, AnEventThatIsTrueToItsCommitmentMustStillBeAnEvent) {
    AuditLog log(2);
    std::ostringstream out;
    tests::MemoryTree tree;
    const Salt salt{};
    const std::string event = "{\"at\":1}";
    const Hash leaf = commitment(salt, event);
    tree.append(leaf_hash(leaf));
    const auto note = *sign_note(*write_checkpoint({log.key().name, 1, tree.frontier().root(), {}}),
                                 log.signing_key());
    auto writer = *BundleWriter::start(out, Coverage::All, log.key(), note);
    writer.leaf(0, leaf, Opening{salt, event});
    ASSERT_TRUE(writer.finish());
    EXPECT_THAT(findings(verified(out.str())),
                ElementsAre("line 11, leaf 0: read audit event: it lacks at, actor, action, "
                            "subject or detail"));
}

TEST_F(BundleTest, RefusesAnotherLogsKey) {
    const AuditLog other(10, 2);
    const auto report = verified(bundle(), {other.key(), std::nullopt, {}});
    EXPECT_FALSE(report.checkpoint) << "nothing that is not signed may be used";
    EXPECT_THAT(
        findings(report),
        ElementsAre(AllOf(StartsWith("line 4: "), HasSubstr("is not the one that was given")),
                    AllOf(StartsWith("line 6: "), HasSubstr("no signature by a key"))));
    EXPECT_TRUE(verified(other.bundle(10, none)).good()) << "which is why a key should be given";
}

TEST_F(BundleTest, SaysWhatIsWrongWithTheHead) {
    const auto with = [&](std::size_t number, const std::string& now) {
        const auto found =
            findings(verified(with_line(number, [&](std::string& line) { line = now; }), trust_));
        return found.empty() ? std::string("nothing found") : found.front();
    };
    EXPECT_THAT(with(1, "sightline-audit-bundle/v2"),
                StartsWith("line 1: this is no audit bundle"));
    EXPECT_THAT(with(2, "covers"), StartsWith("line 2: the line must begin with \"covers \""));
    EXPECT_THAT(with(2, "covers most"), StartsWith("line 2: a bundle covers all or some"));
    EXPECT_THAT(with(3, "origin other"), StartsWith("line 4: the key is named"));
    EXPECT_THAT(with(4, "key x"), StartsWith("line 4: read verifier key"));
    EXPECT_THAT(with(5, "checkpoint 3"), StartsWith("line 6: the checkpoint: read signed note"));
    EXPECT_THAT(with(5, "checkpoint 999999"),
                StartsWith("line 5: there must be a number of lines"));
    EXPECT_THAT(with(5, "checkpoint 6"), StartsWith("line 6: the checkpoint: read signed note"));
    EXPECT_THAT(with(7, "11"), HasSubstr("it was changed"));
    EXPECT_THAT(findings(verified("")), ElementsAre(HasSubstr("cut off")));
}

TEST_F(BundleTest, FindsThatTheLogGrewFromTheCheckpointThatWasKept) {
    for (const std::uint64_t size : {0, 1, 4, 7, 10}) {
        trust_.kept_note = log_.note(size);
        const auto whole = verified(bundle(), trust_);
        EXPECT_THAT(findings(whole), IsEmpty()) << size;
        EXPECT_THAT(whole.grown_from, ElementsAre(size));
        const auto partial =
            verified(log_.partial_bundle(10, {1, 8}, log_.earlier(size, 10)), trust_);
        EXPECT_THAT(findings(partial), IsEmpty()) << size;
        EXPECT_THAT(partial.grown_from, testing::Contains(size));
    }
}

TEST_F(BundleTest, FindsThatHistoryWasRewrittenSinceTheCheckpointThatWasKept) {
    AuditLog rewritten(4);
    rewritten.append("another history");
    for (int i = 0; i < 5; ++i) rewritten.append("more");
    trust_.kept_note = log_.note(7);
    EXPECT_THAT(findings(verified(rewritten.bundle(10, none), trust_)),
                ElementsAre("the first 7 leaves do not give the root of the checkpoint you kept: "
                            "they were changed since"));
    EXPECT_THAT(findings(verified(rewritten.partial_bundle(10, {1}), trust_)),
                ElementsAre(HasSubstr("no proof that the log grew from it: ask for one")));
    EXPECT_THAT(
        findings(verified(rewritten.partial_bundle(10, {1}, rewritten.earlier(7, 10)), trust_)),
        ElementsAre(HasSubstr("another root: leaves were changed")));
    trust_.kept_note = log_.note(10);
    EXPECT_THAT(findings(verified(rewritten.bundle(10, none), trust_)),
                ElementsAre(HasSubstr("another root: leaves were changed")));
    EXPECT_THAT(findings(verified(log_.bundle(9, none), trust_)),
                ElementsAre("the checkpoint you kept has 10 leaves, this one only 9: leaves were "
                            "removed"));
    const AuditLog stranger(10, 2);
    trust_.kept_note = stranger.note(7);
    EXPECT_THAT(findings(verified(bundle(), trust_)),
                ElementsAre(StartsWith("the checkpoint you kept: verify signed note")));
}

TEST_F(BundleTest, FindsAnEarlierCheckpointThatTheProofDoesNotLeadFrom) {
    auto lines = lines_of(log_.partial_bundle(10, {1}, log_.earlier(6, 10)));
    ASSERT_EQ(lines[10], "earlier 5");
    ASSERT_THAT(lines[16], StartsWith("consistency "));
    lines[17] = to_base64(Hash{});
    EXPECT_THAT(findings(verified(joined(lines), trust_)),
                ElementsAre(StartsWith("line 17: consistency of a tree of 6 leaves with a later")));
    lines[17] = "AAAA";
    EXPECT_THAT(findings(verified(joined(lines), trust_)),
                ElementsAre(StartsWith("line 18: the line must be the base64")));
}

TEST_F(BundleTest, AsksForTheCosignaturesOfTheWitnesses) {
    const auto hub = *SigningKey::from_seed("hub.example", KeyType::Cosignature,
                                            base::Secret(base::Bytes(32, 3)));
    const std::chrono::sys_seconds at{std::chrono::seconds(1'700'000'000)};
    std::ostringstream out;
    auto writer = *BundleWriter::start(out, Coverage::Some, log_.key(),
                                       *add_signature(log_.note(10), hub, at));
    ASSERT_TRUE(writer.finish());
    trust_.witnesses = {hub.verifier()};
    const auto report = verified(out.str(), trust_);
    EXPECT_THAT(findings(report), IsEmpty());
    ASSERT_EQ(report.witnessed.size(), 1u);
    EXPECT_EQ(report.witnessed[0].at, at);
    EXPECT_THAT(findings(verified(bundle(), trust_)),
                ElementsAre(StartsWith("line 6: the witness hub.example: ")));
}

TEST_F(BundleTest, KeepsABoundedNumberOfFindings) {
    auto lines = lines_of(bundle());
    for (int i = 0; i < 1000; ++i) lines.insert(lines.end() - 1, "noise");
    const auto report = verified(joined(lines), trust_);
    EXPECT_EQ(report.findings.size(), kMaxFindings);
    EXPECT_EQ(report.findings_in_all, 1000u);
}

TEST_F(BundleTest, TheWriterRefusesWhatWouldBeFoundFaulty) {
    std::ostringstream out;
    const AuditLog other(10, 2);
    EXPECT_FALSE(BundleWriter::start(out, Coverage::All, other.key(), log_.note(10)));
    EXPECT_FALSE(BundleWriter::start(out, Coverage::All, log_.key(), log_.note(10),
                                     Earlier{log_.note(6), {}}));
    EXPECT_EQ(out.str(), "");
    auto writer = *BundleWriter::start(out, Coverage::All, log_.key(), log_.note(10));
    EXPECT_EQ(writer.finish().error().code, base::Errc::Conflict);
    auto full = *BundleWriter::start(out, Coverage::Some, log_.key(), log_.note(10));
    out.setstate(std::ios::badbit);
    EXPECT_EQ(full.finish().error().code, base::Errc::Unavailable);
}

// A large log is read in chunks; a line must survive standing across two of them.
TEST(BundleReading, LinesMayStandAcrossChunks) {
    AuditLog log(0);
    for (int i = 0; i < 2000; ++i) log.append(std::string(static_cast<std::size_t>(i % 700), 'd'));
    const auto report = verified(log.bundle(2000, [](std::uint64_t i) { return i % 7 == 0; }),
                                 {log.key(), log.note(1234), {}});
    EXPECT_THAT(findings(report), IsEmpty());
    EXPECT_EQ(report.leaves, 2000u);
    EXPECT_EQ(report.closed, 286u);
}

}  // namespace
}  // namespace sightline::storage::audit
