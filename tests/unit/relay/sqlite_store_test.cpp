// What is SQLite's alone: the file, its lock and its version, and chunks as files beside it.
#include "storage/relay/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/unit/relay/stores.h"

namespace sightline::storage::relay {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

std::string failure_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const StoreFailure& e) {
        return e.what();
    }
    return "it did not fail";
}

mode_t mode_of(const fs::path& file) {
    struct stat status {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
    return status.st_mode & 0777;
}

TEST(SqliteStore, LiesInTheHubsFolderForItsUserAlone) {
    Database database(Kind::Sqlite);
    EXPECT_EQ(mode_of(database.folder() / "sync.db"), 0600u);
    ::chmod((database.folder() / "sync.db").c_str(), 0644);
    database.reopen();
    EXPECT_EQ(mode_of(database.folder() / "sync.db"), 0600u);
    const OpHash name{1};
    database->keep_chunk(name, "bytes");
    const std::string text = text_of(name);
    const fs::path folder = database.folder() / "sync-chunks" / text.substr(0, 2);
    EXPECT_EQ(mode_of(folder), 0700u);
    EXPECT_EQ(mode_of(folder / text), 0600u);
}

TEST(SqliteStore, IsRefusedToASecondHub) {
    Database database(Kind::Sqlite);
    EXPECT_THAT(failure_of([&] { database.open(); }),
                AllOf(HasSubstr("another sightline-hub"), HasSubstr("--store")));
    tests::TemporaryDirectory elsewhere;
    EXPECT_TRUE(
        open_relay_store("sqlite:" + (elsewhere.path() / "other.db").string(), database.folder()));
}

TEST(SqliteStore, RefusesAFileOfANewerProgram) {
    Database database(Kind::Sqlite);
    const fs::path file = database.folder() / "sync.db";
    SQLite::Database(file.string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version=99");
    EXPECT_THAT(failure_of([&] { database.reopen(); }),
                AllOf(HasSubstr("newer Sightline"), HasSubstr("update this program")));
}

TEST(SqliteStore, SaysWhatIsWrongWithAFile) {
    tests::TemporaryDirectory folder;
    std::ofstream(folder.path() / "sync.db") << std::string(5000, 'x');
    EXPECT_THAT(failure_of([&] { open_relay_store("sqlite:", folder.path()); }),
                AllOf(HasSubstr("sync.db"), HasSubstr("damaged"), HasSubstr("--store")));
    EXPECT_THAT(failure_of([&] { open_relay_store("sqlite:", folder.path() / "none"); }),
                AllOf(HasSubstr("make the folder"), HasSubstr("--store")));
    EXPECT_THAT(
        failure_of([&] { open_relay_store("mysql://secret@x/", folder.path()); }),
        AllOf(HasSubstr("--store"), HasSubstr("postgresql://"), testing::Not(HasSubstr("secret"))));
}

// A power cut may leave a file under the name of what was not finished.
TEST(SqliteStore, TakesNoUnfinishedChunkForOne) {
    Database database(Kind::Sqlite);
    const OpHash name{2};
    const std::string text = text_of(name);
    const fs::path folder = database.folder() / "sync-chunks" / text.substr(0, 2);
    fs::create_directory(folder);
    std::ofstream(folder / (text + ".new")) << "half of something longer than it";
    EXPECT_FALSE(database->chunk(name));
    database->keep_chunk(name, "whole");
    EXPECT_EQ(database->chunk(name), "whole");
    EXPECT_FALSE(fs::exists(folder / (text + ".new")));
}

TEST(SqliteStore, GoesOnAfterAFailure) {
    Database database(Kind::Sqlite);
    Site site(1);
    const Op op = site.write(kDossier);
    const fs::path file = database.folder() / "sync.db";
    {
        SQLite::Database other(file.string(), SQLite::OPEN_READWRITE);
        other.exec(
            "CREATE TRIGGER full BEFORE INSERT ON receipt BEGIN SELECT raise(ABORT, 'full'); END");
    }
    Relay relay(kHub, *database);
    EXPECT_THAT(failure_of([&] { relay.take({&op, 1}); }), HasSubstr("sync.db: full"));
    EXPECT_EQ(database->position(), 0u);
    SQLite::Database(file.string(), SQLite::OPEN_READWRITE).exec("DROP TRIGGER full");
    EXPECT_EQ(relay.take({&op, 1}).front().judgement.verdict, Verdict::Next);
}

}  // namespace
}  // namespace sightline::storage::relay
