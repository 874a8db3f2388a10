// Attachments of registration forms: taken in, told of, sent, fetched and handed out, over real
// stores, with a hub in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "appliance/kiosk/attachment_desk.h"
#include "storage/erasure.h"
#include "storage/sync/attachment_chunk.h"
#include "tests/support/dossier_sites.h"

namespace sightline::kiosk {
namespace {

using base::Errc;
using model::ConsentAnswer;
using storage::ChunkWay;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::moment;
using tests::staff;

constexpr std::size_t kPiece = storage::sync::kChunkBytes;

std::string document_of(std::size_t bytes) {
    std::string text = "%PDF-1.7 a document of the test\n";
    for (std::uint32_t i = 0; text.size() < bytes; ++i) text += std::to_string(i * 2654435761u);
    text.resize(bytes);
    return text;
}

class DossierAttachmentsTest : public testing::Test {
  protected:
    // A site with its attachments, which restart together.
    struct Place {
        explicit Place(tests::DossierSite& of) : site(of) { start(); }
        void start() {
            desk.emplace(*site.store, *site.desk);
            desk->load();
        }
        void restart() {
            desk.reset();
            site.restart();
            start();
        }
        tests::DossierSite& site;
        std::optional<AttachmentDesk> desk;
    };

    base::Result<base::RecordId> send(Place& at, base::DossierId id, const std::string& bytes) {
        std::optional<base::RecordId> upload;
        for (std::size_t from = 0; from < bytes.size(); from += kPiece) {
            const auto piece = std::string_view(bytes).substr(from, kPiece);
            const auto taken = at.desk->take_piece(id, upload, base::as_bytes(piece), staff(3));
            if (!taken) return taken.error();
            upload = *taken;
        }
        return *upload;
    }
    base::Result<base::RecordId> attach(Place& at, base::DossierId id, const std::string& bytes,
                                        const AttachmentDesk::Order& order) {
        const auto upload = send(at, id, bytes);
        if (!upload) return upload.error();
        return at.desk->attach(*upload, order, staff(4));
    }
    base::Result<base::RecordId> attach(Place& at, base::DossierId id, const std::string& bytes,
                                        const std::string& name = "letter.pdf") {
        AttachmentDesk::Order order;
        order.name = name;
        return attach(at, id, bytes, order);
    }
    boost::json::array list(Place& at, base::DossierId id,
                            std::optional<base::RecordId> reader = std::nullopt) {
        return at.desk->list(id, reader, staff(50)).value();
    }
    // All of it, or why not.
    std::string fetched(Place& at, base::DossierId id, base::RecordId attachment) {
        std::string bytes;
        for (std::size_t place = 0;; ++place) {
            const auto piece = at.desk->read(id, attachment, place, std::nullopt, staff(51));
            if (!piece) return piece.error().text;
            bytes += base::as_text(piece->bytes);
            if (place + 1 == piece->attachment.chunks.size()) return bytes;
        }
    }
    std::string fetched(Place& at, base::DossierId id) {
        const auto all = list(at, id);
        const auto text = std::string(all.at(0).at("id").as_string());
        return fetched(at, id, *base::RecordId::parse(text));
    }
    std::size_t send_chunks(Place& from, std::size_t most = 1000) {
        const auto names = from.site.sync().chunks(ChunkWay::ToHub, most);
        for (const auto& name : names) {
            hub_[name] = from.site.sync().read_chunk(name).value();
            from.site.sync().chunks_sent(std::span(&name, 1));
        }
        return names.size();
    }
    std::size_t fetch_chunks(Place& to, std::size_t most = 1000) {
        std::size_t kept = 0;
        for (const auto& name : to.site.sync().chunks(ChunkWay::FromHub, most)) {
            if (!hub_.contains(name)) continue;
            to.site.sync().keep_chunk(name, hub_[name]).value();
            ++kept;
        }
        return kept;
    }
    void release(base::DossierId id) {
        a_.site.answer(id, ConsentAnswer::Given, 5);
        pseudonym_ = a_.site.desk->release(id, "NLD", "TA-2026-1", staff(6)).value();
    }
    base::DossierId at_b() { return circle_.at(b_.site, pseudonym_); }
    std::size_t table(Place& at, const std::string& name) {
        return static_cast<std::size_t>(
            at.site.store->database().sqlite().execAndGet("SELECT count(*) FROM " + name).getInt());
    }
    std::uint64_t waiting(Place& at, const char* way, const char* what) {
        return at.site.sync().status().at(way).at(what).to_number<std::uint64_t>();
    }

    tests::DossierCircle circle_;
    Place a_{circle_.a};
    Place b_{circle_.b};
    std::map<storage::sync::OpHash, std::string> hub_;
    storage::sync::Pseudonym pseudonym_;
    const std::string document_ = document_of(2 * kPiece + 1000);
};

TEST_F(DossierAttachmentsTest, ADocumentIsHandedOutAsItCame) {
    const auto id = a_.site.a_case();
    const auto attachment = attach(a_, id, document_);
    ASSERT_TRUE(attachment) << attachment.error().text;
    EXPECT_EQ(fetched(a_, id, *attachment), document_);
    const auto all = list(a_, id);
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_EQ(all[0].at("name"), "letter.pdf");
    EXPECT_EQ(all[0].at("type"), "application/pdf");
    EXPECT_EQ(all[0].at("bytes").to_number<std::size_t>(), document_.size());
    EXPECT_EQ(all[0].at("from"), "here");
    EXPECT_TRUE(all[0].at("whole").as_bool());
    // The form lists it too, and so does what is exported.
    const auto fields = a_.site.fields(id);
    const std::string entry = "documents/" + attachment->text();
    EXPECT_EQ(fields.at(entry + "/name"), "letter.pdf");
    EXPECT_EQ(fields.at(entry + "/sha256").as_string().size(), 64u);
    EXPECT_THAT(a_.site.log(id), Contains(HasSubstr("attachment " + attachment->text())));
    a_.restart();
    EXPECT_EQ(fetched(a_, id, *attachment), document_);
    EXPECT_EQ(table(a_, "chunk_waiting"), 0u) << "it is released to nobody";
}

TEST_F(DossierAttachmentsTest, TheStoresFileHasNothingOfIt) {
    const auto id = a_.site.a_case();
    ASSERT_TRUE(attach(a_, id, document_));
    const auto found = a_.site.store->database().sqlite().execAndGet(
        "SELECT count(*) FROM chunk WHERE instr(body, CAST('a document of the test' AS BLOB)) > 0");
    EXPECT_EQ(found.getInt(), 0);
    EXPECT_EQ(table(a_, "chunk"), 3u);
}

TEST_F(DossierAttachmentsTest, WhatIsNoDocumentLeavesNothing) {
    const auto id = a_.site.a_case();
    const auto program = attach(a_, id, std::string("\x7f") + "ELF");
    EXPECT_EQ(program.error().code, Errc::Malformed);
    EXPECT_THAT(program.error().text, HasSubstr("PDF"));
    const base::Bytes none;
    EXPECT_EQ(a_.desk->take_piece(id, std::nullopt, none, staff(3)).error().code, Errc::Malformed);
    EXPECT_EQ(attach(a_, base::DossierId::random(), document_).error().code, Errc::NotFound);
    EXPECT_EQ(table(a_, "chunk"), 0u);
    EXPECT_EQ(table(a_, "chunk_staged"), 0u);
    EXPECT_THAT(list(a_, id), IsEmpty());
}

TEST_F(DossierAttachmentsTest, TheNameTheTypeAndThePersonMustFit) {
    const auto id = a_.site.a_case();
    const auto upload = send(a_, id, document_).value();
    AttachmentDesk::Order order;
    for (const std::string name : {"", "a/b", "two\nlines"}) {
        order.name = name;
        EXPECT_EQ(a_.desk->attach(upload, order, staff(4)).error().code, Errc::Malformed) << name;
    }
    order.name = "letter.pdf";
    order.media_type = "image/png";
    const auto other = a_.desk->attach(upload, order, staff(4));
    EXPECT_THAT(other.error().text, HasSubstr("application/pdf"));
    order.media_type.clear();
    order.about = base::RecordId::random();
    EXPECT_EQ(a_.desk->attach(upload, order, staff(4)).error().code, Errc::Malformed)
        << "about nobody of the case";
    EXPECT_EQ(a_.desk->attach(upload, order, {"staff 9f9f9f", moment(4)}).error().code,
              Errc::NotFound)
        << "somebody else's";
    order.about = a_.site.person(id);
    EXPECT_TRUE(a_.desk->attach(upload, order, staff(4)));
}

TEST_F(DossierAttachmentsTest, PiecesComeWholeButTheLast) {
    const auto id = a_.site.a_case();
    const auto upload = send(a_, id, document_).value();
    EXPECT_EQ(a_.desk->take_piece(id, upload, base::as_bytes("more"), staff(3)).error().code,
              Errc::Conflict);
    EXPECT_EQ(table(a_, "chunk"), 0u) << "it is given up";
    const std::string large(kPiece + 1, 'a');
    EXPECT_EQ(a_.desk->take_piece(id, std::nullopt, base::as_bytes(large), staff(3)).error().code,
              Errc::Malformed);
}

TEST_F(DossierAttachmentsTest, OfFiveUnderWayTheOldestIsGivenUp) {
    const auto id = a_.site.a_case();
    const auto first = send(a_, id, document_of(100)).value();
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(send(a_, id, document_of(100)));
    EXPECT_EQ(table(a_, "chunk"), 4u);
    AttachmentDesk::Order order;
    order.name = "letter.pdf";
    EXPECT_EQ(a_.desk->attach(first, order, staff(4)).error().code, Errc::NotFound);
}

TEST_F(DossierAttachmentsTest, ACrashForgetsWhatWasHalfTakenInAndNothingElse) {
    const auto id = a_.site.a_case();
    ASSERT_TRUE(attach(a_, id, document_));
    ASSERT_TRUE(send(a_, id, document_of(100)));
    EXPECT_EQ(table(a_, "chunk"), 4u);
    a_.restart();
    EXPECT_EQ(table(a_, "chunk"), 3u);
    EXPECT_EQ(table(a_, "chunk_staged"), 0u);
    EXPECT_EQ(fetched(a_, id), document_);
}

TEST_F(DossierAttachmentsTest, WhatWasAttachedBeforeTheReleaseTravelsWithIt) {
    const auto id = a_.site.a_case();
    ASSERT_TRUE(attach(a_, id, document_));
    EXPECT_EQ(table(a_, "sync_op"), 0u);
    release(id);
    EXPECT_EQ(waiting(a_, "chunks_to_send", "documents"), 1u);
    EXPECT_EQ(waiting(a_, "chunks_to_send", "bytes"), document_.size());
    circle_.exchange();
    ASSERT_EQ(b_.site.fields(at_b()), a_.site.fields(id));
    EXPECT_EQ(waiting(b_, "chunks_wanted", "bytes"), document_.size());
    EXPECT_EQ(send_chunks(a_), 3u);
    EXPECT_EQ(fetch_chunks(b_), 3u);
    EXPECT_EQ(fetched(b_, at_b()), document_);
    const auto shown = list(b_, at_b());
    EXPECT_EQ(shown.at(0).at("from"), "Kiosk 1");
    EXPECT_EQ(shown.at(0).at("type"), "application/pdf");
    EXPECT_EQ(waiting(b_, "chunks_wanted", "documents"), 0u);
    EXPECT_EQ(list(a_, id).at(0).at("told").as_array().size(), 1u);
    // Nothing of it goes back.
    EXPECT_EQ(send_chunks(b_), 0u);
}

TEST_F(DossierAttachmentsTest, LaterAnOpOfItsOwnTellsOfIt) {
    const auto id = a_.site.a_case();
    release(id);
    circle_.exchange();
    const auto ops = table(a_, "sync_op");
    ASSERT_TRUE(attach(a_, id, document_));
    EXPECT_EQ(table(a_, "sync_op"), ops + 1);
    ASSERT_TRUE(attach(b_, at_b(), document_of(200), "from b.pdf"));
    circle_.exchange();
    EXPECT_EQ(send_chunks(a_) + send_chunks(b_), 4u);
    EXPECT_EQ(fetch_chunks(a_) + fetch_chunks(b_), 4u);
    EXPECT_THAT(list(a_, id), SizeIs(2));
    for (const auto& each : list(b_, at_b())) {
        EXPECT_TRUE(each.at("whole").as_bool());
        const auto text = std::string(each.at("id").as_string());
        EXPECT_EQ(fetched(b_, at_b(), *base::RecordId::parse(text)),
                  each.at("name") == "from b.pdf" ? document_of(200) : document_);
    }
}

TEST_F(DossierAttachmentsTest, SmallOnesGoFirst) {
    const auto id = a_.site.a_case();
    ASSERT_TRUE(attach(a_, id, document_));
    ASSERT_TRUE(attach(a_, id, document_of(100), "small.pdf"));
    release(id);
    const auto first = a_.site.sync().chunks(ChunkWay::ToHub, 1);
    ASSERT_THAT(first, SizeIs(1));
    EXPECT_EQ(a_.site.sync().read_chunk(first[0])->size(), 100 + storage::sync::kChunkTagBytes);
}

TEST_F(DossierAttachmentsTest, AnAcknowledgedChunkIsNotSentTwiceAndAHalfKeptDocumentIsNotShown) {
    const auto id = a_.site.a_case();
    ASSERT_TRUE(attach(a_, id, document_));
    release(id);
    circle_.exchange();
    EXPECT_EQ(send_chunks(a_, 2), 2u);
    a_.restart();
    EXPECT_THAT(a_.site.sync().chunks(ChunkWay::ToHub, 10), SizeIs(1));
    EXPECT_EQ(fetch_chunks(b_), 2u);
    b_.restart();
    EXPECT_THAT(b_.site.sync().chunks(ChunkWay::FromHub, 10), SizeIs(1));
    EXPECT_FALSE(list(b_, at_b()).at(0).at("whole").as_bool());
    EXPECT_THAT(fetched(b_, at_b()), HasSubstr("not all of it is here yet"));
    EXPECT_EQ(send_chunks(a_), 1u);
    EXPECT_EQ(fetch_chunks(b_), 1u);
    EXPECT_EQ(fetched(b_, at_b()), document_);
}

TEST_F(DossierAttachmentsTest, AWithdrawalStopsWhatHasNotGone) {
    const auto id = a_.site.a_case();
    ASSERT_TRUE(attach(a_, id, document_));
    release(id);
    const auto names = a_.site.sync().chunks(ChunkWay::ToHub, 10);
    EXPECT_EQ(send_chunks(a_, 1), 1u);
    a_.site.answer(id, ConsentAnswer::Withdrawn, 60);
    a_.site.desk->heed_consents(id, staff(60));
    EXPECT_THAT(a_.site.sync().chunks(ChunkWay::ToHub, 10), IsEmpty());
    // Also of what a round has begun with already.
    EXPECT_EQ(a_.site.sync().read_chunk(names[1]).error().code, Errc::NotFound);
    ASSERT_TRUE(attach(a_, id, document_of(100), "not for them.pdf"));
    EXPECT_THAT(a_.site.sync().chunks(ChunkWay::ToHub, 10), IsEmpty());
    // They think again: all of it goes, with what was attached meanwhile.
    a_.site.answer(id, ConsentAnswer::Given, 70);
    ASSERT_TRUE(a_.site.desk->release(id, "NLD", "TA-2026-2", staff(71)));
    EXPECT_EQ(send_chunks(a_), 4u);
    circle_.exchange();
    EXPECT_EQ(fetch_chunks(b_), 4u);
    EXPECT_THAT(list(b_, at_b()), SizeIs(2));
}

TEST_F(DossierAttachmentsTest, AWithdrawalHeardFromAnotherSiteStopsThemToo) {
    const auto id = a_.site.a_case();
    release(id);
    circle_.exchange();
    ASSERT_TRUE(attach(b_, at_b(), document_));
    EXPECT_THAT(b_.site.sync().chunks(ChunkWay::ToHub, 10), SizeIs(3));
    a_.site.answer(id, ConsentAnswer::Withdrawn, 60);
    a_.site.desk->heed_consents(id, staff(60));
    circle_.exchange();
    EXPECT_THAT(b_.site.sync().chunks(ChunkWay::ToHub, 10), IsEmpty());
    a_.site.answer(id, ConsentAnswer::Given, 70);
    ASSERT_TRUE(a_.site.desk->release(id, "NLD", "TA-2026-2", staff(71)));
    circle_.exchange();
    EXPECT_THAT(b_.site.sync().chunks(ChunkWay::ToHub, 10), SizeIs(3));
}

TEST_F(DossierAttachmentsTest, AConfidentialOneIsForItsPersonAlone) {
    const auto id = a_.site.a_case();
    AttachmentDesk::Order order;
    order.name = "testimony.pdf";
    order.confidential = true;
    EXPECT_EQ(attach(a_, id, document_of(100), order).error().code, Errc::Malformed) << "of nobody";
    const auto person = a_.site.person(id);
    order.about = person;
    const auto attachment = attach(a_, id, document_of(100), order).value();
    ASSERT_TRUE(attach(a_, id, document_of(100), "for all.pdf"));
    base::RecordId other;
    const auto opened = a_.site.desk->open(id, staff(2));
    for (const auto& each : opened->form->persons) {
        if (each.basics.id != person) other = each.basics.id;
    }
    EXPECT_THAT(list(a_, id), SizeIs(2));
    EXPECT_THAT(list(a_, id, person), SizeIs(2));
    const auto shown = list(a_, id, other);
    ASSERT_THAT(shown, SizeIs(1));
    EXPECT_EQ(shown[0].at("name"), "for all.pdf");
    EXPECT_EQ(a_.desk->read(id, attachment, 0, other, staff(51)).error().code, Errc::NotFound);
    EXPECT_TRUE(a_.desk->read(id, attachment, 0, person, staff(51)));
    // The other kiosk keeps it from them as well.
    release(id);
    circle_.exchange();
    EXPECT_THAT(list(b_, at_b(), other), SizeIs(1));
}

TEST_F(DossierAttachmentsTest, ADetachedOneGoesEverywhereAndStaysAway) {
    const auto id = a_.site.a_case();
    const auto attachment = attach(a_, id, document_).value();
    release(id);
    circle_.exchange();
    send_chunks(a_);
    fetch_chunks(b_);
    ASSERT_TRUE(a_.desk->detach(id, attachment, staff(52)));
    EXPECT_EQ(table(a_, "chunk"), 0u);
    EXPECT_EQ(a_.desk->detach(id, attachment, staff(52)).error().code, Errc::NotFound);
    circle_.exchange();
    EXPECT_THAT(list(b_, at_b()), IsEmpty());
    EXPECT_EQ(table(b_, "chunk"), 0u);
    ASSERT_TRUE(b_.site.set(at_b(), "case/office", "Office 2"));
    circle_.exchange();
    a_.restart();
    EXPECT_THAT(list(a_, id), IsEmpty());
    EXPECT_EQ(a_.site.fields(id), b_.site.fields(at_b()));
}

TEST_F(DossierAttachmentsTest, OneThatIsDetachedAfterAWithdrawalIsTakenBackWithTheNextRelease) {
    const auto id = a_.site.a_case();
    const auto attachment = attach(a_, id, document_).value();
    release(id);
    circle_.exchange();
    a_.site.answer(id, ConsentAnswer::Withdrawn, 60);
    a_.site.desk->heed_consents(id, staff(60));
    ASSERT_TRUE(a_.desk->detach(id, attachment, staff(61)));
    circle_.exchange();
    EXPECT_THAT(list(b_, at_b()), SizeIs(1)) << "nothing goes out meanwhile";
    a_.site.answer(id, ConsentAnswer::Given, 70);
    ASSERT_TRUE(a_.site.desk->release(id, "NLD", "TA-2026-2", staff(71)));
    circle_.exchange();
    EXPECT_THAT(list(b_, at_b()), IsEmpty());
    EXPECT_THAT(list(a_, id), IsEmpty());
}

TEST_F(DossierAttachmentsTest, WhatWasTakenInHereStaysWhateverOthersSay) {
    const auto id = a_.site.a_case();
    ASSERT_TRUE(attach(a_, id, document_));
    release(id);
    circle_.exchange();
    const auto there = list(b_, at_b());
    const auto text = std::string(there.at(0).at("id").as_string());
    ASSERT_TRUE(b_.desk->detach(at_b(), *base::RecordId::parse(text), staff(53)));
    circle_.exchange();
    EXPECT_EQ(fetched(a_, id), document_);
    ASSERT_TRUE(a_.site.set(id, "case/office", "Office 1"));
    circle_.exchange();
    EXPECT_THAT(list(b_, at_b()), IsEmpty()) << "and it is not told of again";
}

TEST_F(DossierAttachmentsTest, AnErasedDossierTakesItsChunksAlong) {
    const auto id = a_.site.a_case();
    ASSERT_TRUE(attach(a_, id, document_));
    const auto other = a_.site.a_case("100-24C00002");
    ASSERT_TRUE(attach(a_, other, document_of(100)));
    release(id);
    circle_.exchange();
    ASSERT_TRUE(storage::Erasure(*a_.site.store)
                    .erase({{id}, "request of the person", "dpo 1", moment(80)}));
    a_.site.desk->reload(moment(81));
    EXPECT_EQ(table(a_, "chunk"), 1u);
    EXPECT_EQ(table(a_, "chunk_waiting"), 0u);
    EXPECT_EQ(fetched(a_, other), document_of(100));
    // What others go on to attach to it is not wanted here.
    ASSERT_TRUE(attach(b_, at_b(), document_of(300)));
    circle_.exchange();
    EXPECT_THAT(a_.site.sync().chunks(ChunkWay::FromHub, 10), IsEmpty());
}

// A trigger stands for a disk that fails between one statement and the next.
TEST_F(DossierAttachmentsTest, AFailedWriteLeavesItUnattached) {
    const auto id = a_.site.a_case();
    release(id);
    const auto ops = table(a_, "sync_op");
    auto& sqlite = a_.site.store->database().sqlite();
    for (const std::string where : {"sync_op", "audit_leaf", "chunk_waiting"}) {
        const auto upload = send(a_, id, document_).value();
        sqlite.exec("CREATE TEMP TRIGGER full BEFORE INSERT ON main." + where +
                    " BEGIN SELECT RAISE(ABORT, 'no space'); END");
        AttachmentDesk::Order order;
        order.name = "letter.pdf";
        EXPECT_THROW((void)a_.desk->attach(upload, order, staff(4)), storage::StorageError)
            << where;
        sqlite.exec("DROP TRIGGER full");
        EXPECT_THAT(list(a_, id), IsEmpty()) << where;
        EXPECT_EQ(table(a_, "sync_op"), ops) << where;
    }
    a_.restart();
    EXPECT_EQ(table(a_, "chunk"), 0u);
    ASSERT_TRUE(attach(a_, id, document_));
    EXPECT_THAT(a_.site.sync().chunks(ChunkWay::ToHub, 10), SizeIs(3));
}

TEST_F(DossierAttachmentsTest, AnotherChunkIsRefusedAndADamagedOneIsNoticed) {
    const auto id = a_.site.a_case();
    ASSERT_TRUE(attach(a_, id, document_));
    release(id);
    circle_.exchange();
    send_chunks(a_);
    const auto wanted = b_.site.sync().chunks(ChunkWay::FromHub, 1);
    EXPECT_EQ(b_.site.sync().keep_chunk(wanted[0], "another one").error().code, Errc::Malformed);
    EXPECT_EQ(table(b_, "chunk"), 0u);
    EXPECT_EQ(fetch_chunks(b_), 3u);
    b_.site.store->database().sqlite().exec(
        "UPDATE chunk SET body = CAST('x' || substr(body, 2) AS BLOB)");
    EXPECT_THROW((void)fetched(b_, at_b()), storage::StorageError);
}

TEST_F(DossierAttachmentsTest, WhatIsTooLargeIsListedAndNotFetched) {
    const auto id = a_.site.a_case();
    release(id);
    // As a site with a greater bound would tell of it.
    storage::sync::Attachment large{"large.pdf",
                                    storage::kMaxAttachmentBytes + 1,
                                    std::string(43, 'A'),
                                    {storage::sync::OpHash{1}}};
    auto op = a_.site.sync().make(
        pseudonym_, {{storage::sync::Change::Kind::Set, "attachments/1", large.value()}},
        staff(10));
    a_.site.store->write([&](auto& transaction) { a_.site.sync().store(transaction, *op, id); });
    a_.site.sync().apply(*op, id);
    circle_.exchange();
    EXPECT_THAT(list(b_, at_b()), SizeIs(1));
    EXPECT_THAT(b_.site.sync().chunks(ChunkWay::FromHub, 10), IsEmpty());
}

}  // namespace
}  // namespace sightline::kiosk
