// Writes what happens in interviews to the store, in order, and keeps what the store could not take
// at the moment (a full disk) until it can: an interview does not stop because its record waits.
//
// Of the metadata it writes what the applicant allows: until there is an answer, it is held in
// memory, and a "no" drops what is held. One thread; must not outlive `repository`.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "session/model/participant.h"
#include "storage/interview_repository.h"

namespace sightline::kiosk {

enum class Keeping : std::uint8_t { Undecided, Fact, Metadata };
const char* name_of(Keeping keeping);  // "undecided", "fact", "metadata"

class InterviewRecord {
  public:
    using Write = std::function<void(storage::InterviewRepository&)>;

    explicit InterviewRecord(storage::InterviewRepository& repository) : repository_(repository) {}

    // Writes it before it returns. Unavailable: it was not written, and will not be. What waits
    // goes first, so that nothing older lands on top of it.
    base::Result<void> write_now(const Write& step);
    // Writes it, or keeps it until it can. Unavailable: it waits.
    base::Result<void> write_or_owe(Write step);

    // From now on. With Metadata what was held is written, with Fact it is dropped.
    void set_keeping(Keeping keeping);
    Keeping keeping() const { return keeping_; }

    // Metadata:
    void joined(const model::Attendee& attendee, model::RecordTime at);
    void left(base::ParticipantId participant, model::LeaveReason reason, model::RecordTime at);
    void removed(base::ParticipantId participant);
    void undertaking(const model::Attendee& attendee);  // and what they speak
    // A report's counters are those of the hub's present connection or stay; the record adds them
    // up.
    void quality(base::ParticipantId participant, const model::QualitySummary& report,
                 model::RecordTime at);
    // After a restart: what is stored of the latest stay, so that the next report adds to it.
    void continue_quality(base::ParticipantId participant, const storage::Stay& stored);
    // What somebody sends over a link that is too bad to judge it by, just now.
    bool degraded(base::ParticipantId sender) const;
    void incident(base::SessionId session, storage::Incident incident);
    void pause(const storage::Break& pause);
    void note(const model::Note& note, const storage::Said& said);

    // Whatever is kept of the interview: it is about how we kept our rules.
    void refusal(std::optional<base::SessionId> session, std::string detail,
                 const storage::Said& said);
    // Trouble that concerns no interview.
    void site_incident(storage::Incident incident);
    void alive(base::SessionId session, model::RecordTime now);
    // After an interview's end: nothing of it is held any more.
    void forget();

    // Tries again to write what waits; call it about every second.
    void retry();

    std::size_t waiting() const { return waiting_.size(); }
    std::size_t held() const { return held_.size(); }
    std::size_t dropped() const { return dropped_; }
    // Why the last write failed; empty when nothing waits.
    const std::string& trouble() const { return trouble_; }

  private:
    void keep(Write step);
    bool try_write(const Write& step);

    struct Sums {
        model::QualitySummary sum, last_report;
        std::vector<model::GradeChange> timeline;
    };
    storage::InterviewRepository& repository_;
    Keeping keeping_ = Keeping::Undecided;
    std::deque<Write> held_;     // metadata that nobody has decided about
    std::deque<Write> waiting_;  // what the store could not take
    std::size_t dropped_ = 0;
    std::string trouble_;
    std::map<base::ParticipantId, Sums> quality_;  // of the latest stay
};

}  // namespace sightline::kiosk
