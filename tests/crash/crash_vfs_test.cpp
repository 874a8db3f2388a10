// The disk model and its VFS: the instrument under the instrument.
#include "tests/support/crash_vfs.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace sightline::tests {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

constexpr int kReadWrite = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

base::Bytes bytes(const std::string& text) { return {text.begin(), text.end()}; }
Event create(const char* path) { return {.kind = Event::Kind::Create, .path = path}; }
Event write(FileId file, std::uint64_t offset, const std::string& text) {
    return {.kind = Event::Kind::Write, .file = file, .offset = offset, .bytes = bytes(text)};
}
Event sync(FileId file, bool fails = false) {
    return {.kind = Event::Kind::SyncFile, .file = file, .fails = fails};
}
Event sync_directory() { return {.kind = Event::Kind::SyncDirectory, .path = "/d/"}; }

Disk disk_with(const std::vector<Event>& events, Tearing tearing = Tearing::Never) {
    Disk disk({4, Overwrite::Unsafe, tearing});
    for (const Event& event : events) disk.apply(event);
    return disk;
}
std::set<Image> some_cuts(const Disk& disk) {
    std::set<Image> images;
    for (std::uint64_t i = 0; i < 500; ++i) {
        Dice dice(i);
        images.insert(disk.cut(Survival::Mixed, dice));
    }
    return images;
}

TEST(CrashDisk, LosesTheNameOfASyncedFileWithoutASyncOfItsDirectory) {
    const Disk disk = disk_with({create("/d/a"), write(0, 0, "abcd"), sync(0)});
    EXPECT_THAT(some_cuts(disk),
                testing::UnorderedElementsAre(Image{}, Image{{"/d/a", bytes("abcd")}}));
}

TEST(CrashDisk, KeepsWhatWasSyncedWhateverComesAfter) {
    const Disk disk = disk_with(
        {create("/d/a"), write(0, 0, "abcd"), sync(0), sync_directory(), write(0, 4, "efgh")});
    for (const Image& image : some_cuts(disk)) {
        ASSERT_TRUE(image.contains("/d/a"));
        EXPECT_EQ(base::as_text(image.at("/d/a")).substr(0, 4), "abcd");
    }
}

TEST(CrashDisk, KeepsAnySubsetOfUnsyncedSectorsAndGrowsBeforeItIsWritten) {
    const Disk disk = disk_with({create("/d/a"), sync_directory(), write(0, 0, "abcdefgh")});
    const auto images = some_cuts(disk);
    for (const std::string& left : {std::string(), std::string("abcdefgh"), std::string("abcd"),
                                    std::string("abcd\0\0\0\0", 8), std::string("\0\0\0\0efgh", 8),
                                    std::string("\0\0\0\0\0\0\0\0", 8)}) {
        EXPECT_THAT(images, Contains(Image{{"/d/a", bytes(left)}})) << left;
    }
}

TEST(CrashDisk, TearsASector) {
    const std::vector<Event> events = {create("/d/a"), write(0, 0, "abcd"), sync(0),
                                       sync_directory(), write(0, 0, "ABCD")};
    const Image torn = {{"/d/a", bytes("ABcd")}};
    EXPECT_THAT(some_cuts(disk_with(events, Tearing::OneSectorPerFile)), Contains(torn));
    EXPECT_THAT(some_cuts(disk_with(events, Tearing::Never)), Not(Contains(torn)));
}

TEST(CrashDisk, BringsAnUnlinkedFileBackUntilTheDirectoryIsSynced) {
    std::vector<Event> events = {create("/d/a"),
                                 write(0, 0, "abcd"),
                                 sync(0),
                                 sync_directory(),
                                 {.kind = Event::Kind::Unlink, .path = "/d/a"}};
    EXPECT_THAT(some_cuts(disk_with(events)), Contains(Image{{"/d/a", bytes("abcd")}}));
    events.push_back(sync_directory());
    EXPECT_THAT(some_cuts(disk_with(events)), testing::ElementsAre(Image{}));
}

TEST(CrashDisk, DoubtsForEverWhatAFailedSyncShouldHaveWritten) {
    const Disk disk = disk_with({create("/d/a"), sync_directory(), write(0, 0, "abcd"),
                                 sync(0, true), write(0, 0, "xy"), sync(0)});
    const auto images = some_cuts(disk);
    EXPECT_THAT(images, Contains(Image{{"/d/a", bytes("xycd")}}));
    EXPECT_THAT(images, Contains(Image{{"/d/a", bytes("xy")}}));
    EXPECT_THAT(images, Not(Contains(Image{{"/d/a", bytes("abcd")}})));
}

class CrashVfsTest : public testing::Test {
  protected:
    std::vector<std::string> calls() const {
        std::vector<std::string> texts;
        for (const Event& event : vfs_.trace()) texts.push_back(event.text());
        return texts;
    }
    CrashVfs vfs_{"crash"};
};

// What strace shows of the unix VFS for the same statements, call by call.
TEST_F(CrashVfsTest, DoesWhatTheUnixVfsDoes) {
    vfs_.boot({512, Overwrite::PowerSafe, Tearing::Never});
    {
        SQLite::Database db("/disk/a.db", kReadWrite);
        db.exec("PRAGMA journal_mode=DELETE");
        db.exec("CREATE TABLE t (a)");
    }
    EXPECT_THAT(calls(), testing::ElementsAre(
                             "create a.db", "create a.db-journal", "write 512 at 0 of file 1",
                             "sync file 1", "sync the directory", "write 12 at 0 of file 1",
                             "sync file 1", "write 4096 at 0 of file 0",
                             "write 4096 at 4096 of file 0", "sync file 0", "unlink a.db-journal"));
}

TEST_F(CrashVfsTest, ARunThatIsCutLeavesWhatItsTraceSays) {
    std::size_t all = 0;
    for (std::size_t stop = 0;; ++stop) {
        vfs_.boot({});
        vfs_.before_each(
            [&](const Event&) { return vfs_.trace().size() == stop ? Power::Cut : Power::On; });
        try {
            SQLite::Database db("/disk/a.db", kReadWrite);
            db.exec("PRAGMA journal_mode=TRUNCATE; CREATE TABLE t (a); INSERT INTO t VALUES (1)");
            all = vfs_.trace().size();
        } catch (const SQLite::Exception&) {
            EXPECT_EQ(vfs_.trace().size(), stop);
        }
        Disk again({});
        for (const Event& event : vfs_.trace()) again.apply(event);
        EXPECT_EQ(again.running(), vfs_.disk().running());
        if (all != 0) break;
    }
    EXPECT_GT(all, 15u);
}

TEST_F(CrashVfsTest, LetsAReaderInUntilTheWriterCommits) {
    SQLite::Database writer("/disk/a.db", kReadWrite);
    writer.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    SQLite::Database other("/disk/a.db", kReadWrite);
    const auto count = [&] { return other.execAndGet("SELECT count(*) FROM t").getInt(); };
    writer.exec("BEGIN IMMEDIATE; INSERT INTO t VALUES (2)");
    EXPECT_EQ(count(), 1);
    EXPECT_EQ(other.tryExec("BEGIN IMMEDIATE"), SQLITE_BUSY);
    other.exec("BEGIN");
    EXPECT_EQ(count(), 1);
    EXPECT_EQ(writer.tryExec("COMMIT"), SQLITE_BUSY);  // the reader is in: PENDING
    EXPECT_EQ(count(), 1);
    other.exec("COMMIT");
    EXPECT_THROW(count(), SQLite::Exception);  // nobody new gets in before the writer
    writer.exec("COMMIT");
    EXPECT_EQ(count(), 2);
    other.exec("BEGIN IMMEDIATE; INSERT INTO t VALUES (3); COMMIT");
    EXPECT_EQ(writer.execAndGet("SELECT count(*) FROM t").getInt(), 3);
}

TEST_F(CrashVfsTest, FailsTheNthCallOnce) {
    SQLite::Database db("/disk/a.db", kReadWrite);
    db.exec("CREATE TABLE t (a)");
    const auto error = [&](const Faults& faults) {
        vfs_.inject(faults);
        return db.tryExec("INSERT INTO t VALUES (1)") == SQLITE_OK ? SQLITE_OK
                                                                   : db.getExtendedErrorCode();
    };
    EXPECT_EQ(error({.write_is_full = 2}), SQLITE_FULL);
    EXPECT_EQ(error({.sync_fails = 1}), SQLITE_IOERR_FSYNC);
    EXPECT_EQ(error({.read_fails = 1}), SQLITE_IOERR_READ);
    EXPECT_EQ(error({}), SQLITE_OK);
    EXPECT_EQ(db.execAndGet("SELECT count(*) FROM t").getInt(), 1);
}

TEST_F(CrashVfsTest, TurnsABitThatIntegrityCheckDoesNotMiss) {
    {
        SQLite::Database db("/disk/a.db", kReadWrite);
        db.exec("CREATE TABLE t (a)");
    }
    const Image before = vfs_.disk().running();
    const std::uint64_t root_page_type =
        std::uint64_t{4096} * 8;  // of t's page, the second: must be 13
    vfs_.flip_bit("/disk/a.db", root_page_type + 1);
    EXPECT_NE(vfs_.disk().running(), before);
    SQLite::Database db("/disk/a.db", kReadWrite);
    EXPECT_THROW(db.exec("INSERT INTO t VALUES (1)"), SQLite::Exception);
}

}  // namespace
}  // namespace sightline::tests
