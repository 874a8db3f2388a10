// The tables in PostgreSQL as ordered steps: step N brings a database from version N-1 to N. A step
// that has been released is never edited; changes are new steps. sqlite_schema.h has the same
// tables, but for `head`, which nodes take turns by, `chunk`, which any node must be able to serve,
// and `session_place`, which is about nodes. Identifiers of 64 bits lie as signed numbers with the
// same bits. Texts are bytes: nobody has promised that they are UTF-8.
#pragma once

#include <array>

namespace sightline::storage::relay {

inline constexpr std::array kPostgresSteps = {
    R"sql(
-- Whoever writes holds this row until the commit, so positions have no holes and become visible in
-- order.
CREATE TABLE head (
    one      integer PRIMARY KEY CHECK (one = 1),
    position bigint NOT NULL,
    chains   bigint NOT NULL          -- the newest chain's id
);
INSERT INTO head (one, position, chains) VALUES (1, 0, 0);

CREATE TABLE chain (
    id          bigint PRIMARY KEY,
    site        bigint NOT NULL,
    incarnation bigint NOT NULL,
    seq         bigint NOT NULL,      -- of its newest op
    hash        bytea NOT NULL,       -- of that one
    UNIQUE (site, incarnation)
) WITH (fillfactor = 50);

CREATE TABLE op (
    position bigint PRIMARY KEY,      -- from 1, without holes
    chain    bigint NOT NULL,
    seq      bigint NOT NULL,
    hash     bytea NOT NULL CHECK (length(hash) = 32),
    text     bytea NOT NULL
) WITH (toast_tuple_target = 8160);
CREATE UNIQUE INDEX op_in_chain ON op (chain, seq) INCLUDE (position);
-- What is sealed does not get smaller by being compressed.
ALTER TABLE op ALTER COLUMN text SET STORAGE EXTERNAL;

-- Each stands for the ops of its chain up to `seq` that have none before.
CREATE TABLE receipt (
    chain bigint NOT NULL,
    seq   bigint NOT NULL,
    text  bytea NOT NULL,
    PRIMARY KEY (chain, seq)
);

-- The graph of each dossier, as far as heads are concerned. An op may be named before it is here.
CREATE TABLE node (
    dossier   bigint NOT NULL,
    op        bytea NOT NULL CHECK (length(op) = 32),
    here      boolean NOT NULL,
    has_child boolean NOT NULL,
    PRIMARY KEY (dossier, op)
) WITH (fillfactor = 70);

CREATE TABLE fork (
    site        bigint PRIMARY KEY,
    incarnation bigint NOT NULL,
    seq         bigint NOT NULL,
    had         bytea NOT NULL,
    offered     bytea NOT NULL,
    proof       bytea NOT NULL        -- the op that was offered
);

CREATE TABLE circle (
    delegation bytea PRIMARY KEY,
    number     bigint NOT NULL,
    jws        bytea NOT NULL
);

CREATE TABLE kept (
    name bytea PRIMARY KEY,
    text bytea NOT NULL
);

CREATE TABLE chunk (
    name  bytea PRIMARY KEY CHECK (length(name) = 32),
    bytes bytea NOT NULL
);
ALTER TABLE chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;
)sql",
    R"sql(
-- Which hub an interview is at, until a moment of this database's clock.
CREATE TABLE session_place (
    session bigint PRIMARY KEY,
    node    bytea NOT NULL,           -- one start of one hub
    origin  bytea NOT NULL,           -- of that hub, for everybody
    until   timestamptz NOT NULL,
    marks   bytea NOT NULL            -- 8 bytes for each credential of its people
) WITH (fillfactor = 50);
)sql",
};

}  // namespace sightline::storage::relay
