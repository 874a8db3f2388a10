#include "appliance/kiosk/interview_record.h"

#include <utility>

#include "appliance/base/log.h"

namespace sightline::kiosk {
namespace {

// Days of an ordinary interview; the oldest go first, since the later ones say how it ended.
constexpr std::size_t kMaxWaiting = 10'000;

}  // namespace

void InterviewRecord::joined(base::ParticipantId participant, model::RecordTime at) {
    quality_.erase(participant);
    write([=](auto& repository) { repository.joined(participant, at); });
}

void InterviewRecord::left(base::ParticipantId participant, model::LeaveReason reason,
                           model::RecordTime at) {
    write([=](auto& repository) { repository.left(participant, reason, at); });
}

void InterviewRecord::quality(base::ParticipantId participant,
                              const model::QualitySummary& report) {
    auto& sums = quality_[participant];
    sums.sum.up = model::add_report(sums.sum.up, sums.last_report.up, report.up);
    sums.sum.down = model::add_report(sums.sum.down, sums.last_report.down, report.down);
    sums.last_report = report;
    // Reports come every few seconds: while the store takes nothing, the next one says it all.
    if (!waiting_.empty()) return;
    write([participant, sum = sums.sum](auto& repository) {
        repository.put_quality(participant, sum);
    });
}

void InterviewRecord::continue_quality(base::ParticipantId participant,
                                       const model::QualitySummary& stored) {
    quality_[participant] = {stored, stored};
}

void InterviewRecord::incident(std::optional<base::SessionId> session, std::string kind,
                               model::RecordTime at) {
    write([session, incident = storage::Incident{at, std::move(kind)}](auto& repository) {
        repository.note(session, incident);
    });
}

void InterviewRecord::removed(base::ParticipantId participant, model::RecordTime at) {
    write([=](auto& repository) { repository.remove(participant, at); });
}

void InterviewRecord::alive(base::SessionId session, model::RecordTime now) {
    if (!waiting_.empty()) return;  // the next beat says the same
    write([=](auto& repository) { repository.alive(session, now); });
}

void InterviewRecord::closed(base::SessionId session, model::EndReason reason,
                             model::RecordTime at) {
    quality_.clear();
    write([=](auto& repository) { repository.close(session, reason, at); });
}

void InterviewRecord::retry() {
    while (!waiting_.empty()) {
        if (!try_write(waiting_.front())) return;
        waiting_.pop_front();
    }
    if (!trouble_.empty()) {
        trouble_.clear();
        spdlog::info("record.caught_up dropped={}", dropped_);
    }
}

void InterviewRecord::write(Write step) {
    if (waiting_.empty() && try_write(step)) return;
    waiting_.push_back(std::move(step));
    if (waiting_.size() > kMaxWaiting) {
        waiting_.pop_front();
        ++dropped_;
    }
}

bool InterviewRecord::try_write(const Write& step) {
    try {
        step(repository_);
        return true;
    } catch (const storage::StorageError& e) {
        if (trouble_ != e.what()) spdlog::error("record.waits why=\"{}\"", e.what());
        trouble_ = e.what();
        return false;
    }
}

}  // namespace sightline::kiosk
