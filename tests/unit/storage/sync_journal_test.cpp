#include "storage/sync_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/erasure.h"
#include "storage/form_repository.h"
#include "storage/sync/jose_keys.h"
#include "storage/sync/receipt.h"
#include "storage/transaction.h"
#include "tests/support/device_keys.h"
#include "tests/support/open_store.h"

namespace sightline::storage {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr model::RecordTime at(int s) { return model::RecordTime{std::chrono::seconds(s)}; }

class SyncJournalTest : public testing::Test {
  protected:
    SyncJournalTest() {
        circle_.id = base::RecordId::random();
        circle_.site = sync::SiteId::random();
        store_->write([&](Transaction& transaction) { journal().put(transaction, circle_); });
    }
    SyncJournal journal() { return SyncJournal(*store_); }
    // A dossier of the circle.
    std::pair<base::DossierId, sync::Pseudonym> a_dossier() {
        Release release;
        release.id = base::RecordId::random();
        release.circle = circle_.id;
        release.pseudonym = sync::Pseudonym::random();
        FormRepository forms(*store_);
        base::DossierId id;
        store_->write([&](Transaction& transaction) {
            id = forms.create(transaction, at(1));
            forms.put(transaction, id, release);
        });
        return {id, release.pseudonym};
    }
    sync::Op op(sync::Pseudonym pseudonym, const std::string& sealed) {
        auto made = sync::Op::sign({{circle_.site, 1}, ++seq_, last_, pseudonym, {}, {}}, sealed,
                                   sync::DeviceSigner(key_))
                        .value();
        last_ = made.hash();
        return made;
    }
    void append(const sync::Op& op, std::optional<base::DossierId> dossier) {
        store_->write([&](Transaction& transaction) {
            journal().append(transaction, circle_.id, op, dossier);
        });
    }

    tests::OpenStore store_;
    SyncCircle circle_;
    const signature::DeviceKey key_ = tests::kiosk_key();
    const signature::DeviceKey hub_ = tests::other_key();
    std::uint64_t seq_ = 0;
    sync::OpHash last_{};
};

TEST_F(SyncJournalTest, GivesOpsBackInTheirOrderAsTheyTravel) {
    const auto [first, p] = a_dossier();
    const auto [second, q] = a_dossier();
    const std::vector ops{op(p, "one"), op(q, "two"), op(p, "three")};
    append(ops[0], first);
    append(ops[1], second);
    append(ops[2], first);
    store_.restart();
    const auto kept = journal().kept(circle_.id);
    EXPECT_THAT(kept.ops, ElementsAre(ops[0].text(), ops[1].text(), ops[2].text()));
    EXPECT_THAT(kept.releases, SizeIs(2));
    EXPECT_THAT(kept.erased, IsEmpty());
    EXPECT_THAT(journal().circles(), SizeIs(1));
}

TEST_F(SyncJournalTest, SaysNoDossiersIdBesideAPseudonymInClear) {
    const auto [id, pseudonym] = a_dossier();
    append(op(pseudonym, "one"), id);
    auto& sqlite = store_->database().sqlite();
    EXPECT_EQ(sqlite
                  .execAndGet("SELECT count(*) FROM dossier JOIN sync_op ON dossier.id IN "
                              "(sync_op.circle, sync_op.pseudonym)")
                  .getInt(),
              0);
}

TEST_F(SyncJournalTest, NoticesATableThatWasCutShort) {
    const auto [id, pseudonym] = a_dossier();
    append(op(pseudonym, "one"), id);
    append(op(pseudonym, "two"), id);
    store_->database().sqlite().exec("DELETE FROM sync_op WHERE row = 2");
    try {
        (void)journal().kept(circle_.id);
        FAIL() << "this site would have signed a second past";
    } catch (const StorageError& e) {
        EXPECT_THAT(e.what(), HasSubstr("ops are missing"));
    }
}

TEST_F(SyncJournalTest, NothingIsLeftOfAWriteThatFails) {
    const auto [id, pseudonym] = a_dossier();
    const auto one = op(pseudonym, "one");
    EXPECT_THROW(store_->write([&](Transaction& transaction) {
        journal().append(transaction, circle_.id, one, id);
        journal().put_receipt(transaction, circle_.id, 1, "receipt");
        journal().put_fork(transaction, circle_.id, {{circle_.site, 1}, 1, {}, {}}, "proof");
        throw StorageError("the disk is full");
    }),
                 StorageError);
    const auto kept = journal().kept(circle_.id);
    EXPECT_THAT(kept.ops, IsEmpty());
    EXPECT_THAT(kept.receipts, IsEmpty());
    EXPECT_THAT(kept.forks, IsEmpty());
}

TEST_F(SyncJournalTest, AnErasureWaitsForWhatMustBeSentAndLeavesTheEnvelope) {
    const auto [id, pseudonym] = a_dossier();
    const auto first = op(pseudonym, "one");
    const auto second = op(pseudonym, "two");
    append(first, id);
    append(second, id);
    ASSERT_TRUE(Erasure(*store_).retain_until(id, at(5), "dpo 1", at(2)));
    const auto receipt = [&](std::uint64_t seq, const sync::Op& of) {
        const sync::Receipt said{{circle_.site, 1}, seq, of.hash(), seq};
        store_->write([&](Transaction& transaction) {
            journal().put_receipt(transaction, circle_.id, 1, said.sign(sync::DeviceSigner(hub_)));
        });
    };
    EXPECT_TRUE(has_unsent_ops(*store_, id));
    receipt(1, first);
    EXPECT_TRUE(has_unsent_ops(*store_, id));
    EXPECT_THAT(Erasure(*store_).due(at(9)), IsEmpty());
    receipt(2, second);
    EXPECT_FALSE(has_unsent_ops(*store_, id));
    EXPECT_THAT(Erasure(*store_).due(at(9)), ElementsAre(id));
    ASSERT_TRUE(Erasure(*store_).erase({{id}, "retention", "kiosk", at(9)}));
    const auto kept = journal().kept(circle_.id);
    EXPECT_THAT(kept.ops, ElementsAre(EndsWith("\n"), EndsWith("\n")));
    EXPECT_THAT(kept.erased, ElementsAre(pseudonym));
}

TEST_F(SyncJournalTest, TheFirstForkOfASiteStays) {
    const sync::OpHash had{1};
    const sync::OpHash offered{2};
    store_->write([&](Transaction& transaction) {
        const sync::Fork first{{circle_.site, 1}, 7, had, offered};
        journal().put_fork(transaction, circle_.id, first, "proof");
        journal().put_fork(transaction, circle_.id, {{circle_.site, 2}, 9, offered, had}, "other");
    });
    EXPECT_THAT(journal().kept(circle_.id).forks,
                ElementsAre(sync::Fork{{circle_.site, 1}, 7, had, offered}));
}

}  // namespace
}  // namespace sightline::storage
