#include "storage/interview_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/transaction.h"
#include "tests/support/open_store.h"
#include "tests/support/stored_interview.h"

namespace sightline::storage {
namespace {

using audit::Action;
using model::ConsentAnswer;
using model::LeaveReason;
using model::RecordTime;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::interview_row;
using tests::metadata_consent;

constexpr RecordTime at(std::int64_t ms) { return RecordTime{milliseconds(ms)}; }
Said said(std::int64_t ms) { return {"staff 1", at(ms)}; }
const auto kSession = base::SessionId::from_value(0xA1);
const auto kAnna = base::ParticipantId::from_value(0xB1);
const auto kOmar = base::ParticipantId::from_value(0xB2);
const auto kPerson = base::RecordId::from_value(0xC1);
constexpr std::int64_t kDay = 86'400'000;

class InterviewRepositoryTest : public testing::Test {
  protected:
    void schedule(Kept kept = Kept::Metadata) {
        anna_ = tests::attendee(kAnna, kSession, "Anna", model::Role::Interviewer);
        omar_ = tests::attendee(kOmar, kSession, "Omar", model::Role::Applicant);
        running_ = tests::running_row(base::RecordId::from_value(0xD1), kSession, {omar_, anna_});
        running_.subjects = {{kPerson, false, {}, true}};
        auto row = interview_row(kSession, "Mission", at(kDay + 1000), kept);
        row.subjects = {kPerson};
        model::Person person;
        person.id = kPerson;
        person.given_names = "Amina";
        repository_->schedule(row, running_, std::span(&person, 1), {}, said(kDay + 1000));
    }
    void close(Kept kept = Kept::Metadata, std::int64_t ms = kDay + 9000) {
        repository_->close(running_, kept, model::EndReason::Complete, said(ms));
    }
    void reopen() {
        repository_.reset();
        store_.restart();
        repository_.emplace(*store_);
    }
    SessionRecord record() { return repository_->find(kSession).value(); }
    std::string last_leaf() {
        return store_->openings(*repository_->dossier_of(kSession))->back().event;
    }
    // Everything that is stored of it, as text.
    std::string bytes() {
        std::string out;
        const auto dossier = store_->read(*repository_->dossier_of(kSession)).value();
        for (const auto& r : dossier.records) {
            out += std::string(base::as_text(r.body)) + "\n";
        }
        return out;
    }

    tests::OpenStore store_;
    std::optional<InterviewRepository> repository_{std::in_place, *store_};
    RunningRow running_;
    model::Attendee anna_, omar_;
};

TEST_F(InterviewRepositoryTest, ReadsBackWhatWasScheduled) {
    schedule();
    reopen();
    const auto r = record();
    EXPECT_EQ(r.row.interview.title, "Mission");
    EXPECT_EQ(r.row.interview.opened, at(kDay + 1000));
    ASSERT_TRUE(r.running);
    EXPECT_EQ(r.running->standing.state, model::State::Scheduled);
    ASSERT_EQ(r.running->roster.size(), 2u);
    EXPECT_EQ(r.running->roster[1].invitation, anna_.invitation);
    EXPECT_EQ(r.subjects.at(0).given_names, "Amina");
    EXPECT_THAT(last_leaf(), HasSubstr("interview.scheduled"));
}

TEST_F(InterviewRepositoryTest, ARestartFindsStandingPlacesAndSignIns) {
    schedule();
    running_.standing = {model::State::Paused, model::PauseReason::PrivateTalk, {}};
    running_.mute.video = true;
    running_.roster[1].place = model::Place::Lobby;
    running_.roster[1].logins.push_back({std::string(64, 'd'), at(9)});
    running_.roster[1].passkeys.push_back({"id", "key", 7});
    repository_->save(running_, std::vector<Leaf>{{Action::InterviewStepped, "paused"}}, said(2));
    EXPECT_THAT(last_leaf(), HasSubstr("interview.stepped"));
    EXPECT_THAT(last_leaf(), HasSubstr("staff 1"));
    reopen();
    const auto running = record().running.value();
    EXPECT_EQ(running.standing, running_.standing);
    EXPECT_TRUE(running.mute.video);
    EXPECT_EQ(running.roster[1].place, model::Place::Lobby);
    EXPECT_EQ(running.roster[1].logins, running_.roster[1].logins);
    EXPECT_EQ(running.roster[1].passkeys, running_.roster[1].passkeys);
}

TEST_F(InterviewRepositoryTest, KeepsEachStayWithItsTimes) {
    schedule();
    repository_->joined(anna_, at(2000));
    repository_->joined(anna_, at(2500));
    repository_->left(kAnna, LeaveReason::Lost, at(3000));
    repository_->left(kAnna, LeaveReason::Bye, at(3500));
    repository_->joined(anna_, at(4000));
    ASSERT_EQ(record().participants.size(), 1u);
    const auto stays = record().participants[0].stays;
    ASSERT_EQ(stays.size(), 2u);
    EXPECT_EQ(stays[0].presence.joined, at(2000)) << "a repeated join changes nothing";
    EXPECT_EQ(stays[0].presence.left, at(3000)) << "a leave without a stay changes nothing";
    EXPECT_EQ(stays[0].presence.reason, LeaveReason::Lost);
    EXPECT_EQ(stays[1].presence.left, std::nullopt);
}

TEST_F(InterviewRepositoryTest, WhatAPersonUndertookStandsWithThem) {
    schedule();
    repository_->put_undertaking(anna_);
    EXPECT_TRUE(record().participants.empty()) << "who was not there is not put on record by it";
    anna_.undertaking = at(kDay + 1);
    repository_->joined(anna_, at(kDay + 2));
    EXPECT_EQ(record().participants.at(0).undertaking, at(kDay + 1));
    anna_.language = "Arabic";
    anna_.dialect = "Sudanese";
    repository_->put_undertaking(anna_);
    reopen();
    EXPECT_EQ(record().participants.at(0).language, "Arabic");
    EXPECT_EQ(record().participants.at(0).dialect, "Sudanese");
    repository_->left(anna_.participant.id, model::LeaveReason::Bye, at(kDay + 3));
    anna_.language = "Dari";
    repository_->joined(anna_, at(kDay + 4));
    EXPECT_EQ(record().participants.at(0).language, "Dari");
}

TEST_F(InterviewRepositoryTest, ALeaveBeforeItsJoinEndsTheStayWhereItBegan) {
    schedule();
    repository_->joined(anna_, at(2000));
    repository_->left(kAnna, LeaveReason::Bye, at(1500));
    EXPECT_EQ(record().participants[0].stays[0].presence.left, at(2000));
}

TEST_F(InterviewRepositoryTest, QualityBelongsToTheLatestStay) {
    schedule();
    model::QualitySummary quality;
    quality.up.packets = 10;
    quality.down.round_trip_ms = 12.5;
    const std::vector<model::GradeChange> timeline = {
        {at(2100), model::LinkGrade::Good, model::LinkGrade::Poor}};
    repository_->put_quality(kAnna, quality, timeline);  // before any stay: nothing to hold it
    EXPECT_THAT(record().participants, IsEmpty());
    repository_->joined(anna_, at(2000));
    repository_->left(kAnna, LeaveReason::Bye, at(3000));
    repository_->put_quality(kAnna, quality, timeline);
    quality.up.packets = 11;
    repository_->put_quality(kAnna, quality, timeline);
    EXPECT_EQ(record().participants[0].stays[0].quality, quality);
    EXPECT_EQ(record().participants[0].stays[0].timeline, timeline);
}

TEST_F(InterviewRepositoryTest, TheEndClosesStaysAndBreaksAndForgetsWhatOpensAnything) {
    schedule();
    repository_->joined(anna_, at(kDay + 2000));
    repository_->put_break({base::RecordId::from_value(0xE1),
                            kSession,
                            model::PauseReason::Break,
                            at(kDay + 3000),
                            {}});
    close();
    close(Kept::Fact, kDay + 9999);  // once is enough
    const auto r = record();
    EXPECT_EQ(r.row.interview.ended, at(kDay + 9000));
    EXPECT_EQ(r.row.interview.end_reason, model::EndReason::Complete);
    EXPECT_EQ(r.participants[0].stays[0].presence.left, at(kDay + 9000));
    EXPECT_EQ(r.participants[0].stays[0].presence.reason, LeaveReason::Ended);
    EXPECT_EQ(r.breaks.at(0).until, at(kDay + 9000));
    EXPECT_FALSE(r.running);
    EXPECT_THAT(bytes(), testing::Not(HasSubstr(std::string(64, 'a'))));
    EXPECT_THAT(bytes(), testing::Not(HasSubstr(std::string(64, 'b'))));
}

TEST_F(InterviewRepositoryTest, WhatComesAfterTheEndBringsNothingBack) {
    schedule();
    close();
    repository_->save(running_, {}, said(kDay + 9500));
    EXPECT_FALSE(record().running);
}

TEST_F(InterviewRepositoryTest, WithoutConsentTheBareFactIsAllThatStays) {
    schedule(Kept::Fact);
    const auto no = metadata_consent(base::RecordId::from_value(1), kPerson, ConsentAnswer::Refused,
                                     at(kDay + 1500));
    repository_->record_consent(kSession, no, Kept::Fact, said(kDay + 1500));
    close(Kept::Fact);
    reopen();
    const auto r = record();
    EXPECT_EQ(r.row.kept, Kept::Fact);
    EXPECT_EQ(r.row.interview.title, "");
    EXPECT_EQ(r.row.interview.opened, at(kDay)) << "the day and nothing nearer";
    EXPECT_EQ(r.row.interview.ended, at(kDay));
    EXPECT_EQ(r.row.interview.end_reason, model::EndReason::Complete);
    EXPECT_EQ(r.subjects.at(0).given_names, "Amina");
    ASSERT_EQ(r.consents.size(), 1u);
    EXPECT_EQ(r.consents[0].answer, ConsentAnswer::Refused);
    EXPECT_EQ(r.consents[0].signature, "signature");
    EXPECT_THAT(bytes(), testing::Not(HasSubstr("Anna")));
    EXPECT_EQ(store_->read(*repository_->dossier_of(kSession))->records.size(), 3u)
        << "the fact, the person, the answer";
}

TEST_F(InterviewRepositoryTest, WhatAnEndDeletesIsLogged) {
    schedule();
    repository_->joined(anna_, at(kDay + 2000));
    const auto leaves = [&] {
        std::string all;
        for (const auto& leaf : *store_->openings(*repository_->dossier_of(kSession))) {
            all += leaf.event + "\n";
        }
        return all;
    };
    EXPECT_THAT(leaves(), testing::Not(HasSubstr("metadata.pruned")));
    // The consent is in force no more, as when a child turns out not to be fit for an interview.
    close(Kept::Fact);
    EXPECT_THAT(record().participants, IsEmpty());
    EXPECT_THAT(leaves(), HasSubstr("metadata.pruned"));
    EXPECT_THAT(last_leaf(), HasSubstr("interview.ended"));
}

TEST_F(InterviewRepositoryTest, AWithdrawalPrunesWhatWasKeptInTheSameCommit) {
    schedule(Kept::Fact);
    const auto yes = metadata_consent(base::RecordId::from_value(1), kPerson, ConsentAnswer::Given,
                                      at(kDay + 1500));
    repository_->record_consent(kSession, yes, Kept::Metadata, said(kDay + 1500));
    repository_->joined(anna_, at(kDay + 2000));
    repository_->put_incident(kSession, {at(kDay + 2500), "medical", "fainted", "staff 1"});
    repository_->put_break({base::RecordId::from_value(0xE1),
                            kSession,
                            model::PauseReason::Break,
                            at(kDay + 3000),
                            {}});
    model::Note note;
    note.id = base::RecordId::from_value(0xE2);
    note.interview = kSession;
    note.answer = "By the river.";
    repository_->put_note(note, said(kDay + 3500));
    EXPECT_EQ(record().notes.size(), 1u);
    EXPECT_EQ(record().incidents.at(0).detail, "fainted");
    const auto version = store_->version();
    const auto no = metadata_consent(base::RecordId::from_value(2), kPerson,
                                     ConsentAnswer::Withdrawn, at(kDay + 4000));
    repository_->record_consent(kSession, no, Kept::Fact, said(kDay + 4000));
    repository_->record_consent(kSession, no, Kept::Fact, said(kDay + 4000));  // tried again
    EXPECT_EQ(store_->version(), version + 1);
    reopen();
    const auto r = record();
    EXPECT_THAT(r.participants, IsEmpty());
    EXPECT_THAT(r.breaks, IsEmpty());
    EXPECT_THAT(r.notes, IsEmpty());
    EXPECT_THAT(r.incidents, IsEmpty());
    EXPECT_EQ(r.consents.size(), 2u);
    EXPECT_TRUE(r.running) << "it still goes on";
    EXPECT_THAT(last_leaf(), HasSubstr("metadata.pruned"));
}

TEST_F(InterviewRepositoryTest, AWithdrawalAfterTheEndPrunesTimesAndTitleToo) {
    schedule();
    repository_->joined(anna_, at(kDay + 2000));
    close();
    const auto no = metadata_consent(base::RecordId::from_value(2), kPerson,
                                     ConsentAnswer::Withdrawn, at(3 * kDay));
    repository_->record_consent(kSession, no, Kept::Fact, said(3 * kDay));
    const auto r = record();
    EXPECT_EQ(r.row.kept, Kept::Fact);
    EXPECT_EQ(r.row.interview.opened, at(kDay));
    EXPECT_EQ(r.row.interview.title, "");
    EXPECT_THAT(r.participants, IsEmpty());
}

TEST_F(InterviewRepositoryTest, PruningLeavesOtherInterviewsOfTheDossierAlone) {
    schedule();
    const auto dossier = repository_->dossier_of(kSession);
    const auto other = base::SessionId::from_value(0xA2);
    const auto lea = base::ParticipantId::from_value(0xB9);
    const auto guest = tests::attendee(lea, other, "Lea", model::Role::Interpreter);
    repository_->schedule(interview_row(other, "Second", at(5000)),
                          tests::running_row(base::RecordId::from_value(0xD2), other, {guest}), {},
                          dossier, said(5000));
    repository_->joined(guest, at(5500));
    repository_->joined(anna_, at(5500));
    close(Kept::Fact);
    EXPECT_THAT(record().participants, IsEmpty());
    EXPECT_EQ(repository_->find(other)->participants.size(), 1u);
    EXPECT_TRUE(repository_->find(other)->running);
}

TEST_F(InterviewRepositoryTest, AnInterruptedInterviewIsFoundAndClosed) {
    schedule();
    repository_->joined(omar_, at(kDay + 2000));
    repository_->alive(kSession, at(kDay + 7000));
    reopen();
    const auto running = repository_->running();
    ASSERT_EQ(running.size(), 1u);
    EXPECT_EQ(running[0].row.alive, at(kDay + 7000));
    repository_->close(*running[0].running, Kept::Metadata, model::EndReason::Interrupted,
                       {"kiosk", running[0].row.alive});
    const auto r = record();
    EXPECT_EQ(r.row.interview.ended, at(kDay + 7000));
    EXPECT_EQ(r.participants[0].stays[0].presence.left, at(kDay + 7000));
    EXPECT_EQ(r.participants[0].stays[0].presence.reason, LeaveReason::Interrupted);
    EXPECT_THAT(repository_->running(), IsEmpty());
}

TEST_F(InterviewRepositoryTest, IncidentsStandWithTheirInterview) {
    schedule();
    repository_->put_incident(kSession, {at(5000), "engine.silent", "", ""});
    repository_->put_incident(std::nullopt, {at(6000), "engine.silent", "", ""});
    const auto incidents = record().incidents;
    ASSERT_EQ(incidents.size(), 1u);
    EXPECT_EQ(incidents[0].kind, "engine.silent");
    EXPECT_EQ(incidents[0].at, at(5000));
}

TEST_F(InterviewRepositoryTest, ListsTheNewestFirst) {
    schedule();
    repository_->joined(anna_, at(kDay + 2000));
    const auto later = base::SessionId::from_value(0xA2);
    repository_->schedule(interview_row(later, "Later", at(kDay + 5000)),
                          tests::running_row(base::RecordId::from_value(0xD2), later, {}), {}, {},
                          said(kDay + 5000));
    const auto lines = repository_->list(10);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].row.interview.id, later);
    EXPECT_EQ(lines[0].state, model::State::Scheduled);
    EXPECT_EQ(lines[1].participants, 1u);
    EXPECT_EQ(repository_->list(1).size(), 1u);
}

TEST_F(InterviewRepositoryTest, AnInterviewOfACaseIsInItsDossier) {
    base::DossierId dossier;
    store_->write([&](Transaction& transaction) { dossier = transaction.create({}); });
    repository_->schedule(interview_row(kSession, "Mission", at(1000)),
                          tests::running_row(base::RecordId::from_value(0xD1), kSession, {}), {},
                          dossier, said(1000));
    EXPECT_EQ(repository_->dossier_of(kSession), dossier);
    EXPECT_EQ(store_->dossiers().size(), 2u) << "no dossier of its own";
}

TEST_F(InterviewRepositoryTest, ReadsInterviewsThatTheFirstFormKept) {
    schedule();
    const std::string old = std::string("\x01") + R"({"interview":{"id":")" + kSession.text() +
                            R"(","title":"Old","opened":5,"ended":9,"end_reason":"closed"},)" +
                            R"("alive":7})";
    const std::string link = R"({"packets":3,"bytes":9,"lost":0,"nacks":0,"retransmitted":0,)"
                             R"("key_frame_requests":0,"round_trip_ms":null,"jitter_ms":2.5})";
    const std::string person =
        std::string("\x01") + R"({"participant":{"id":"00000000000000b1","session":")" +
        kSession.text() + R"(","name":"Anna","role":"interviewer","token_sha256":""},)" +
        R"("order":0,"removed":false,"stays":[{"presence":{"joined":6,"left":null,)" +
        R"("reason":null},"quality":{"up":)" + link + R"(,"down":)" + link + "}}]}";
    store_->write([&](Transaction& transaction) {
        transaction.put(*repository_->dossier_of(kSession),
                        base::RecordId::from_value(kSession.value()), RecordKind::Interview,
                        base::as_bytes(old));
        transaction.put(*repository_->dossier_of(kSession), base::RecordId::random(),
                        RecordKind::Participant, base::as_bytes(person));
    });
    const auto r = record();
    ASSERT_EQ(r.participants.size(), 1u);
    ASSERT_EQ(r.participants[0].stays.size(), 1u);
    EXPECT_EQ(r.participants[0].stays[0].quality.up.packets, 3u);
    EXPECT_TRUE(r.participants[0].stays[0].timeline.empty());
    EXPECT_EQ(r.row.interview.title, "Old");
    EXPECT_EQ(r.row.interview.end_reason, model::EndReason::Complete);
    EXPECT_EQ(r.row.kept, Kept::Metadata);
}

TEST_F(InterviewRepositoryTest, AKilledWriterKeepsWhatItAcknowledgedAndNothingElse) {
    repository_.reset();
    store_.close();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        store_.restart();
        repository_.emplace(*store_);
        schedule();
        repository_->joined(anna_, at(2000));
        store_->write([&](Transaction& transaction) {
            // Enough for SQLite to spill uncommitted pages into the file, so that there is a
            // journal.
            for (int i = 0; i < 4; ++i) {
                transaction.put(*repository_->dossier_of(kSession), base::RecordId::random(),
                                RecordKind::Content, base::Bytes(kMaxBodyBytes, 'x'));
            }
            ::kill(::getpid(), SIGKILL);
        });
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_GT(std::filesystem::file_size(store_.file().string() + "-journal"), 0u);

    store_.restart();
    repository_.emplace(*store_);
    const auto r = record();
    EXPECT_EQ(r.row.interview.title, "Mission");
    ASSERT_EQ(r.participants.at(0).stays.size(), 1u);
    EXPECT_EQ(r.participants[0].stays[0].presence.joined, at(2000));
    EXPECT_EQ(store_->read(*repository_->dossier_of(kSession))->records.size(), 4u);
}

}  // namespace
}  // namespace sightline::storage
