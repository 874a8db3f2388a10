#include "appliance/cli/audit_verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "storage/audit_export.h"
#include "storage/case_repository.h"
#include "storage/erasure.h"
#include "storage/site_key.h"
#include "tests/support/open_store.h"

namespace sightline::cli {
namespace {

using testing::HasSubstr;

constexpr model::RecordTime at(int s) { return model::RecordTime{std::chrono::seconds(s)}; }

class AuditVerifyTest : public testing::Test {
  protected:
    AuditVerifyTest() {
        storage::CaseRepository cases(*store_);
        cases.create({{}, "1", ""}, {"staff 1", at(1)}).value();
        gone_ = cases.create({{}, "2", ""}, {"staff 1", at(2)}).value();
        kept_ = write_bundle();
        put("kept", kept_);
        EXPECT_TRUE(storage::Erasure(*store_).erase({{gone_}, "retention", "dpo 1", at(3)}));
        write_bundle();
    }
    std::string write_bundle() {
        std::ofstream out(file("bundle"));
        return storage::export_audit(*store_, out, std::nullopt, {"dpo 1", at(4)})->checkpoint;
    }
    std::string file(const std::string& name) const { return store_.directory() / name; }
    void put(const std::string& name, const std::string& text) const {
        std::ofstream(file(name)) << text;
    }
    std::string key() { return storage::site_key(*store_).verifier().vkey(); }
    int verify(const std::optional<std::string>& key, const std::optional<std::string>& earlier) {
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const int code = verify_audit(file("bundle"), key, earlier);
        out_ = testing::internal::GetCapturedStdout();
        err_ = testing::internal::GetCapturedStderr();
        return code;
    }
    tests::OpenStore store_;
    base::DossierId gone_;
    std::string kept_, out_, err_;
};

TEST_F(AuditVerifyTest, SaysThatABundleIsGoodAndWhatIsClosedInIt) {
    EXPECT_EQ(verify(key(), file("kept")), 0) << out_ << err_;
    EXPECT_THAT(out_, HasSubstr("5 entries: 5 in this bundle, 4 opened, 1 closed or erased."));
    EXPECT_THAT(out_, HasSubstr("grown from the checkpoint of 3 entries. Good.\n"));
}

TEST_F(AuditVerifyTest, WithoutAKeySaysOnWhoseWordItIsGood) {
    EXPECT_EQ(verify(std::nullopt, std::nullopt), 0);
    EXPECT_THAT(out_, HasSubstr("which only the bundle itself says: " + key()));
}

TEST_F(AuditVerifyTest, NamesTheLeafThatSomebodyChanged) {
    std::ifstream in(file("bundle"));
    std::string text{std::istreambuf_iterator<char>(in), {}};
    text.replace(text.find("staff 1"), 7, "staff 2");
    put("bundle", text);
    EXPECT_EQ(verify(key(), std::nullopt), 1);
    EXPECT_THAT(out_, HasSubstr("leaf 0: "));
    EXPECT_THAT(out_, HasSubstr("NOT GOOD: 1 finding.\n"));
}

TEST_F(AuditVerifyTest, FindsALogThatIsNotTheOneOfLastTime) {
    tests::OpenStore other;
    EXPECT_EQ(verify(storage::site_key(*other).verifier().vkey(), std::nullopt), 1);
    EXPECT_THAT(out_, HasSubstr("Nothing in this bundle is proven"));
    put("kept", storage::sign_checkpoint(*other));
    EXPECT_EQ(verify(key(), file("kept")), 1);
}

TEST_F(AuditVerifyTest, SaysWhatItCannotRead) {
    EXPECT_EQ(verify("rubbish", std::nullopt), 2);
    EXPECT_THAT(err_, HasSubstr("NAME+ID+BASE64"));
    EXPECT_EQ(verify(key(), file("nothing")), 2);
    EXPECT_THAT(err_, HasSubstr("checkpoint of the last audit"));
    put("bundle", "");
    EXPECT_EQ(verify(key(), std::nullopt), 2);
    EXPECT_THAT(err_, HasSubstr("cannot be read or is empty"));
}

}  // namespace
}  // namespace sightline::cli
