// The kiosk's schema as ordered steps: step N brings a database from user_version N-1 to N, and the
// last is the newest. A step that has been released is never edited; changes are new steps.
// Times are milliseconds since the Unix epoch; identifiers are 16 hexadecimal digits.
#pragma once

#include <array>

namespace sightline::storage::schema {

inline constexpr std::array kSteps = {
    // 1: interviews, who belongs to them, when they were there, and how good their links were.
    R"sql(
CREATE TABLE session (
    id         TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    title      TEXT NOT NULL,
    opened_ms  INTEGER NOT NULL,
    alive_ms   INTEGER NOT NULL,      -- the kiosk was last known to be running it
    ended_ms   INTEGER,
    end_reason TEXT,
    CHECK ((ended_ms IS NULL) = (end_reason IS NULL))
) STRICT;
CREATE INDEX session_by_time ON session (opened_ms);

CREATE TABLE participant (
    id           TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    session      TEXT NOT NULL REFERENCES session (id),
    name         TEXT NOT NULL,
    role         TEXT NOT NULL,
    token_sha256 TEXT UNIQUE,         -- NULL once the token opens nothing any more
    removed      INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1))
) STRICT;
CREATE INDEX participant_by_session ON participant (session);

CREATE TABLE presence (
    id          INTEGER PRIMARY KEY,
    participant TEXT NOT NULL REFERENCES participant (id),
    joined_ms   INTEGER NOT NULL,
    left_ms     INTEGER,
    reason      TEXT,
    CHECK ((left_ms IS NULL) = (reason IS NULL)),
    CHECK (left_ms IS NULL OR left_ms >= joined_ms)
) STRICT;
CREATE INDEX presence_by_participant ON presence (participant);
CREATE UNIQUE INDEX one_open_presence ON presence (participant) WHERE left_ms IS NULL;

CREATE TABLE quality (
    presence           INTEGER NOT NULL REFERENCES presence (id),
    direction          TEXT NOT NULL CHECK (direction IN ('up', 'down')),
    packets            INTEGER NOT NULL,
    bytes              INTEGER NOT NULL,
    lost               INTEGER NOT NULL,
    nacks              INTEGER NOT NULL,
    retransmitted      INTEGER NOT NULL,
    key_frame_requests INTEGER NOT NULL,
    round_trip_ms      REAL,
    jitter_ms          REAL,
    PRIMARY KEY (presence, direction)
) STRICT, WITHOUT ROWID;
)sql",
    // 2: what went wrong during an interview and was healed, such as an engine started again.
    R"sql(
CREATE TABLE incident (
    id      INTEGER PRIMARY KEY,
    session TEXT REFERENCES session (id),  -- NULL: outside any interview
    at_ms   INTEGER NOT NULL,
    kind    TEXT NOT NULL
) STRICT;
CREATE INDEX incident_by_session ON incident (session);
)sql",
};

}  // namespace sightline::storage::schema
