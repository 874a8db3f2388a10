#include "storage/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "storage/transaction.h"
#include "tests/support/open_store.h"
#include "tests/support/unwritable_files.h"

namespace sightline::storage {
namespace {

using base::as_bytes;
using base::Errc;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const auto kFirst = base::RecordId::from_value(0x11);
const auto kSecond = base::RecordId::from_value(0x22);

void audit(Transaction& transaction, audit::Action action, std::optional<base::DossierId> about) {
    transaction.audit(model::RecordTime(std::chrono::milliseconds(1000)), "staff 1", action, about,
                      "why");
}

class StoreTest : public testing::Test {
  protected:
    base::DossierId a_dossier(std::string_view text = "a name") {
        base::DossierId id;
        store_->write([&](Transaction& transaction) {
            id = transaction.create({});
            transaction.put(id, kFirst, RecordKind::Person, as_bytes(text));
            audit(transaction, audit::Action::DossierCreated, id);
        });
        return id;
    }
    std::string text(base::DossierId dossier, base::RecordId id) {
        for (const auto& record : store_->read(dossier).value().records) {
            if (record.id == id) return std::string(base::as_text(record.body));
        }
        return "(none)";
    }
    std::string file_bytes() const {
        std::ifstream in(store_.file(), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    // What another program does to the file behind our back.
    void tamper(const std::string& sql) {
        SQLite::Database other(store_.file().string(), SQLite::OPEN_READWRITE);
        ASSERT_GE(other.exec(sql), 1) << sql;
    }
    std::string refusal_to_unlock() {
        store_.close();
        store_.open_locked();
        try {
            const auto unlocked = store_->unlock(tests::test_pin());
            return unlocked ? "none" : unlocked.error().text;
        } catch (const StorageError& e) {
            return e.what();
        }
    }

    tests::OpenStore store_;
};

TEST_F(StoreTest, GivesBackWhatItWasGivenAfterARestart) {
    const auto id = a_dossier();
    store_->write([&](Transaction& transaction) {
        transaction.put(id, kSecond, RecordKind::Note, as_bytes("a note"));
    });
    store_.restart();
    const auto dossier = store_->read(id);
    ASSERT_TRUE(dossier);
    ASSERT_EQ(dossier->records.size(), 2u);
    EXPECT_EQ(dossier->version, 2u);
    EXPECT_EQ(text(id, kFirst), "a name");
    EXPECT_EQ(text(id, kSecond), "a note");
    EXPECT_THAT(store_->dossiers(), ElementsAre(kSiteDossier, id));
}

TEST_F(StoreTest, ReplacesAndRemovesRecords) {
    const auto id = a_dossier();
    store_->write([&](Transaction& transaction) {
        transaction.put(id, kFirst, RecordKind::Person, as_bytes("another"));
        transaction.put(id, kSecond, RecordKind::Note, as_bytes("for a moment"));
        transaction.remove(id, kSecond);
        transaction.remove(id, base::RecordId::from_value(0x33));
    });
    EXPECT_EQ(text(id, kFirst), "another");
    EXPECT_EQ(store_->read(id)->records.size(), 1u);
    store_.restart();
    EXPECT_EQ(store_->read(id)->records.size(), 1u);
}

TEST_F(StoreTest, KeepsTheTermsOfADossier) {
    const auto id = a_dossier();
    const DossierTerms terms{model::RecordTime(std::chrono::seconds(5)),
                             model::RecordTime(std::chrono::seconds(9)), true};
    store_->write([&](Transaction& transaction) { transaction.set_terms(id, terms); });
    store_.restart();
    EXPECT_EQ(store_->terms(id), terms);
}

TEST_F(StoreTest, FindsADossierByAKeyedToken) {
    const auto id = a_dossier();
    const auto token = store_->token("case", "123-45-67890");
    store_->write([&](Transaction& transaction) { transaction.set_tokens(id, {token}); });
    store_.restart();
    EXPECT_EQ(store_->token("case", "123-45-67890"), token);
    EXPECT_THAT(store_->find(token), ElementsAre(id));
    EXPECT_THAT(store_->find(store_->token("name", "123-45-67890")), IsEmpty());
    EXPECT_EQ(file_bytes().find(base::as_text(token)), std::string::npos)
        << "the token itself is sealed too";
}

TEST_F(StoreTest, AWriteThatThrowsChangesNothing) {
    const auto id = a_dossier();
    const auto leaves = store_->audit().frontier().size();
    EXPECT_THROW(store_->write([&](Transaction& transaction) {
        transaction.create({});
        transaction.put(id, kFirst, RecordKind::Person, as_bytes("never"));
        audit(transaction, audit::Action::DossierWritten, id);
        throw StorageError("something else went wrong");
    }),
                 StorageError);
    EXPECT_EQ(text(id, kFirst), "a name");
    EXPECT_EQ(store_->dossiers().size(), 2u);
    EXPECT_EQ(store_->audit().frontier().size(), leaves);
    a_dossier();  // and it goes on
    store_.restart();
    EXPECT_EQ(text(id, kFirst), "a name");
}

TEST_F(StoreTest, NothingReadableIsOnTheDisk) {
    a_dossier("CANARY-NAME-OF-A-PERSON");
    EXPECT_THAT(file_bytes(), testing::Not(HasSubstr("CANARY")));
    EXPECT_THAT(file_bytes(), testing::Not(HasSubstr("staff 1")));
}

TEST_F(StoreTest, StaysLockedWithoutThePin) {
    const auto id = a_dossier();
    store_.close();
    store_.open_locked();
    EXPECT_FALSE(store_->is_unlocked());
    EXPECT_FALSE(store_->is_new());
    const auto wrong = store_->unlock(base::Secret(std::string_view("135790")));
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, Errc::Unauthorized);
    EXPECT_THAT(wrong.error().text, HasSubstr("PIN is wrong"));
    try {
        (void)store_->read(id);
        FAIL();
    } catch (const StorageError& e) {
        EXPECT_THAT(e.what(), HasSubstr("locked"));
    }
    EXPECT_TRUE(store_->unlock(tests::test_pin()));
    EXPECT_EQ(text(id, kFirst), "a name");
    store_->lock();
    EXPECT_FALSE(store_->is_unlocked());
}

TEST_F(StoreTest, StaysLockedWhenItsStartCannotBeWrittenDown) {
    const auto id = a_dossier();
    store_.close();
    store_.open_locked();
    {
        const tests::UnwritableFiles full;
        EXPECT_THROW((void)store_->unlock(tests::test_pin()), StorageError);
        EXPECT_FALSE(store_->is_unlocked());
    }
    ASSERT_TRUE(store_->unlock(tests::test_pin()));
    EXPECT_FALSE(store_->was_restored());
    EXPECT_EQ(text(id, kFirst), "a name");
}

TEST_F(StoreTest, RefusesASecondFirstPinAndAShortOne) {
    EXPECT_EQ(store_->initialise(tests::test_pin(), tests::kCheapPin).error().code, Errc::Conflict);
    tests::TemporaryDirectory other;
    const auto device = std::move(hardware::FileSecret::open(other.path() / "device")).value();
    Store fresh(other.path() / "store.db", *device);
    EXPECT_TRUE(fresh.is_new());
    const auto refused = fresh.initialise(base::Secret(std::string_view("123")), tests::kCheapPin);
    EXPECT_EQ(refused.error().code, Errc::Malformed);
    EXPECT_THAT(refused.error().text, HasSubstr("6 to 128"));
    EXPECT_TRUE(fresh.is_new());
}

TEST_F(StoreTest, SaysThatItIsOnAnotherDevice) {
    tests::TemporaryDirectory other;
    const auto device = std::move(hardware::FileSecret::open(other.path() / "device")).value();
    store_.close();
    Store moved(store_.file(), *device);
    const auto refused = moved.unlock(tests::test_pin());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::NotFound);
    EXPECT_THAT(refused.error().text, HasSubstr("another device"));
}

TEST_F(StoreTest, OpensAgainWithWhatItKeptAndNotInAnotherEpoch) {
    const auto id = a_dossier();
    const auto kept = store_->keep();
    store_.close();
    store_.open_locked();
    ASSERT_TRUE(store_->unlock_kept(kept.reveal()));
    EXPECT_EQ(text(id, kFirst), "a name");
    ASSERT_TRUE(store_->rotate({}, [](Transaction&) {}));
    store_.close();
    store_.open_locked();
    EXPECT_EQ(store_->unlock_kept(kept.reveal()).error().code, Errc::Conflict);
    EXPECT_EQ(store_->unlock_kept(as_bytes("rubbish")).error().code, Errc::Malformed);
    EXPECT_TRUE(store_->unlock(tests::test_pin()));
}

TEST_F(StoreTest, ARotationTakesAllAlongButTheErased) {
    const auto gone = a_dossier("gone");
    const auto stays = a_dossier("stays");
    const auto token = store_->token("case", "1");
    store_->write([&](Transaction& transaction) { transaction.set_tokens(stays, {token}); });
    const std::vector erased{gone};
    ASSERT_TRUE(store_->rotate(erased, [&](Transaction& transaction) {
        audit(transaction, audit::Action::DossierErased, std::nullopt);
    }));
    EXPECT_EQ(store_->epoch(), 2u);
    EXPECT_THAT(*store_.device().epochs(), ElementsAre(2u)) << "the old secret is gone";
    for (int round = 0; round < 2; ++round) {
        EXPECT_FALSE(store_->exists(gone));
        EXPECT_EQ(store_->read(gone).error().code, Errc::NotFound);
        EXPECT_EQ(text(stays, kFirst), "stays");
        EXPECT_THAT(store_->find(token), ElementsAre(stays));
        store_.restart();
    }
    store_->write([&](Transaction& transaction) {
        transaction.put(stays, kSecond, RecordKind::Note, as_bytes("after"));
    });
    EXPECT_EQ(text(stays, kSecond), "after");
}

TEST_F(StoreTest, ANewPinReplacesTheOld) {
    const auto id = a_dossier();
    const base::Secret pin(std::string_view("another pin"));
    ASSERT_TRUE(store_->rotate(
        {}, [](Transaction&) {}, &pin, tests::kCheapPin));
    store_.close();
    store_.open_locked();
    EXPECT_EQ(store_->unlock(tests::test_pin()).error().code, Errc::Unauthorized);
    ASSERT_TRUE(store_->unlock(pin));
    EXPECT_EQ(text(id, kFirst), "a name");
}

TEST_F(StoreTest, ARotationThatThrowsLeavesTheOldEpoch) {
    const auto id = a_dossier();
    const std::vector erased{id};
    EXPECT_THROW((void)store_->rotate(erased, [](Transaction&) { throw StorageError("no"); }),
                 StorageError);
    EXPECT_EQ(store_->epoch(), 1u);
    EXPECT_EQ(text(id, kFirst), "a name");
    ASSERT_TRUE(store_->forget_old_epochs());
    EXPECT_THAT(*store_.device().epochs(), ElementsAre(1u));
    store_.restart();
    EXPECT_EQ(text(id, kFirst), "a name");
}

TEST_F(StoreTest, NoticesThatItHasBeenSetBack) {
    const auto id = a_dossier();
    store_.close();
    const auto copy = store_.directory() / "copy";
    std::filesystem::copy_file(store_.file(), copy);
    store_.restart();
    EXPECT_FALSE(store_->was_restored());
    store_->write([&](Transaction& transaction) {
        transaction.put(id, kFirst, RecordKind::Person, as_bytes("newer"));
    });
    store_.close();
    std::filesystem::copy_file(copy, store_.file(),
                               std::filesystem::copy_options::overwrite_existing);
    store_.restart();
    EXPECT_TRUE(store_->was_restored());
    EXPECT_EQ(text(id, kFirst), "a name");
    store_.restart();
    EXPECT_FALSE(store_->was_restored()) << "said once; from here it is the store";
}

TEST_F(StoreTest, NoticesARowThatIsMissing) {
    const auto id = a_dossier();
    tamper("DELETE FROM record");
    EXPECT_THROW((void)store_->read(id), StorageError);
    tamper("DELETE FROM dossier WHERE id <> 1");
    EXPECT_THAT(refusal_to_unlock(), HasSubstr("list of dossiers"));
}

TEST_F(StoreTest, NoticesARowThatHasComeBackFromBefore) {
    const auto id = a_dossier();
    store_.close();
    const auto copy = store_.directory() / "copy";
    std::filesystem::copy_file(store_.file(), copy);
    store_.restart();
    store_->write([&](Transaction& transaction) {
        transaction.put(id, kFirst, RecordKind::Person, as_bytes("newer"));
    });
    const std::string attach = "ATTACH '" + copy.string() + "' AS old; ";
    tamper(attach + "INSERT OR REPLACE INTO main.record SELECT * FROM old.record");
    EXPECT_THROW((void)store_->read(id), StorageError);
    tamper(attach + "INSERT OR REPLACE INTO main.dossier SELECT * FROM old.dossier");
    EXPECT_THROW((void)store_->read(id), StorageError) << "record and head agree, but are old";
    EXPECT_THAT(refusal_to_unlock(), HasSubstr("list of dossiers"));
}

// The dossier that was written last is not read again for the next write.
TEST_F(StoreTest, AWriteNoticesThatItsDossierHasGone) {
    const auto id = a_dossier();
    const auto write = [&](std::string_view what) {
        store_->write([&](Transaction& transaction) {
            transaction.put(id, kSecond, RecordKind::Person, as_bytes(what));
            audit(transaction, audit::Action::DossierWritten, id);
        });
    };
    write("one");
    write("two");
    EXPECT_EQ(text(id, kSecond), "two");
    EXPECT_EQ(text(id, kFirst), "a name");
    tamper("UPDATE dossier SET version = version - 1 WHERE id <> 1");
    const auto leaves = store_->audit().frontier().size();
    EXPECT_THROW(write("three"), StorageError);
    EXPECT_EQ(store_->audit().frontier().size(), leaves);
    tamper("UPDATE dossier SET version = version + 1 WHERE id <> 1");
    EXPECT_EQ(text(id, kSecond), "two");
    write("four");
    store_.restart();
    EXPECT_EQ(text(id, kSecond), "four");
}

TEST_F(StoreTest, NoticesAnOpeningThatIsMissing) {
    const auto id = a_dossier();
    store_->write(
        [&](Transaction& transaction) { audit(transaction, audit::Action::DossierOpened, id); });
    ASSERT_EQ(store_->openings(id)->size(), 2u);
    tamper("UPDATE audit_leaf SET opening = NULL WHERE seq = 1");
    EXPECT_THROW((void)store_->openings(id), StorageError);
    EXPECT_TRUE(store_->read(id)) << "which says nothing of the log";
}

TEST_F(StoreTest, NoticesThatALeafIsNotItsOpenings) {
    const auto id = a_dossier();
    a_dossier();
    ASSERT_TRUE(store_->audit().inclusion(1));
    tamper("UPDATE audit_leaf SET commitment = zeroblob(32) WHERE seq = 0");
    EXPECT_THROW((void)store_->openings(id), StorageError);
    EXPECT_EQ(store_->audit().inclusion(1).error().code, Errc::Malformed) << "its neighbour";
}

// A new key would replace the one on the device, and with it every backup.
TEST_F(StoreTest, IsNotNewBecauseItsKeyHasGone) {
    a_dossier();
    tamper("DELETE FROM store");
    EXPECT_THROW((void)store_->is_new(), StorageError);
    EXPECT_THROW((void)store_->initialise(tests::test_pin(), tests::kCheapPin), StorageError);
    EXPECT_THAT(*store_.device().epochs(), ElementsAre(1u));
}

TEST_F(StoreTest, NoticesThatTheNewestLeafHasGone) {
    a_dossier();
    a_dossier();
    tamper("DELETE FROM audit_leaf WHERE seq = 1");
    EXPECT_THAT(refusal_to_unlock(), HasSubstr("the head"));
    tamper("DELETE FROM audit_leaf");
    EXPECT_THAT(refusal_to_unlock(), HasSubstr("list of dossiers"));
}

TEST_F(StoreTest, NoticesAnAuditLeafThatIsMissingOrChanged) {
    a_dossier();
    a_dossier();
    tamper("UPDATE audit_leaf SET commitment = zeroblob(32) WHERE seq = 0");
    EXPECT_THAT(refusal_to_unlock(), HasSubstr("audit log"));
    tamper("DELETE FROM audit_leaf WHERE seq = 0");
    EXPECT_THAT(refusal_to_unlock(), HasSubstr("audit log"));
}

}  // namespace
}  // namespace sightline::storage
