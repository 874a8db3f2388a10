#include "storage/attachment_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "storage/backup.h"
#include "storage/sync/attachment_chunk.h"
#include "storage/transaction.h"
#include "tests/support/open_store.h"

namespace sightline::storage {
namespace {

using base::Errc;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class AttachmentRepositoryTest : public testing::Test {
  protected:
    AttachmentRepositoryTest() {
        store_->write([&](Transaction& transaction) {
            dossier_ = FormRepository(*store_).create(transaction, {});
        });
    }
    AttachmentRepository attachments() { return AttachmentRepository(*store_); }
    // Of so many pieces, and what they are.
    AttachmentRow row_of(std::size_t pieces, std::size_t last = 100) {
        sync::Attachment attachment{
            "letter", (pieces - 1) * sync::kChunkBytes + last, std::string(43, 'A'), {}};
        const base::Secret key(base::Bytes(32, 0));
        for (std::size_t place = 0; place < pieces; ++place) {
            const base::Bytes plain(place + 1 < pieces ? sync::kChunkBytes : last,
                                    static_cast<std::uint8_t>('a' + pieces));
            const auto chunk = sync::seal_chunk(key, place, plain);
            attachment.chunks.push_back(sync::sha256_of(chunk));
            chunks_[attachment.chunks.back()] = chunk;
        }
        AttachmentRow row;
        row.id = base::RecordId::random();
        row.path = "attachments/" + row.id.text();
        row.value = boost::json::serialize(attachment.value());
        return row;
    }
    void keep_from_here(const AttachmentRow& row) {
        for (const auto& name : attachment_of(row).chunks) {
            attachments().stage(dossier_, row.id, name, chunks_[name]);
        }
        store_->write([&](Transaction& transaction) {
            attachments().put(transaction, dossier_, row);
            attachments().keep_staged(transaction, row.id);
        });
    }
    void wait(ChunkWay way, const AttachmentRow& row) {
        store_->write([&](Transaction& transaction) {
            attachments().wait(transaction, way, circle_, dossier_, row);
        });
    }

    tests::OpenStore store_;
    base::DossierId dossier_;
    const base::RecordId circle_ = base::RecordId::random();
    std::map<sync::OpHash, std::string> chunks_;
};

TEST_F(AttachmentRepositoryTest, ARecordIsReadAsItWasWritten) {
    auto row = row_of(2);
    row.circle = circle_;
    row.site = sync::SiteId::from_value(7);
    row.told = {base::RecordId::from_value(8)};
    row.by = "site 000000";
    row.at = model::RecordTime{std::chrono::seconds(9)};
    const auto read = decode<AttachmentRow>(encode(row)).value();
    EXPECT_EQ(read.id, row.id);
    EXPECT_EQ(read.path, row.path);
    EXPECT_EQ(attachment_of(read), attachment_of(row));
    EXPECT_EQ(read.circle, row.circle);
    EXPECT_EQ(read.site, row.site);
    EXPECT_EQ(read.told, row.told);
    EXPECT_EQ(read.at, row.at);
    row.value = "{}";
    EXPECT_THROW((void)attachment_of(row), StorageError);
}

TEST_F(AttachmentRepositoryTest, WhatWaitsGoesInOrderAndIsSentOnce) {
    const auto large = row_of(3);
    const auto small = row_of(1);
    for (const auto& row : {large, small}) {
        keep_from_here(row);
        wait(ChunkWay::ToHub, row);
    }
    const auto first = attachment_of(small).chunks;
    const auto then = attachment_of(large).chunks;
    EXPECT_THAT(attachments().waiting(ChunkWay::ToHub, circle_, 10),
                ElementsAre(first[0], then[0], then[1], then[2]));
    EXPECT_THAT(attachments().waiting(ChunkWay::ToHub, circle_, 2), SizeIs(2));
    EXPECT_THAT(attachments().waiting(ChunkWay::ToHub, base::RecordId::random(), 10), IsEmpty());
    EXPECT_EQ(attachments().waiting(ChunkWay::ToHub, circle_).bytes, 2 * sync::kChunkBytes + 200);
    EXPECT_EQ(attachments().chunk_to_send(circle_, then[0]).value(), chunks_[then[0]]);
    const std::vector<sync::OpHash> gone{first[0], then[0]};
    attachments().sent(circle_, gone);
    store_.restart();
    EXPECT_THAT(attachments().waiting(ChunkWay::ToHub, circle_, 10), ElementsAre(then[1], then[2]));
    EXPECT_EQ(attachments().chunk_to_send(circle_, then[0]).error().code, Errc::NotFound);
    store_->write([&](Transaction& transaction) {
        attachments().stop_sending(transaction, circle_, dossier_);
    });
    EXPECT_THAT(attachments().waiting(ChunkWay::ToHub, circle_, 10), IsEmpty());
    EXPECT_EQ(attachments().chunks_here(large.id), 3u) << "they are still the dossier's";
}

TEST_F(AttachmentRepositoryTest, WhatComesIsCheckedByItsNameAndWantedOnce) {
    const auto row = row_of(2);
    // A second one of the same pieces is whole with the first.
    auto twin = row;
    twin.id = base::RecordId::random();
    const auto names = attachment_of(row).chunks;
    for (const auto& each : {row, twin}) wait(ChunkWay::FromHub, each);
    EXPECT_THAT(attachments().waiting(ChunkWay::FromHub, circle_, 10), SizeIs(2));
    EXPECT_EQ(attachments().keep(circle_, names[0], chunks_[names[1]]).error().code,
              Errc::Malformed);
    for (const auto& name : names) ASSERT_TRUE(attachments().keep(circle_, name, chunks_[name]));
    EXPECT_THAT(attachments().waiting(ChunkWay::FromHub, circle_, 10), IsEmpty());
    store_.restart();
    EXPECT_EQ(attachments().chunks_here(row.id), 2u);
    EXPECT_EQ(attachments().chunks_here(twin.id), 2u);
    EXPECT_EQ(attachments().piece(row, 1)->size(), 100u);
    EXPECT_EQ(attachments().piece(row, 2).error().code, Errc::NotFound);
    wait(ChunkWay::FromHub, row);
    EXPECT_THAT(attachments().waiting(ChunkWay::FromHub, circle_, 10), IsEmpty())
        << "what is here is not wanted";
    // Nothing waits for it: it is not kept.
    const auto stray = row_of(1);
    const auto name = attachment_of(stray).chunks[0];
    ASSERT_TRUE(attachments().keep(circle_, name, chunks_[name]));
    EXPECT_EQ(attachments().chunks_here(stray.id), 0u);
}

TEST_F(AttachmentRepositoryTest, ASizeThatItsSenderMadeUpIsNoticed) {
    auto row = row_of(2);
    auto attachment = attachment_of(row);
    ++attachment.bytes;
    row.value = boost::json::serialize(attachment.value());
    keep_from_here(row);
    EXPECT_EQ(attachments().piece(row, 1).error().code, Errc::Malformed);
}

TEST_F(AttachmentRepositoryTest, WhatIsStagedIsNobodysAndGoes) {
    const auto kept = row_of(1);
    keep_from_here(kept);
    const auto half = row_of(2);
    const auto name = attachment_of(half).chunks[0];
    attachments().stage(dossier_, half.id, name, chunks_[name]);
    store_.restart();
    attachments().drop_all_staged();
    EXPECT_EQ(attachments().chunks_here(half.id), 0u);
    EXPECT_EQ(attachments().chunks_here(kept.id), 1u);
}

TEST_F(AttachmentRepositoryTest, ADamagedOrMissingChunkIsNoticed) {
    const auto row = row_of(2);
    keep_from_here(row);
    wait(ChunkWay::ToHub, row);
    auto& sqlite = store_->database().sqlite();
    sqlite.exec("UPDATE chunk SET body = CAST('x' || substr(body, 2) AS BLOB) WHERE rowid = 1");
    const auto names = attachment_of(row).chunks;
    EXPECT_THROW((void)attachments().piece(row, 0), StorageError);
    EXPECT_THROW((void)attachments().chunk_to_send(circle_, names[0]), StorageError);
    EXPECT_TRUE(attachments().piece(row, 1));
    sqlite.exec("DELETE FROM chunk");
    EXPECT_THROW((void)attachments().chunk_to_send(circle_, names[1]), StorageError);
}

TEST_F(AttachmentRepositoryTest, BoundsAreOfEachAndOfTheDossier) {
    std::vector<AttachmentRow> rows;
    EXPECT_TRUE(has_room(rows, kMaxAttachmentBytes));
    EXPECT_FALSE(has_room(rows, kMaxAttachmentBytes + 1));
    auto row = row_of(1);
    auto attachment = attachment_of(row);
    attachment.bytes = kMaxAttachmentBytes;
    row.value = boost::json::serialize(attachment.value());
    rows.assign(15, row);
    EXPECT_TRUE(has_room(rows, kMaxAttachmentBytes));
    rows.assign(16, row);
    EXPECT_FALSE(has_room(rows, 1));
    rows.assign(kMaxAttachments, row_of(1));
    EXPECT_FALSE(has_room(rows, 1));
}

TEST_F(AttachmentRepositoryTest, ABackupHasTheBytes) {
    const auto row = row_of(2);
    keep_from_here(row);
    const auto file = store_.directory() / "backup.db";
    ASSERT_TRUE(make_backup(*store_, file, {"staff 1a2b3c", {}}, 0));
    SQLite::Database copy(file.string(), SQLite::OPEN_READONLY);
    EXPECT_EQ(copy.execAndGet("SELECT count(*) FROM chunk").getInt(), 2);
}

}  // namespace
}  // namespace sightline::storage
