#include "appliance/kiosk/interview_record.h"

#include <utility>

#include "appliance/base/log.h"
#include "session/model/names.h"

namespace sightline::kiosk {
namespace {

// Days of an ordinary interview; the oldest go first, since the later ones say how it ended.
constexpr std::size_t kMaxWaiting = 10'000;

constexpr model::Names<Keeping, 3> kKeeping{
    {{Keeping::Undecided, "undecided"}, {Keeping::Fact, "fact"}, {Keeping::Metadata, "metadata"}}};

}  // namespace

const char* name_of(Keeping keeping) { return model::name_in(kKeeping, keeping); }

base::Result<void> InterviewRecord::write_now(const Write& step) {
    retry();
    if (waiting_.empty() && try_write(step)) return {};
    return base::Error{base::Errc::Unavailable, trouble_};
}

base::Result<void> InterviewRecord::write_or_owe(Write step) {
    if (waiting_.empty() && try_write(step)) return {};
    waiting_.push_back(std::move(step));
    if (waiting_.size() > kMaxWaiting) {
        waiting_.pop_front();
        ++dropped_;
    }
    return base::Error{base::Errc::Unavailable,
                       "it is in force, but not on the disk yet, and will be written as soon as "
                       "the disk takes it: " +
                           trouble_};
}

void InterviewRecord::set_keeping(Keeping keeping) {
    keeping_ = keeping;
    const auto held = std::exchange(held_, {});
    if (keeping == Keeping::Undecided) {
        held_ = held;
    } else if (keeping == Keeping::Metadata) {
        for (const auto& step : held) keep(step);
    }
}

void InterviewRecord::joined(const model::Attendee& attendee, model::RecordTime at) {
    quality_.erase(attendee.participant.id);
    keep([attendee, at](auto& repository) { repository.joined(attendee, at); });
}

void InterviewRecord::left(base::ParticipantId participant, model::LeaveReason reason,
                           model::RecordTime at) {
    // Reports are not held while nobody has decided, so the sum comes with the end of the stay.
    const auto known = quality_.find(participant);
    const auto sums = known == quality_.end() ? Sums{} : known->second;
    keep([=](auto& repository) {
        repository.put_quality(participant, sums.sum, sums.timeline);
        repository.left(participant, reason, at);
    });
}

void InterviewRecord::removed(base::ParticipantId participant) {
    keep([=](auto& repository) { repository.removed(participant); });
}

void InterviewRecord::undertaking(const model::Attendee& attendee) {
    keep([attendee](auto& repository) { repository.put_undertaking(attendee); });
}

void InterviewRecord::quality(base::ParticipantId participant, const model::QualitySummary& report,
                              model::RecordTime at) {
    auto& sums = quality_[participant];
    const auto before = sums.sum;
    sums.sum.up = model::add_report(sums.sum.up, sums.last_report.up, report.up);
    sums.sum.down = model::add_report(sums.sum.down, sums.last_report.down, report.down);
    sums.last_report = report;
    model::extend(sums.timeline, before, sums.sum, at);
    // Reports come every few seconds: while the store takes nothing, the next one says it all.
    if (!waiting_.empty() || keeping_ != Keeping::Metadata) return;
    keep([participant, sums](auto& repository) {
        repository.put_quality(participant, sums.sum, sums.timeline);
    });
}

void InterviewRecord::continue_quality(base::ParticipantId participant,
                                       const storage::Stay& stored) {
    quality_[participant] = {stored.quality, stored.quality, stored.timeline};
}

bool InterviewRecord::degraded(base::ParticipantId sender) const {
    const auto known = quality_.find(sender);
    return known != quality_.end() && !known->second.timeline.empty() &&
           known->second.timeline.back().up == model::LinkGrade::Poor;
}

void InterviewRecord::incident(base::SessionId session, storage::Incident incident) {
    keep([session, incident = std::move(incident)](auto& repository) {
        repository.put_incident(session, incident);
    });
}

void InterviewRecord::pause(const storage::Break& pause) {
    keep([pause](auto& repository) { repository.put_break(pause); });
}

void InterviewRecord::note(const model::Note& note, const storage::Said& said) {
    keep([note, said](auto& repository) { repository.put_note(note, said); });
}

void InterviewRecord::refusal(std::optional<base::SessionId> session, std::string detail,
                              const storage::Said& said) {
    (void)write_or_owe([session, detail = std::move(detail), said](auto& repository) {
        repository.log_refusal(session, detail, said);
    });
}

void InterviewRecord::site_incident(storage::Incident incident) {
    (void)write_or_owe([incident = std::move(incident)](auto& repository) {
        repository.put_incident(std::nullopt, incident);
    });
}

void InterviewRecord::alive(base::SessionId session, model::RecordTime now) {
    if (!waiting_.empty()) return;  // the next beat says the same
    (void)write_or_owe([=](auto& repository) { repository.alive(session, now); });
}

void InterviewRecord::forget() {
    held_.clear();
    quality_.clear();
    keeping_ = Keeping::Undecided;
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

void InterviewRecord::keep(Write step) {
    switch (keeping_) {
        case Keeping::Fact:
            return;
        case Keeping::Metadata:
            (void)write_or_owe(std::move(step));  // says so in `trouble`, which the status shows
            return;
        case Keeping::Undecided:
            held_.push_back(std::move(step));
            if (held_.size() > kMaxWaiting) {
                held_.pop_front();
                ++dropped_;
            }
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
