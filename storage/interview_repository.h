// Interviews in the sealed store: what a running one goes on with after a restart, and what is kept
// of it for good. Each lives in a dossier, sealed and erased with it. Each call is one transaction
// together with its audit leaves, and when it returns the change survives a power cut. Throws
// StorageError; changes nothing when it throws. One thread; must not outlive `store`.
//
// With the applicant's consent the metadata is kept: times, participants, notes, breaks, incidents,
// quality. Without it nothing of those is written, or stays: `keep` says which, together with the
// consent that decides it, and `close` leaves the bare fact.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/record_types.h"
#include "storage/store.h"

namespace sightline::storage {

struct SessionRecord {
    InterviewRow row;
    std::optional<RunningRow> running;     // none once it has ended
    std::vector<model::Person> subjects;   // for whom
    std::vector<model::Consent> consents;  // oldest first
    // With the metadata only:
    std::vector<ParticipantRecord> participants;
    std::vector<Break> breaks;
    std::vector<Incident> incidents;
    std::vector<model::Note> notes;
};
struct SessionLine {
    InterviewRow row;
    std::optional<model::State> state;           // of one that runs
    std::size_t participants = 0;                // on record
    std::optional<model::RecordTime> planned{};  // of one that runs: when it is to begin
};
// What an audit leaf says beside who and when.
struct Leaf {
    audit::Action action;
    std::string detail;
};

class InterviewRepository {
  public:
    // `retention`: how long an interview's own dossier is kept; none: for ever.
    explicit InterviewRepository(Store& store,
                                 std::optional<std::chrono::days> retention = std::nullopt)
        : store_(store), retention_(retention) {}

    // Without a dossier the interview gets one of its own. `newcomers` become persons of it.
    base::DossierId schedule(const InterviewRow& row, const RunningRow& running,
                             std::span<const model::Person> newcomers,
                             std::optional<base::DossierId> dossier, const Said& said);
    // What a restarted kiosk goes on with, as it is now. Nothing if the interview has ended.
    void save(const RunningRow& running, std::span<const Leaf> leaves, const Said& said);
    // A consent for this interview, or its refusal or withdrawal, and what is kept from now on: a
    // step from Metadata to Fact removes what was kept before, also of one that has ended.
    void record_consent(base::SessionId session, const model::Consent& consent, Kept keep,
                        const Said& said);
    // Ends it, forgets what it ran with, and with Fact leaves nothing but the bare fact. Nothing if
    // it has ended.
    void close(const RunningRow& running, Kept keep, model::EndReason reason, const Said& said);
    void alive(base::SessionId session, model::RecordTime now);

    // What follows is metadata: the caller knows that it is kept.
    // Puts the person on record if they are not; nothing more if a stay is open: the hub says
    // "joined" again after each reconnect.
    void joined(const model::Attendee& attendee, model::RecordTime at);
    // Does nothing if no stay is open.
    void left(base::ParticipantId participant, model::LeaveReason reason, model::RecordTime at);
    void removed(base::ParticipantId participant);
    // What they undertook and speak, as it is now; nothing if they are not on record.
    void put_undertaking(const model::Attendee& attendee);
    // Of the latest stay, which may be over; nothing without one.
    void put_quality(base::ParticipantId participant, const model::QualitySummary& quality,
                     const std::vector<model::GradeChange>& timeline);
    void put_break(const Break& pause);
    void put_note(const model::Note& note, const Said& said);
    // Without a session: of the site, and about nobody.
    void put_incident(std::optional<base::SessionId> session, const Incident& incident);

    // Somebody was refused something: a leaf and nothing else, in the interview's dossier, or
    // without one in the site's.
    void log_refusal(std::optional<base::SessionId> session, const std::string& detail,
                     const Said& said);

    // Newest first.
    std::vector<SessionLine> list(std::size_t limit);
    std::optional<SessionRecord> find(base::SessionId session);
    // Interviews without an end, newest first.
    std::vector<SessionRecord> running();
    // The dossier that holds it.
    std::optional<base::DossierId> dossier_of(base::SessionId session);
    // Who belongs to a dossier; nobody if there is none.
    std::vector<model::Person> persons(base::DossierId dossier);

  private:
    DossierTerms own_terms(const model::Interview& interview) const;
    std::vector<SessionRecord> all();
    std::optional<base::DossierId> dossier_of(base::ParticipantId participant);
    template <class Change>
    void change(base::ParticipantId participant, Change change);

    Store& store_;
    const std::optional<std::chrono::days> retention_;
    // Where people are, so that an event of theirs need not look through every interview.
    std::map<base::ParticipantId, base::DossierId> places_;
};

}  // namespace sightline::storage
