// Writes what happens in interviews to the store, in order, and keeps what the store could not take
// at the moment (a full disk) until it can: an interview does not stop because its record waits.
// One thread; must not outlive `repository`.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "session/model/participant.h"
#include "storage/interview_repository.h"

namespace sightline::kiosk {

class InterviewRecord {
  public:
    explicit InterviewRecord(storage::InterviewRepository& repository) : repository_(repository) {}

    void joined(base::ParticipantId participant, model::RecordTime at);
    void left(base::ParticipantId participant, model::LeaveReason reason, model::RecordTime at);
    // A report's counters are those of the hub's present connection or stay; the record adds them
    // up.
    void quality(base::ParticipantId participant, const model::QualitySummary& report);
    // After a restart: what is stored of the latest stay, so that the next report adds to it.
    void continue_quality(base::ParticipantId participant, const model::QualitySummary& stored);
    void incident(std::optional<base::SessionId> session, std::string kind, model::RecordTime at);
    void removed(base::ParticipantId participant, model::RecordTime at);
    void alive(base::SessionId session, model::RecordTime now);
    void closed(base::SessionId session, model::EndReason reason, model::RecordTime at);

    // Tries again to write what waits; call it about every second.
    void retry();

    std::size_t waiting() const { return waiting_.size(); }
    std::size_t dropped() const { return dropped_; }
    // Why the last write failed; empty when nothing waits.
    const std::string& trouble() const { return trouble_; }

  private:
    using Write = std::function<void(storage::InterviewRepository&)>;
    void write(Write step);
    bool try_write(const Write& step);

    struct Sums {
        model::QualitySummary sum, last_report;
    };
    storage::InterviewRepository& repository_;
    std::deque<Write> waiting_;
    std::size_t dropped_ = 0;
    std::string trouble_;
    std::map<base::ParticipantId, Sums> quality_;  // of the latest stay
};

}  // namespace sightline::kiosk
