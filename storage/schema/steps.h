// The store's schema as ordered steps: step N brings a database from user_version N-1 to N, and the
// last is the newest. A step that has been released is never edited; changes are new steps.
// What stands here in clear is what a thief of the disk learns: how many dossiers and records there
// are, of which kind, how large and how often written; and random identifiers.
#pragma once

#include <array>

namespace sightline::storage::schema {

inline constexpr std::array kSteps = {
    // 1: the sealed store. See keyring.h and dossier_seal.h for what is in the sealed columns.
    R"sql(
CREATE TABLE store (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    id         BLOB NOT NULL CHECK (length(id) = 16),
    epoch      INTEGER NOT NULL,
    pin_salt   BLOB NOT NULL CHECK (length(pin_salt) = 16),
    pin_log2_n INTEGER NOT NULL,
    sealed_key BLOB NOT NULL,         -- the epoch key
    version    INTEGER NOT NULL,      -- grows with every commit; see audit_leaf
    head       BLOB NOT NULL          -- under the epoch key: what all the rows below add up to
) STRICT;

CREATE TABLE dossier (
    id      INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,         -- grows with every write to it
    head    BLOB NOT NULL,            -- under its own key: what its records add up to, and its terms
    wrapped BLOB NOT NULL             -- under the epoch key: its own keys and look-up tokens
) STRICT;

-- Its rows lie in the order in which they came, so that a new one seldom splits a page.
CREATE TABLE record (
    dossier INTEGER NOT NULL,
    id      INTEGER NOT NULL,
    kind    INTEGER NOT NULL,
    version INTEGER NOT NULL,         -- of the dossier when it was written
    body    BLOB NOT NULL,            -- under the dossier's key
    PRIMARY KEY (dossier, id)
) STRICT;
)sql",
    // 2: the audit log. See audit_log.h.
    R"sql(
CREATE TABLE audit_leaf (
    seq        INTEGER PRIMARY KEY,   -- from 0
    commitment BLOB NOT NULL CHECK (length(commitment) = 32),
    opening    BLOB,                  -- under its dossier's key; NULL once that is erased
    -- Of the newest leaf alone: the store's version and head, in place of those in the store's row.
    -- Nearly every commit writes this page anyway.
    version    INTEGER,
    head       BLOB
) STRICT;
CREATE TABLE audit_hash (             -- of complete subtrees, at the levels 8, 16, ...
    level INTEGER NOT NULL,
    idx   INTEGER NOT NULL,
    hash  BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;
)sql",
    // 3: records in the order in which they came, each with the one of its dossier before it: a
    // commit adds to the last page of one tree, and there is no other tree to keep in order.
    R"sql(
CREATE TABLE record_in_order (
    row      INTEGER PRIMARY KEY,
    dossier  INTEGER NOT NULL,
    previous INTEGER NOT NULL,        -- row of the dossier's record before this one; 0: none
    id       INTEGER NOT NULL,
    kind     INTEGER NOT NULL,
    version  INTEGER NOT NULL,        -- of the dossier when it was written
    body     BLOB NOT NULL            -- under the dossier's key
) STRICT;
INSERT INTO record_in_order
    SELECT rowid, dossier, lag(rowid, 1, 0) OVER (PARTITION BY dossier ORDER BY rowid),
           id, kind, version, body
    FROM record;
ALTER TABLE dossier ADD COLUMN newest INTEGER NOT NULL DEFAULT 0;  -- its newest record's row
UPDATE dossier SET newest = latest.row
    FROM (SELECT dossier, max(row) AS row FROM record_in_order GROUP BY dossier) AS latest
    WHERE dossier.id = latest.dossier;
DROP TABLE record;
ALTER TABLE record_in_order RENAME TO record;
)sql",
    // 4: sync. See sync_journal.h. The sealed parts are records of their dossiers, and go with
    // them; a signed envelope says nothing that a hub does not see.
    R"sql(
CREATE TABLE sync_op (
    row       INTEGER PRIMARY KEY,    -- in the order in which they were stored
    circle    INTEGER NOT NULL,       -- random
    pseudonym INTEGER NOT NULL,
    envelope  TEXT NOT NULL           -- compact JWS
) STRICT;
CREATE TABLE sync_receipt (           -- the newest of each of this site's chains
    circle      INTEGER NOT NULL,
    incarnation INTEGER NOT NULL,
    jws         TEXT NOT NULL,
    PRIMARY KEY (circle, incarnation)
) STRICT, WITHOUT ROWID;
CREATE TABLE sync_fork (              -- the first of each site
    circle      INTEGER NOT NULL,
    site        INTEGER NOT NULL,
    incarnation INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    had         BLOB NOT NULL CHECK (length(had) = 32),
    offered     BLOB NOT NULL CHECK (length(offered) = 32),
    proof       TEXT NOT NULL,        -- what was signed: an envelope, a receipt, or nothing
    PRIMARY KEY (circle, site)
) STRICT, WITHOUT ROWID;
)sql",
    // 5: attachments. See attachment_repository.h. What a chunk is encrypted with lies in its
    // attachment's record, and goes with the dossier.
    R"sql(
CREATE TABLE chunk (
    attachment INTEGER NOT NULL,      -- its record's id: random
    name       BLOB NOT NULL CHECK (length(name) = 32),  -- SHA-256 of the body
    dossier    INTEGER NOT NULL,
    body       BLOB NOT NULL,         -- under the attachment's key, as it travels
    PRIMARY KEY (attachment, name)
) STRICT;
CREATE INDEX chunk_of_dossier ON chunk (dossier);
CREATE TABLE chunk_waiting (          -- in the order in which they go: small attachments first
    circle     INTEGER NOT NULL,
    way        INTEGER NOT NULL,      -- 1: to the hub, 2: from it
    total      INTEGER NOT NULL,      -- bytes of the attachment
    attachment INTEGER NOT NULL,
    place      INTEGER NOT NULL,      -- in the attachment, from 0
    name       BLOB NOT NULL CHECK (length(name) = 32),
    bytes      INTEGER NOT NULL,
    dossier    INTEGER NOT NULL,
    PRIMARY KEY (circle, way, total, attachment, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE chunk_staged (           -- attachments of which all chunks are not here yet
    attachment INTEGER PRIMARY KEY
) STRICT;
)sql",
};

}  // namespace sightline::storage::schema
