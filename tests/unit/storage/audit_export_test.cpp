#include "storage/audit_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "storage/audit/verify_bundle.h"
#include "storage/case_repository.h"
#include "storage/erasure.h"
#include "storage/site_key.h"
#include "storage/transaction.h"
#include "tests/support/open_store.h"

namespace sightline::storage {
namespace {

using base::Errc;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr model::RecordTime at(int s) { return model::RecordTime{std::chrono::seconds(s)}; }
const Said kSaid{"dpo 1", at(50)};

class AuditExportTest : public testing::Test {
  protected:
    base::DossierId a_case(const std::string& number) {
        return CaseRepository(*store_).create({{}, number, ""}, {"staff 1", at(1)}).value();
    }
    void erase(base::DossierId id) {
        ASSERT_TRUE(Erasure(*store_).erase({{id}, "request of the person", "dpo 1", at(100)}));
    }
    AuditExport whole(const std::optional<std::string>& earlier = std::nullopt) {
        out_.str("");
        return export_audit(*store_, out_, earlier, kSaid).value();
    }
    audit::BundleReport verified(const std::optional<std::string>& kept = std::nullopt) {
        std::istringstream in(out_.str());
        return audit::verify_bundle(in, {site_key(*store_).verifier(), kept, {}});
    }
    static std::vector<std::string> texts(const audit::BundleReport& report) {
        std::vector<std::string> texts;
        for (const auto& finding : report.findings) texts.push_back(audit::text_of(finding));
        return texts;
    }

    tests::OpenStore store_;
    std::ostringstream out_;
};

TEST_F(AuditExportTest, TheWholeLogVerifiesAndEndsWithItsOwnExport) {
    const auto first = a_case("1");
    a_case("2");
    const auto made = whole();
    const auto report = verified();
    EXPECT_THAT(texts(report), IsEmpty());
    EXPECT_EQ(report.leaves, store_->audit().frontier().size());
    EXPECT_EQ(report.opened, report.leaves);
    EXPECT_EQ(made.leaves, report.leaves);
    EXPECT_EQ(made.opened, report.opened);
    EXPECT_THAT(out_.str(), HasSubstr(made.checkpoint));
    EXPECT_THAT(out_.str(), HasSubstr(first.text()));
    EXPECT_THAT(out_.str(), HasSubstr(R"("action":"audit.exported","subject":"","detail":"all"})"));
}

TEST_F(AuditExportTest, AnErasureClosesItsLeavesAndTheKeptCheckpointStillLeadsThere) {
    const auto gone = a_case("1");
    a_case("2");
    const auto before = whole();
    EXPECT_THAT(out_.str(), HasSubstr(gone.text()));
    erase(gone);
    const auto after = whole(before.checkpoint);
    const auto report = verified(before.checkpoint);
    EXPECT_THAT(texts(report), IsEmpty());
    EXPECT_EQ(report.closed, 1u) << "its creation, of which nobody knows any more what it was";
    EXPECT_EQ(after.opened + 1, after.leaves);
    EXPECT_THAT(report.grown_from, testing::Contains(before.leaves));
    EXPECT_THAT(out_.str(), HasSubstr("dossier.erased"));
}

TEST_F(AuditExportTest, ADossiersOwnLeavesProveTheirPlaces) {
    const auto mine = a_case("1");
    const auto other = a_case("2");
    const auto before = whole();
    ASSERT_TRUE(CaseRepository(*store_).open(mine, {"staff 1", at(2)}));
    out_.str("");
    const auto made = export_dossier_audit(*store_, mine, out_, before.checkpoint, kSaid);
    ASSERT_TRUE(made) << made.error().text;
    const auto report = verified(before.checkpoint);
    EXPECT_THAT(texts(report), IsEmpty());
    EXPECT_EQ(report.coverage, audit::Coverage::Some);
    EXPECT_EQ(report.opened, 3u) << "created, opened, exported";
    EXPECT_EQ(made->leaves, 3u);
    EXPECT_THAT(out_.str(), Not(HasSubstr(other.text())));
}

TEST_F(AuditExportTest, ALogOfSeveralTilesVerifiesAgainstACheckpointAmidOne) {
    const auto id = a_case("1");
    const auto fill = [&](int leaves) {
        store_->write([&](Transaction& transaction) {
            for (int i = 0; i < leaves; ++i) {
                transaction.audit(at(i), "staff 1", audit::Action::DossierOpened,
                                  i % 3 == 0 ? std::optional(id) : std::nullopt, "");
            }
        });
    };
    fill(700);
    const auto before = whole();
    fill(1500);
    whole(before.checkpoint);
    EXPECT_THAT(texts(verified(before.checkpoint)), IsEmpty());
    EXPECT_EQ(verified().opened, 2203u);
    erase(id);
    whole(before.checkpoint);
    EXPECT_THAT(texts(verified(before.checkpoint)), IsEmpty());
    EXPECT_EQ(verified().closed, 735u) << "a third of them, and the creation";
}

TEST_F(AuditExportTest, RefusesAnEarlierCheckpointThatIsNotOurs) {
    tests::OpenStore other;
    const auto theirs = sign_checkpoint(*other);
    const auto refused = export_audit(*store_, out_, theirs, kSaid);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::Unauthorized);
    EXPECT_THAT(refused.error().text, HasSubstr("not signed by this site"));
    EXPECT_EQ(export_audit(*store_, out_, "rubbish", kSaid).error().code, Errc::Malformed);
    const auto certificate = sign_note(*store_, "something else\n");
    EXPECT_THAT(export_audit(*store_, out_, certificate, kSaid).error().text,
                HasSubstr("is none, though this site signed it"));
    EXPECT_THAT(out_.str(), IsEmpty());
}

TEST_F(AuditExportTest, SaysThatTheStoreWasSetBackWhenACheckpointIsAheadOfIt) {
    a_case("1");
    whole();  // makes the site's key
    store_.close();
    const auto copy = store_.directory() / "copy";
    std::filesystem::copy_file(store_.file(), copy);
    store_.restart();
    a_case("2");
    a_case("3");
    const auto ahead = sign_checkpoint(*store_);
    store_.close();
    std::filesystem::copy_file(copy, store_.file(),
                               std::filesystem::copy_options::overwrite_existing);
    store_.restart();
    const auto shorter = export_audit(*store_, out_, ahead, kSaid);
    ASSERT_FALSE(shorter);
    EXPECT_THAT(shorter.error().text, HasSubstr("set back to a backup"));
    a_case("4");
    a_case("5");
    const auto another_way = export_audit(*store_, out_, ahead, kSaid);
    ASSERT_FALSE(another_way);
    EXPECT_THAT(another_way.error().text, HasSubstr("gone another way"));
}

TEST_F(AuditExportTest, ADossierThatIsNotThereHasNoLog) {
    const auto id = base::DossierId::from_value(99);
    EXPECT_EQ(export_dossier_audit(*store_, id, out_, std::nullopt, kSaid).error().code,
              Errc::NotFound);
}

TEST_F(AuditExportTest, AStreamThatTakesNoMoreIsAnError) {
    out_.setstate(std::ios::badbit);
    EXPECT_EQ(export_audit(*store_, out_, std::nullopt, kSaid).error().code, Errc::Unavailable);
}

TEST_F(AuditExportTest, NoticesAnOpeningThatSomebodyMoved) {
    a_case("1");
    a_case("2");
    SQLite::Database other(store_.file().string(), SQLite::OPEN_READWRITE);
    ASSERT_EQ(other.exec("UPDATE audit_leaf SET opening = (SELECT opening FROM audit_leaf WHERE "
                         "seq = 0) WHERE seq = 1"),
              1);
    EXPECT_THROW((void)export_audit(*store_, out_, std::nullopt, kSaid), StorageError);
}

}  // namespace
}  // namespace sightline::storage
