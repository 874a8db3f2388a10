// Interviews on disk: who belonged to them, when they were there, how good their links were, and
// what went wrong. Each call is one transaction, and when it returns the change survives a power
// cut. Throws StorageError; changes nothing when it throws. One thread; must not outlive
// `database`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "session/model/interview.h"
#include "session/model/participant.h"
#include "storage/database.h"

namespace sightline::storage {

struct Stay {
    model::Presence presence;
    model::QualitySummary quality;
};
struct ParticipantRecord {
    model::Participant participant;  // token_sha256 is empty once it opens nothing any more
    bool removed = false;
    std::vector<Stay> stays;  // oldest first
};
struct Incident {
    model::RecordTime at;
    std::string kind;  // "engine.silent", "engine.restarted", ...
};
struct SessionRecord {
    model::Interview interview;
    model::RecordTime alive;  // when the kiosk last said that it runs
    std::vector<ParticipantRecord> participants;
    std::vector<Incident> incidents;
};
struct SessionLine {
    model::Interview interview;
    std::size_t participants = 0;
};

class SessionRepository {
  public:
    explicit SessionRepository(Database& database) : database_(database) {}

    void open(const model::Interview& interview, std::span<const model::Participant> participants);
    void add(const model::Participant& participant);
    // A new token for somebody who is already there; the old one opens nothing from now on.
    void renew_token(base::ParticipantId participant, const std::string& token_sha256);
    // The person's token opens nothing from now on.
    void remove(base::ParticipantId participant);

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
    std::vector<SessionLine> list(std::size_t limit) const;
    std::optional<SessionRecord> find(base::SessionId session) const;
    // Interviews without an end, newest first; after a crash there may be any number.
    std::vector<SessionRecord> running() const;

  private:
    template <class Body>
    void write(const char* doing, Body body);
    std::vector<ParticipantRecord> participants_of(base::SessionId session) const;
    std::vector<Stay> stays_of(base::ParticipantId participant) const;

    Database& database_;
};

}  // namespace sightline::storage
