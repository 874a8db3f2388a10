#include "appliance/cli/dossier_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "appliance/cli/commands.h"
#include "tests/support/temporary_directory.h"

namespace sightline::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class DossierCheckTest : public testing::Test {
  protected:
    int check(const std::string& text) {
        const std::string file = directory_.path() / "file";
        std::ofstream(file, std::ios::binary) << text;
        return check_file(file);
    }
    int check_file(const std::string& file) {
        const char* argv[] = {"sightline", "dossier", "check", file.c_str()};
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const int code = cli::run(4, argv);
        out_ = testing::internal::GetCapturedStdout();
        err_ = testing::internal::GetCapturedStderr();
        return code;
    }
    tests::TemporaryDirectory directory_;
    std::string out_, err_;
};

TEST_F(DossierCheckTest, SaysThatAFileIsGood) {
    EXPECT_EQ(check("case_number,individual_number\n123-45-67890,1-1\n123-45-67890,1-2\n"), 0);
    EXPECT_EQ(out_, "1 dossier with 2 persons can be imported. Good.\n");
}

TEST_F(DossierCheckTest, SaysWhatIsWrongByLineFieldAndReasonAndRepeatsNoValue) {
    EXPECT_EQ(check("case_number,individual_number,birth_date\n"
                    "123-45-67890,1-1,yesterday\n"
                    "123-45-67890,1-2,1984\n"),
              1);
    EXPECT_THAT(out_, AllOf(HasSubstr("refused: line 2: birth_date is no date"),
                            HasSubstr("doubt: line 2: case_number is incomplete"),
                            HasSubstr("1 dossier with 1 person can be imported. NOT GOOD: 1 "
                                      "refusal, 1 doubt.\n"),
                            Not(HasSubstr("yesterday"))));
}

TEST_F(DossierCheckTest, ReadsJsonToo) {
    EXPECT_EQ(check("\xEF\xBB\xBF {\"format\": \"sightline-dossier-1\", \"colour\": 1}"), 1);
    EXPECT_THAT(out_, HasSubstr("refused: dossier 1: /colour is no part of the form"));
}

TEST_F(DossierCheckTest, SaysWhatItCannotRead) {
    EXPECT_EQ(check_file("/nowhere"), 2);
    EXPECT_THAT(err_, HasSubstr("check /nowhere: it cannot be read or is empty"));
    EXPECT_EQ(check_file(directory_.path()), 2);
    EXPECT_EQ(check(""), 2);
    EXPECT_EQ(check("[{"), 2);
    EXPECT_THAT(err_, HasSubstr("line 1 is no JSON"));
    EXPECT_EQ(check("name,age\n"), 2);
    EXPECT_THAT(err_, HasSubstr("the column case_number is missing"));
}

}  // namespace
}  // namespace sightline::cli
