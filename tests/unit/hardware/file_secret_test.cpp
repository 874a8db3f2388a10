#include "hardware/file_secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "tests/support/temporary_directory.h"

namespace sightline::hardware {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using testing::ElementsAre;
using testing::HasSubstr;

class FileSecretTest : public testing::Test {
  protected:
    // Each call is what a restarted program would see.
    std::unique_ptr<FileSecret> open() {
        auto opened = FileSecret::open(directory_);
        if (!opened) throw std::runtime_error(opened.error().text);
        return std::move(*opened);
    }
    fs::path file(const char* name) const { return directory_ / name; }
    static mode_t mode_of(const fs::path& path) {
        struct stat status {};
        return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
    }
    static std::string text_of(const fs::path& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }

    tests::TemporaryDirectory temporary_;
    fs::path directory_ = temporary_.path() / "secrets";
    base::Secret auth_{std::string_view("0123456789abcdef0123456789abcdef")};
};

TEST_F(FileSecretTest, GivesBackAfterARestartWhatItMade) {
    const auto made = open()->create(7, auth_);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->reveal().size(), DeviceSecret::kSecretBytes);
    const auto read = open()->read(7, auth_);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->reveal_text(), made->reveal_text());
}

TEST_F(FileSecretTest, MakesADifferentSecretForEachEpoch) {
    const auto one = open()->create(1, auth_);
    const auto two = open()->create(2, auth_);
    ASSERT_TRUE(one && two);
    EXPECT_NE(one->reveal_text(), two->reveal_text());
}

TEST_F(FileSecretTest, LetsNobodyElseReadThem) {
    const mode_t before = ::umask(0);
    ASSERT_TRUE(open()->create(1, auth_));
    ASSERT_TRUE(open()->increment());
    ::umask(before);
    EXPECT_EQ(mode_of(directory_), 0700u);
    EXPECT_EQ(mode_of(file("epoch-1.secret")), 0600u);
    EXPECT_EQ(mode_of(file("counter")), 0600u);
}

TEST_F(FileSecretTest, RefusesASecondSecretForAnEpochAndKeepsTheFirst) {
    const auto secrets = open();
    const auto first = secrets->create(1, auth_);
    const auto second = secrets->create(1, auth_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::Conflict);
    const auto read = secrets->read(1, auth_);
    ASSERT_TRUE(first && read);
    EXPECT_EQ(read->reveal_text(), first->reveal_text());
}

TEST_F(FileSecretTest, HasNothingForAnEpochThatWasDestroyed) {
    const auto secrets = open();
    ASSERT_TRUE(secrets->create(1, auth_));
    ASSERT_TRUE(secrets->create(2, auth_));
    ASSERT_TRUE(secrets->destroy(1));
    const auto read = secrets->read(1, auth_);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::NotFound);
    EXPECT_TRUE(secrets->read(2, auth_));
    EXPECT_TRUE(secrets->destroy(1));
}

TEST_F(FileSecretTest, OverwritesWhatItDestroys) {
    const auto secrets = open();
    ASSERT_TRUE(secrets->create(1, auth_));
    fs::create_hard_link(file("epoch-1.secret"), temporary_.path() / "witness");
    ASSERT_TRUE(secrets->destroy(1));
    EXPECT_EQ(text_of(temporary_.path() / "witness"), std::string(32, '\0'));
}

TEST_F(FileSecretTest, DestroysWhatACrashLeftHalfWritten) {
    const auto secrets = open();
    std::ofstream(file("epoch-1.secret.new")) << "half of a secret";
    ASSERT_TRUE(secrets->destroy(1));
    EXPECT_TRUE(fs::is_empty(directory_));
    std::ofstream(file("epoch-2.secret.new")) << "half of a secret";
    EXPECT_TRUE(secrets->create(2, auth_));
    EXPECT_EQ(text_of(file("epoch-2.secret")).size(), 32u);
}

TEST_F(FileSecretTest, ListsEpochsInOrderAndNothingElse) {
    const auto secrets = open();
    for (const std::uint64_t epoch : {10u, 9u, 0u}) ASSERT_TRUE(secrets->create(epoch, auth_));
    ASSERT_TRUE(secrets->create(UINT64_MAX, auth_));
    ASSERT_TRUE(secrets->increment());
    for (const char* name : {"epoch-3.secret.new", "epoch-.secret", "epoch-04.secret",
                             "epoch-5x.secret", "epoch--6.secret", "other"}) {
        std::ofstream(file(name)) << "x";
    }
    const auto epochs = secrets->epochs();
    ASSERT_TRUE(epochs);
    EXPECT_THAT(*epochs, ElementsAre(0u, 9u, 10u, UINT64_MAX));
}

TEST_F(FileSecretTest, CountsUpAcrossRestarts) {
    EXPECT_EQ(open()->counter().value(), 0u);
    EXPECT_EQ(open()->increment().value(), 1u);
    EXPECT_EQ(open()->increment().value(), 2u);
    EXPECT_EQ(open()->counter().value(), 2u);
}

TEST_F(FileSecretTest, RefusesACounterThatIsDamagedRatherThanStartingAgain) {
    const auto secrets = open();
    ASSERT_TRUE(secrets->increment());
    fs::resize_file(file("counter"), 3);
    const auto next = secrets->increment();
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().code, Errc::Malformed);
    EXPECT_THAT(next.error().text, HasSubstr("3 bytes where 8 belong"));
}

TEST_F(FileSecretTest, RefusesASecretThatOthersCanRead) {
    const auto secrets = open();
    ASSERT_TRUE(secrets->create(1, auth_));
    fs::permissions(file("epoch-1.secret"), fs::perms::group_read, fs::perm_options::add);
    const auto read = secrets->read(1, auth_);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::Forbidden);
    EXPECT_THAT(read.error().text, HasSubstr("0600"));
    EXPECT_TRUE(secrets->destroy(1)) << "but it can be destroyed";
}

TEST_F(FileSecretTest, RefusesASymbolicLinkAndLeavesItsTargetAlone) {
    const auto secrets = open();
    const fs::path target = temporary_.path() / "target";
    std::ofstream(target) << std::string(32, 'x');
    fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write);
    fs::create_symlink(target, file("epoch-1.secret"));
    const auto read = secrets->read(1, auth_);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::Forbidden);
    EXPECT_THAT(read.error().text, HasSubstr("symbolic link"));
    EXPECT_EQ(secrets->create(1, auth_).error().code, Errc::Conflict);
    EXPECT_TRUE(secrets->destroy(1));
    EXPECT_EQ(text_of(target), std::string(32, 'x'));
    EXPECT_FALSE(fs::exists(fs::symlink_status(file("epoch-1.secret"))));
}

TEST_F(FileSecretTest, RefusesASecretOfAnotherSize) {
    const auto secrets = open();
    ASSERT_TRUE(secrets->create(1, auth_));
    fs::resize_file(file("epoch-1.secret"), 33);
    const auto read = secrets->read(1, auth_);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::Malformed);
}

TEST_F(FileSecretTest, RefusesADirectoryThatOthersCanRead) {
    fs::create_directory(directory_);
    fs::permissions(directory_, fs::perms(0750));
    const auto opened = FileSecret::open(directory_);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::Forbidden);
    EXPECT_THAT(opened.error().text, HasSubstr("0700"));
}

TEST_F(FileSecretTest, RefusesADirectoryThatIsALink) {
    fs::create_directory(temporary_.path() / "elsewhere");
    fs::create_directory_symlink(temporary_.path() / "elsewhere", directory_);
    const auto opened = FileSecret::open(directory_);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::Forbidden);
}

TEST_F(FileSecretTest, NamesTheDirectoryThatCannotBeMade) {
    const auto opened = FileSecret::open("/nonexistent/secrets");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::Unavailable);
    EXPECT_THAT(opened.error().text, HasSubstr("/nonexistent/secrets"));
}

TEST_F(FileSecretTest, SaysThatDestructionIsNotGuaranteed) {
    EXPECT_EQ(open()->assurance(), DeviceSecret::Assurance::File);
    EXPECT_THAT(open()->where(), HasSubstr(directory_.string()));
}

}  // namespace
}  // namespace sightline::hardware
