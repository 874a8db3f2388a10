// The schema of sync.db as ordered steps: step N brings it from user_version N-1 to N. A step that
// has been released is never edited; changes are new steps. postgres_schema.h has the same tables.
// Identifiers of 64 bits lie as SQLite's signed numbers with the same bits.
#pragma once

#include <array>

namespace sightline::storage::relay {

inline constexpr std::array kSqliteSteps = {
    R"sql(
CREATE TABLE chain (
    id          INTEGER PRIMARY KEY,
    site        INTEGER NOT NULL,
    incarnation INTEGER NOT NULL,
    seq         INTEGER NOT NULL,     -- of its newest op
    hash        BLOB NOT NULL,        -- of that one
    UNIQUE (site, incarnation)
) STRICT;

-- The text stands last, so that what is before it is read without it.
CREATE TABLE op (
    position INTEGER PRIMARY KEY,     -- from 1, without holes
    chain    INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    hash     BLOB NOT NULL CHECK (length(hash) = 32),
    text     BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX op_in_chain ON op (chain, seq);

-- Each stands for the ops of its chain up to `seq` that have none before.
CREATE TABLE receipt (
    chain INTEGER NOT NULL,
    seq   INTEGER NOT NULL,
    text  BLOB NOT NULL,
    PRIMARY KEY (chain, seq)
) STRICT, WITHOUT ROWID;

-- The graph of each dossier, as far as heads are concerned. An op may be named before it is here.
CREATE TABLE node (
    dossier   INTEGER NOT NULL,
    op        BLOB NOT NULL CHECK (length(op) = 32),
    here      INTEGER NOT NULL,
    has_child INTEGER NOT NULL,
    PRIMARY KEY (dossier, op)
) STRICT, WITHOUT ROWID;

CREATE TABLE fork (
    site        INTEGER PRIMARY KEY,
    incarnation INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    had         BLOB NOT NULL,
    offered     BLOB NOT NULL,
    proof       BLOB NOT NULL         -- the op that was offered
) STRICT;

CREATE TABLE circle (
    delegation BLOB PRIMARY KEY,
    number     INTEGER NOT NULL,
    jws        BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE kept (
    name BLOB PRIMARY KEY,
    text BLOB NOT NULL
) STRICT, WITHOUT ROWID;
)sql",
};

}  // namespace sightline::storage::relay
