// Interviews in the sealed store: who belonged to them, when they were there, how good their links
// were, and what went wrong. Each interview lives in a dossier, sealed and erased with it. Each
// call is one transaction, and when it returns the change survives a power cut. Throws
// StorageError; changes nothing when it throws. One thread; must not outlive `store`.
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
    model::Interview interview;
    model::RecordTime alive;
    std::vector<ParticipantRecord> participants;
    std::vector<Incident> incidents;
};
struct SessionLine {
    model::Interview interview;
    std::size_t participants = 0;
};

class InterviewRepository {
  public:
    // `retention`: how long an interview's own dossier is kept; none: for ever.
    explicit InterviewRepository(Store& store,
                                 std::optional<std::chrono::days> retention = std::nullopt)
        : store_(store), retention_(retention) {}

    // Without a dossier the interview gets one of its own.
    void open(const model::Interview& interview, std::span<const model::Participant> participants,
              std::optional<base::DossierId> dossier = std::nullopt);
    void add(const model::Participant& participant, model::RecordTime at);
    // A new token for somebody who is already there; the old one opens nothing from now on.
    void renew_token(base::ParticipantId participant, const std::string& token_sha256);
    // The person's token opens nothing from now on.
    void remove(base::ParticipantId participant, model::RecordTime at);

    // Does nothing if a stay is open: the hub says "joined" again after each reconnect.
    void joined(base::ParticipantId participant, model::RecordTime at);
    // Does nothing if no stay is open.
    void left(base::ParticipantId participant, model::LeaveReason reason, model::RecordTime at);
    // Of the latest stay, which may be over; nothing without one.
    void put_quality(base::ParticipantId participant, const model::QualitySummary& quality);
    void note(std::optional<base::SessionId> session, const Incident& incident);

    void alive(base::SessionId session, model::RecordTime now);
    // Ends the interview and every open stay, and forgets its tokens. Nothing if it has ended.
    void close(base::SessionId session, model::EndReason reason, model::RecordTime at);

    // Newest first.
    std::vector<SessionLine> list(std::size_t limit);
    std::optional<SessionRecord> find(base::SessionId session);
    // Interviews without an end, newest first; after a crash there may be any number.
    std::vector<SessionRecord> running();
    // The dossier that holds it.
    std::optional<base::DossierId> dossier_of(base::SessionId session);

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
