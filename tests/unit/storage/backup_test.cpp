#include "storage/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "storage/audit/verify_bundle.h"
#include "storage/audit_export.h"
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
namespace fs = std::filesystem;

constexpr model::RecordTime at(int s) { return model::RecordTime{std::chrono::seconds(s)}; }
const Said kSaid{"operator 1", at(60)};

class BackupTest : public testing::Test {
  protected:
    base::DossierId a_case(const std::string& number) {
        return CaseRepository(*store_).create({{}, number, "remark"}, {"staff 1", at(1)}).value();
    }
    BackupReport back_up(std::size_t keep = 0) {
        return make_backup(*store_, backup(), {"operator 1", at(30)}, keep).value();
    }
    base::Result<RestoreReport> restore(const base::Secret& pin = tests::test_pin()) {
        store_.close();
        return restore_backup(backup(), store_.file(), store_.device(), pin, kSaid);
    }
    base::Result<RestoreReport> restore_from(const fs::path& other) {
        store_.close();
        return restore_backup(other, store_.file(), store_.device(), tests::test_pin(), kSaid);
    }
    std::vector<std::string> site_log() {
        std::vector<std::string> said;
        for (const auto& opening : store_->openings(kSiteDossier).value()) {
            const auto event = audit::parse_event(opening.event).value();
            said.push_back(std::string(audit::name_of(event.action)) + " " + event.detail);
        }
        return said;
    }
    // All names in the state directory beside the store's own and the device's.
    std::vector<std::string> left_over() {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(store_.directory())) {
            const auto name = entry.path().filename().string();
            if (name != "store.db" && name != "store.db-journal" && name != "store.db.lock" &&
                name != "device" && name != "backup") {
                names.push_back(name);
            }
        }
        std::sort(names.begin(), names.end());
        return names;
    }
    static std::string bytes_of(const fs::path& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    // Flips a byte inside the first sealed value of the table.
    static void damage(const fs::path& file, const std::string& table, const std::string& column) {
        SQLite::Database sqlite(file.string(), SQLite::OPEN_READWRITE);
        ASSERT_GE(sqlite.exec("UPDATE " + table + " SET " + column + " = zeroblob(length(" +
                              column + "))"),
                  1);
    }
    fs::path backup() const { return store_.directory() / "backup"; }

    tests::OpenStore store_;
};

TEST_F(BackupTest, ComesBackWithAllThatWasInIt) {
    const auto first = a_case("1");
    const auto made = back_up();
    EXPECT_EQ(made.dossiers, 1u);
    EXPECT_EQ(made.bytes, fs::file_size(backup()));
    struct stat status {};
    ASSERT_EQ(::stat(backup().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    const auto later = a_case("2");
    ASSERT_TRUE(CaseRepository(*store_).put(
        first, model::Case{base::RecordId::from_value(5), "1", ""}, kSaid));
    const auto incarnation = store_->incarnation();
    const auto version = store_->version();
    const auto leaves = store_->audit().frontier().size();
    const auto present = bytes_of(store_.file());

    const auto report = restore();
    ASSERT_TRUE(report) << report.error().text;
    EXPECT_EQ(report->made, at(30));
    EXPECT_EQ(report->dossiers, 1u);
    EXPECT_EQ(report->version, made.version);
    EXPECT_EQ(report->leaves, made.leaves);
    ASSERT_TRUE(report->behind);
    EXPECT_EQ(report->behind->commits, version - made.version);
    EXPECT_EQ(report->behind->leaves, leaves - made.leaves);
    EXPECT_THAT(report->behind->missing, ElementsAre(later));
    EXPECT_THAT(report->behind->older, ElementsAre(first));
    EXPECT_FALSE(report->erasure_unfinished);
    EXPECT_NE(report->incarnation, incarnation);
    EXPECT_EQ(report->aside.filename(), "store.db.before-restore-1");
    EXPECT_EQ(bytes_of(report->aside), present) << "what was there is kept as it was";

    store_.restart();
    EXPECT_TRUE(store_->was_restored());
    EXPECT_NE(store_->incarnation(), incarnation);
    EXPECT_THAT(CaseRepository(*store_).find_by_number("1"), ElementsAre(first));
    EXPECT_FALSE(store_->exists(later));
    EXPECT_THAT(site_log(),
                ElementsAre("backup.made dossiers 1",
                            "store.restored backup of 1970-01-01T00:00:30.000Z, 2 commits and 2 "
                            "entries of this log behind"));
    store_.restart();
    EXPECT_FALSE(store_->was_restored()) << "said once";
}

// The device's counter alone would not tell: nobody has unlocked since the backup.
TEST_F(BackupTest, BeginsANewIncarnationEvenWhenNothingWasWrittenSince) {
    a_case("1");
    back_up();
    const auto incarnation = store_->incarnation();
    const auto report = restore();
    ASSERT_TRUE(report);
    EXPECT_NE(report->incarnation, incarnation);
    store_.restart();
    EXPECT_TRUE(store_->was_restored());
    EXPECT_NE(store_->incarnation(), incarnation);
}

TEST_F(BackupTest, CopiesMoreThanOneStepsWorth) {
    const auto id = a_case("1");
    base::Bytes content(5 << 20);
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<std::uint8_t>(i * 7);
    model::Document document{base::RecordId::from_value(9), {}, "scan", "image/png", 0, {}};
    ASSERT_TRUE(CaseRepository(*store_).put(id, document, content, kSaid));
    EXPECT_GT(back_up().bytes, content.size());
    ASSERT_TRUE(restore());
    store_.restart();
    CaseRepository cases(*store_);
    const auto file = cases.open(id, kSaid);
    EXPECT_EQ(*cases.content(id, file->documents.at(0)), content);
}

TEST_F(BackupTest, ReplacesOnlyAnOlderBackupOfTheSameStore) {
    a_case("1");
    back_up();
    back_up();
    std::ofstream(store_.directory() / "letter") << "Dear all";
    const auto letter = make_backup(*store_, store_.directory() / "letter", kSaid);
    ASSERT_FALSE(letter);
    EXPECT_EQ(letter.error().code, Errc::Conflict);
    EXPECT_EQ(bytes_of(store_.directory() / "letter"), "Dear all");
    EXPECT_THAT(make_backup(*store_, store_.file(), kSaid).error().text,
                HasSubstr("the store itself"));
    EXPECT_THAT(make_backup(*store_, store_.directory(), kSaid).error().text,
                HasSubstr("no plain file"));
    tests::OpenStore other;
    EXPECT_THAT(make_backup(*other, backup(), kSaid).error().text, HasSubstr("another store"));
    const auto old = store_.directory() / "old";
    fs::copy_file(backup(), old);
    for (const char* number : {"2", "3"}) a_case(number);
    back_up();
    ASSERT_TRUE(restore_from(old));
    store_.restart();
    SQLite::Database(backup().string(), SQLite::OPEN_READWRITE)
        .exec("UPDATE audit_leaf SET version = 1000 WHERE head IS NOT NULL");
    EXPECT_THAT(make_backup(*store_, backup(), kSaid).error().text, HasSubstr("newer"));
}

TEST_F(BackupTest, KeepsAsManyOlderOnesAsItIsTold) {
    std::vector<std::uint64_t> versions;
    for (int i = 0; i < 4; ++i) versions.push_back(back_up(2).version);
    const auto version_of = [&](const std::string& suffix) {
        return SQLite::Database(backup().string() + suffix)
            .execAndGet("SELECT max(version) FROM audit_leaf")
            .getInt64();
    };
    EXPECT_EQ(version_of(""), static_cast<std::int64_t>(versions[3]));
    EXPECT_EQ(version_of(".1"), static_cast<std::int64_t>(versions[2]));
    EXPECT_EQ(version_of(".2"), static_cast<std::int64_t>(versions[1]));
    EXPECT_THAT(left_over(), ElementsAre("backup.1", "backup.2"));
    std::ofstream(backup().string() + ".3") << "not a backup";
    EXPECT_EQ(make_backup(*store_, backup(), kSaid, 3).error().code, Errc::Conflict);
}

TEST_F(BackupTest, SaysWhereItCannotWriteAndLogsIt) {
    const auto failed = make_backup(*store_, store_.directory() / "missing" / "backup", kSaid);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, Errc::Unavailable);
    EXPECT_THAT(failed.error().text, HasSubstr("create the directory or correct the path"));
    EXPECT_THAT(site_log(), ElementsAre("backup.made dossiers 0",
                                        "backup.failed the one before this could not be written"));
}

TEST_F(BackupTest, WhatACrashLeftOfOneIsReplaced) {
    a_case("1");
    std::ofstream(backup().string() + ".new") << "half of a backup";
    back_up();
    EXPECT_THAT(left_over(), IsEmpty());
    EXPECT_TRUE(restore());
}

TEST_F(BackupTest, IsRefusedFromBeforeAnErasure) {
    const auto gone = a_case("1");
    back_up();
    ASSERT_TRUE(Erasure(*store_).erase({{gone}, "request of the person", "dpo 1", at(40)}));
    const auto before = bytes_of(store_.file());
    const auto refused = restore();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::Conflict);
    EXPECT_THAT(refused.error().text, HasSubstr("made in epoch 1, and this device is at 2"));
    EXPECT_THAT(refused.error().text,
                HasSubstr("use a backup made after that, and sync brings back"));
    EXPECT_EQ(bytes_of(store_.file()), before);
    EXPECT_THAT(left_over(), IsEmpty());
    // Without the present file it is the device that says so.
    fs::remove(store_.file());
    const auto again = restore();
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Errc::Conflict);
    EXPECT_THAT(again.error().text, HasSubstr("made in epoch 1, and this device is at 2"));
    EXPECT_FALSE(fs::exists(store_.file()));
}

// The commit is there, the device has not been told: a restore must not undo it.
TEST_F(BackupTest, IsRefusedFromBeforeAnErasureThatACrashInterrupted) {
    const auto gone = a_case("1");
    back_up();
    const auto epoch_1 = bytes_of(store_.directory() / "device" / "epoch-1.secret");
    ASSERT_TRUE(store_->rotate(std::vector{gone}, [](Transaction&) {}));
    store_.close();
    std::ofstream(store_.directory() / "device" / "epoch-1.secret", std::ios::binary) << epoch_1;
    fs::permissions(store_.directory() / "device" / "epoch-1.secret",
                    fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(restore().error().code, Errc::Conflict);
    // Only when the present file tells nothing it is taken, and says what that means.
    std::ofstream(store_.file(), std::ios::trunc) << "torn";
    const auto report = restore();
    ASSERT_TRUE(report) << report.error().text;
    EXPECT_TRUE(report->erasure_unfinished);
    EXPECT_FALSE(report->behind);
}

TEST_F(BackupTest, AWrongPinChangesNothingAndLeavesNoTrace) {
    a_case("1");
    back_up();
    const auto count = *store_.device().counter();
    const auto before = bytes_of(store_.file());
    const auto refused = restore(base::Secret(std::string_view("135790")));
    EXPECT_EQ(refused.error().code, Errc::Unauthorized);
    EXPECT_EQ(*store_.device().counter(), count);
    EXPECT_EQ(bytes_of(store_.file()), before);
    EXPECT_THAT(left_over(), IsEmpty());
    store_.restart();
    EXPECT_FALSE(store_->was_restored());
}

TEST_F(BackupTest, IsRefusedOnAnotherDevice) {
    a_case("1");
    back_up();
    tests::OpenStore other;
    const auto refused = [&] {
        other.close();
        return restore_backup(backup(), other.file(), other.device(), tests::test_pin(), kSaid);
    }();
    ASSERT_FALSE(refused);
    // A device in files cannot tell a wrong PIN from another device's secret.
    EXPECT_EQ(refused.error().code, Errc::Unauthorized);
    tests::TemporaryDirectory empty;
    const auto fresh = std::move(hardware::FileSecret::open(empty.path() / "device")).value();
    const auto nothing =
        restore_backup(backup(), empty.path() / "store.db", *fresh, tests::test_pin(), kSaid);
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().code, Errc::NotFound);
    EXPECT_THAT(nothing.error().text, HasSubstr("made on another device"));
}

TEST_F(BackupTest, IsRefusedWhileTheKioskRuns) {
    a_case("1");
    back_up();
    const auto refused =
        restore_backup(backup(), store_.file(), store_.device(), tests::test_pin(), kSaid);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::Conflict);
    EXPECT_THAT(refused.error().text, HasSubstr("stop it"));
}

TEST_F(BackupTest, ComesBackInPlaceOfAFileThatCannotBeRead) {
    const auto id = a_case("1");
    back_up();
    store_.close();
    std::ofstream(store_.file(), std::ios::trunc) << std::string(9000, 'x');
    std::ofstream(store_.file().string() + "-journal") << "a journal that plays back no more";
    std::ofstream(store_.file().string() + ".before-restore-1") << "of an earlier time";
    const auto report = restore();
    ASSERT_TRUE(report) << report.error().text;
    EXPECT_FALSE(report->behind);
    EXPECT_EQ(report->aside.filename(), "store.db.before-restore-2");
    EXPECT_EQ(bytes_of(report->aside), std::string(9000, 'x'));
    EXPECT_EQ(bytes_of(store_.file().string() + "-journal"), "") << "it belonged to that file";
    EXPECT_EQ(bytes_of(store_.file().string() + ".before-restore-1"), "of an earlier time");
    store_.restart();
    EXPECT_TRUE(store_->exists(id));
}

TEST_F(BackupTest, ComesBackWhereThereIsNothing) {
    const auto id = a_case("1");
    back_up();
    store_.close();
    fs::remove(store_.file());
    const auto report = restore();
    ASSERT_TRUE(report) << report.error().text;
    EXPECT_TRUE(report->aside.empty());
    store_.restart();
    EXPECT_TRUE(store_->exists(id));
}

TEST_F(BackupTest, IsReadAsAWholeBeforeItIsTaken) {
    a_case("1");
    store_->write([](Transaction& transaction) {
        for (int i = 0; i < 300; ++i) {
            transaction.audit(at(1), "kiosk", audit::Action::StoreUnlocked, std::nullopt, "");
        }
    });
    back_up();
    const auto sound = bytes_of(backup());
    const auto before = bytes_of(store_.file());
    const std::vector<std::pair<std::string, std::string>> parts{
        {"record", "body"},        {"dossier", "head"},          {"dossier", "wrapped"},
        {"audit_leaf", "opening"}, {"audit_leaf", "commitment"}, {"audit_hash", "hash"},
        {"audit_leaf", "head"}};
    for (const auto& [table, column] : parts) {
        damage(backup(), table, column);
        const auto refused = restore();
        ASSERT_FALSE(refused) << table << "." << column;
        EXPECT_EQ(refused.error().code, Errc::Malformed) << refused.error().text;
        EXPECT_EQ(bytes_of(store_.file()), before) << table;
        std::ofstream(backup(), std::ios::binary | std::ios::trunc) << sound;
    }
    std::ofstream(backup(), std::ios::trunc) << "no database";
    EXPECT_THAT(restore().error().text, HasSubstr("no store of Sightline's"));
    fs::remove(backup());
    EXPECT_EQ(restore().error().code, Errc::NotFound);
    EXPECT_THAT(left_over(), IsEmpty());
}

TEST_F(BackupTest, TheAuditLogGoesOnFromTheBackupsCheckpoint) {
    a_case("1");
    const auto kept = sign_checkpoint(*store_);
    back_up();
    a_case("2");
    ASSERT_TRUE(restore());
    store_.restart();
    a_case("3");
    std::stringstream bundle;
    ASSERT_TRUE(export_audit(*store_, bundle, kept, kSaid));
    const auto report = audit::verify_bundle(bundle, {site_key(*store_).verifier(), kept, {}});
    EXPECT_TRUE(report.good());
}

}  // namespace
}  // namespace sightline::storage
