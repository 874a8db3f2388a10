#include "storage/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/temporary_directory.h"

namespace sightline::storage {
namespace {

using testing::HasSubstr;

class DatabaseTest : public testing::Test {
  protected:
    std::filesystem::path file() const { return directory_.path() / "store.db"; }
    std::string refusal(Access access) const {
        try {
            Database database(file(), access);
        } catch (const StorageError& e) {
            return e.what();
        }
        return "no refusal";
    }
    tests::TemporaryDirectory directory_;
};

TEST_F(DatabaseTest, KeepsEveryWriteByItsPragmas) {
    Database database(file(), Access::ReadWrite);
    EXPECT_EQ(database.sqlite().execAndGet("PRAGMA journal_mode").getString(), "truncate");
    EXPECT_EQ(database.sqlite().execAndGet("PRAGMA synchronous").getInt(), 2);
    EXPECT_EQ(database.sqlite().execAndGet("PRAGMA foreign_keys").getInt(), 1);
    EXPECT_EQ(database.sqlite().execAndGet("PRAGMA busy_timeout").getInt(), 5000);
}

TEST_F(DatabaseTest, TurnsAWalDatabaseIntoATruncateOne) {
    {
        SQLite::Database other(file().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        ASSERT_EQ(other.execAndGet("PRAGMA journal_mode=WAL").getString(), "wal");
    }
    Database database(file(), Access::ReadWrite);
    EXPECT_EQ(database.sqlite().execAndGet("PRAGMA journal_mode").getString(), "truncate");
}

TEST_F(DatabaseTest, IsForItsOwnUserOnly) {
    std::ofstream(file()).close();
    ASSERT_EQ(::chmod(file().c_str(), 0644), 0);
    Database database(file(), Access::ReadWrite);
    struct stat status {};
    ASSERT_EQ(::stat(file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(DatabaseTest, ReachesTheNewestSchemaFromEveryVersion) {
    std::string fresh;
    for (int from = 0; from <= Database::newest_schema_version(); ++from) {
        std::filesystem::remove(file());
        {
            SQLite::Database old(file().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            migrate_to(old, from);
            ASSERT_EQ(old.execAndGet("PRAGMA user_version").getInt(), from);
            if (from == 1 || from == 2) {
                old.exec("INSERT INTO record VALUES (1, 2, 3, 4, x'6b657074')");
            } else if (from > 2) {
                old.exec("INSERT INTO record VALUES (1, 1, 0, 2, 3, 4, x'6b657074')");
            }
        }
        Database database(file(), Access::ReadWrite);
        EXPECT_EQ(database.schema_version(), Database::newest_schema_version());
        const std::string schema =
            database.sqlite()
                .execAndGet(
                    "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema "
                    "ORDER BY name)")
                .getString();
        if (from == 0) fresh = schema;
        EXPECT_EQ(schema, fresh) << "from version " << from;
        if (from >= 1) {
            EXPECT_EQ(database.sqlite().execAndGet("SELECT body FROM record").getString(), "kept");
        }
    }
}

TEST_F(DatabaseTest, RecordsFromBeforeTheyHadAnOrderGetOne) {
    SQLite::Database sqlite(file().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrate_to(sqlite, 2);
    sqlite.exec(
        "INSERT INTO dossier VALUES (7, 1, x'01', x'02'), (8, 1, x'03', x'04'), "
        "(9, 1, x'05', x'06')");
    sqlite.exec(
        "INSERT INTO record VALUES (7, 30, 1, 1, x'aa'), (8, 20, 1, 1, x'bb'), "
        "(7, 10, 1, 2, x'cc'), (7, 20, 1, 3, x'dd')");
    migrate_to(sqlite, 3);
    EXPECT_EQ(sqlite
                  .execAndGet("SELECT group_concat(dossier || ':' || id || ' ' || row || '<' || "
                              "previous, ', ') FROM record ORDER BY row")
                  .getString(),
              "7:30 1<0, 8:20 2<0, 7:10 3<1, 7:20 4<3");
    EXPECT_EQ(
        sqlite.execAndGet("SELECT group_concat(newest, ',') FROM dossier ORDER BY id").getString(),
        "4,2,0");
}

TEST_F(DatabaseTest, AStepThatFailsLeavesTheVersionBeforeIt) {
    SQLite::Database sqlite(file().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrate_to(sqlite, 1);
    sqlite.exec("CREATE TABLE audit_hash (in_the_way INTEGER)");
    EXPECT_THROW(migrate_to(sqlite, 2), SQLite::Exception);
    EXPECT_EQ(sqlite.execAndGet("PRAGMA user_version").getInt(), 1);
}

TEST_F(DatabaseTest, RefusesANewerSchemaAndSaysWhatToDo) {
    {
        Database database(file(), Access::ReadWrite);
        database.sqlite().exec("PRAGMA user_version=999");
    }
    EXPECT_THAT(refusal(Access::ReadWrite), HasSubstr("newer Sightline"));
    EXPECT_THAT(refusal(Access::ReadOnly), HasSubstr("update this program"));
    SQLite::Database untouched(file().string());
    EXPECT_EQ(untouched.execAndGet("PRAGMA user_version").getInt(), 999);
}

TEST_F(DatabaseTest, RefusesASchemaBelowTheFirst) {
    {
        Database database(file(), Access::ReadWrite);
        database.sqlite().exec("PRAGMA user_version=-2147483646");  // 2, with one bit turned
    }
    EXPECT_THAT(refusal(Access::ReadWrite), HasSubstr("damaged"));
    EXPECT_THAT(refusal(Access::ReadOnly), HasSubstr("damaged"));
}

TEST_F(DatabaseTest, RefusesWhatIsNoDatabase) {
    std::ofstream(file()) << std::string(8192, 'x');
    EXPECT_THAT(refusal(Access::ReadWrite), HasSubstr("damaged"));
}

TEST_F(DatabaseTest, RefusesASecondKioskOnTheSameState) {
    Database first(file(), Access::ReadWrite);
    EXPECT_THAT(refusal(Access::ReadWrite), HasSubstr("another sightline-kiosk"));
}

TEST_F(DatabaseTest, ReadsBesideAWriter) {
    Database writer(file(), Access::ReadWrite);
    Database reader(file(), Access::ReadOnly);
    EXPECT_EQ(reader.schema_version(), Database::newest_schema_version());
    EXPECT_THROW(reader.sqlite().exec("DELETE FROM record"), SQLite::Exception);
}

TEST_F(DatabaseTest, NamesAMissingFileOrDirectory) {
    EXPECT_THAT(refusal(Access::ReadOnly), HasSubstr("--state"));
    EXPECT_FALSE(std::filesystem::exists(file())) << "reading must not create it";
    try {
        Database database(directory_.path() / "missing" / "store.db", Access::ReadWrite);
        FAIL();
    } catch (const StorageError& e) {
        EXPECT_THAT(e.what(), HasSubstr("create the directory or correct --state"));
    }
}

}  // namespace
}  // namespace sightline::storage
