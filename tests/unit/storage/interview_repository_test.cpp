#include "storage/interview_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/transaction.h"
#include "tests/support/open_store.h"

namespace sightline::storage {
namespace {

using model::LeaveReason;
using model::RecordTime;
using std::chrono::milliseconds;

constexpr RecordTime at(std::int64_t ms) { return RecordTime{milliseconds(ms)}; }
const auto kSession = base::SessionId::from_value(0xA1);
const auto kAnna = base::ParticipantId::from_value(0xB1);
const auto kOmar = base::ParticipantId::from_value(0xB2);

model::Participant person(base::ParticipantId id, const char* name, model::Role role, char digit) {
    return *model::make_participant(id, kSession, name, role, std::string(64, digit));
}

class InterviewRepositoryTest : public testing::Test {
  protected:
    void open_with_both() {
        const std::vector people = {person(kAnna, "Anna", model::Role::Interviewer, 'a'),
                                    person(kOmar, "Omar", model::Role::Applicant, 'b')};
        repository_->open(*model::open_interview(kSession, "Mission", at(1000)), people);
    }
    void reopen() {
        repository_.reset();
        store_.restart();
        repository_.emplace(*store_);
    }
    SessionRecord record() { return repository_->find(kSession).value(); }

    tests::OpenStore store_;
    std::optional<InterviewRepository> repository_{std::in_place, *store_};
};

TEST_F(InterviewRepositoryTest, ReadsBackWhatWasOpened) {
    open_with_both();
    reopen();
    const auto r = record();
    EXPECT_EQ(r.interview.title, "Mission");
    EXPECT_EQ(r.interview.opened, at(1000));
    EXPECT_TRUE(r.interview.running());
    ASSERT_EQ(r.participants.size(), 2u);
    EXPECT_EQ(r.participants[0].participant.name, "Anna");
    EXPECT_EQ(r.participants[0].participant.role, model::Role::Interviewer);
    EXPECT_EQ(r.participants[1].participant.token_sha256, std::string(64, 'b'));
}

TEST_F(InterviewRepositoryTest, KeepsEachStayWithItsTimes) {
    open_with_both();
    repository_->joined(kAnna, at(2000));
    repository_->joined(kAnna, at(2500));
    repository_->left(kAnna, LeaveReason::Lost, at(3000));
    repository_->left(kAnna, LeaveReason::Bye, at(3500));
    repository_->joined(kAnna, at(4000));
    const auto stays = record().participants[0].stays;
    ASSERT_EQ(stays.size(), 2u);
    EXPECT_EQ(stays[0].presence.joined, at(2000)) << "a repeated join changes nothing";
    EXPECT_EQ(stays[0].presence.left, at(3000)) << "a leave without a stay changes nothing";
    EXPECT_EQ(stays[0].presence.reason, LeaveReason::Lost);
    EXPECT_EQ(stays[1].presence.left, std::nullopt);
}

TEST_F(InterviewRepositoryTest, ALeaveBeforeItsJoinEndsTheStayWhereItBegan) {
    open_with_both();
    repository_->joined(kAnna, at(2000));
    repository_->left(kAnna, LeaveReason::Bye, at(1500));
    EXPECT_EQ(record().participants[0].stays[0].presence.left, at(2000));
}

TEST_F(InterviewRepositoryTest, QualityBelongsToTheLatestStay) {
    open_with_both();
    model::QualitySummary quality;
    quality.up.packets = 10;
    quality.down.round_trip_ms = 12.5;
    repository_->put_quality(kAnna, quality);  // before any stay: nothing to hold it
    EXPECT_TRUE(record().participants[0].stays.empty());
    repository_->joined(kAnna, at(2000));
    repository_->left(kAnna, LeaveReason::Bye, at(3000));
    repository_->put_quality(kAnna, quality);
    quality.up.packets = 11;
    repository_->put_quality(kAnna, quality);
    EXPECT_EQ(record().participants[0].stays[0].quality, quality);
}

TEST_F(InterviewRepositoryTest, ClosingEndsStaysAndForgetsTokens) {
    open_with_both();
    repository_->joined(kAnna, at(2000));
    repository_->close(kSession, model::EndReason::Complete, at(9000));
    repository_->close(kSession, model::EndReason::Interrupted, at(9999));
    const auto r = record();
    EXPECT_EQ(r.interview.ended, at(9000));
    EXPECT_EQ(r.interview.end_reason, model::EndReason::Complete);
    EXPECT_EQ(r.participants[0].stays[0].presence.left, at(9000));
    EXPECT_EQ(r.participants[0].stays[0].presence.reason, LeaveReason::Ended);
    EXPECT_EQ(r.participants[0].participant.token_sha256, "");
    EXPECT_EQ(r.participants[1].participant.token_sha256, "");
}

TEST_F(InterviewRepositoryTest, ARemovedPersonGetsNoNewToken) {
    open_with_both();
    repository_->remove(kAnna, at(1500));
    repository_->renew_token(kAnna, std::string(64, 'd'));
    EXPECT_TRUE(record().participants[0].removed);
    EXPECT_EQ(record().participants[0].participant.token_sha256, "");
}

TEST_F(InterviewRepositoryTest, AnInterruptedInterviewIsFoundAndClosed) {
    open_with_both();
    repository_->joined(kOmar, at(2000));
    repository_->alive(kSession, at(7000));
    reopen();
    const auto running = repository_->running();
    ASSERT_EQ(running.size(), 1u);
    EXPECT_EQ(running[0].alive, at(7000));
    repository_->close(kSession, model::EndReason::Interrupted, running[0].alive);
    const auto r = record();
    EXPECT_EQ(r.interview.ended, at(7000));
    EXPECT_EQ(r.participants[1].stays[0].presence.left, at(7000));
    EXPECT_EQ(r.participants[1].stays[0].presence.reason, LeaveReason::Interrupted);
    EXPECT_TRUE(repository_->running().empty());
}

TEST_F(InterviewRepositoryTest, IncidentsStandWithTheirInterview) {
    open_with_both();
    repository_->note(kSession, {at(5000), "engine.silent"});
    repository_->note(std::nullopt, {at(6000), "engine.silent"});
    const auto incidents = record().incidents;
    ASSERT_EQ(incidents.size(), 1u);
    EXPECT_EQ(incidents[0].kind, "engine.silent");
    EXPECT_EQ(incidents[0].at, at(5000));
}

TEST_F(InterviewRepositoryTest, ListsTheNewestFirst) {
    open_with_both();
    const auto later = base::SessionId::from_value(0xA2);
    repository_->open(*model::open_interview(later, "Later", at(5000)), {});
    const auto lines = repository_->list(10);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].interview.id, later);
    EXPECT_EQ(lines[1].participants, 2u);
    EXPECT_EQ(repository_->list(1).size(), 1u);
}

TEST_F(InterviewRepositoryTest, AnInterviewOfACaseIsInItsDossier) {
    base::DossierId dossier;
    store_->write([&](Transaction& transaction) { dossier = transaction.create({}); });
    repository_->open(*model::open_interview(kSession, "Mission", at(1000)), {}, dossier);
    EXPECT_EQ(repository_->dossier_of(kSession), dossier);
    EXPECT_EQ(store_->dossiers().size(), 2u) << "no dossier of its own";
}

TEST_F(InterviewRepositoryTest, AKilledWriterKeepsWhatItAcknowledgedAndNothingElse) {
    repository_.reset();
    store_.close();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        store_.restart();
        InterviewRepository repository(*store_);
        repository.open(*model::open_interview(kSession, "Mission", at(1000)),
                        std::vector{person(kAnna, "Anna", model::Role::Interviewer, 'a')});
        repository.joined(kAnna, at(2000));
        store_->write([&](Transaction& transaction) {
            // Enough for SQLite to spill uncommitted pages into the file, so that there is a
            // journal.
            for (int i = 0; i < 4; ++i) {
                transaction.put(*repository.dossier_of(kSession), base::RecordId::random(),
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
    EXPECT_EQ(r.interview.title, "Mission");
    ASSERT_EQ(r.participants.at(0).stays.size(), 1u);
    EXPECT_EQ(r.participants[0].stays[0].presence.joined, at(2000));
    EXPECT_EQ(store_->read(*repository_->dossier_of(kSession))->records.size(), 2u);
}

}  // namespace
}  // namespace sightline::storage
