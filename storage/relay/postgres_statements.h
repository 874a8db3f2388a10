// All that is asked of PostgreSQL once it is set up: prepared on each connection, under its number.
#pragma once

#include <array>
#include <cstddef>

namespace sightline::storage::relay {

enum class Statement : std::size_t {
    Begin,
    Lock,
    Commit,
    Rollback,
    Load,
    Hashes,
    Receipt,
    InsertChain,
    InsertOp,
    InsertReceipt,
    InsertFork,
    UpdateChain,
    UpsertNodes,
    UpdateHead,
    Position,
    Chains,
    After,
    Mark,
    NewestReceipts,
    Heads,
    Forks,
    Known,
    KeepChunk,
    Chunk,
    Circles,
    KeepCircle,
    Keep,
    Kept,
    ForgetPlaces,
    TakePlace,
    PlaceOf,
    RenewPlaces,
    MarkPlace,
    GiveUpPlaces,
    OtherPlaces,
    Count,
};

inline constexpr std::array<const char*, static_cast<std::size_t>(Statement::Count)> kStatements = {
    // Begin: each statement sees what was committed before it, which the lock relies on.
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
    // Lock
    "SELECT position, chains FROM head FOR UPDATE",
    // Commit
    "COMMIT",
    // Rollback
    "ROLLBACK",
    // Load
    "SELECT s.chains, s.newest, c.id, c.seq, c.hash, f.incarnation, f.seq, f.had, f.offered"
    " FROM (SELECT count(*) AS chains, coalesce(max(incarnation), 0) AS newest"
    "       FROM chain WHERE site = $1::bigint) AS s"
    " LEFT JOIN chain AS c ON c.site = $1 AND c.incarnation = $2::bigint"
    " LEFT JOIN fork AS f ON f.site = $1",
    // Hashes
    "SELECT hash FROM op WHERE chain = $1::bigint AND seq >= $2::bigint ORDER BY seq"
    " LIMIT $3::bigint",
    // Receipt
    "SELECT seq, text FROM receipt WHERE chain = $1::bigint AND seq >= $2::bigint"
    " ORDER BY seq LIMIT 1",
    // InsertChain
    "INSERT INTO chain (id, site, incarnation, seq, hash)"
    " VALUES ($1::bigint, $2::bigint, $3::bigint, 0, '')",
    // InsertOp
    "INSERT INTO op (position, chain, seq, hash, text)"
    " VALUES ($1::bigint, $2::bigint, $3::bigint, $4::bytea, $5::bytea)",
    // InsertReceipt
    "INSERT INTO receipt (chain, seq, text) VALUES ($1::bigint, $2::bigint, $3::bytea)",
    // InsertFork
    "INSERT INTO fork (site, incarnation, seq, had, offered, proof)"
    " VALUES ($1::bigint, $2::bigint, $3::bigint, $4::bytea, $5::bytea, $6::bytea)",
    // UpdateChain
    "UPDATE chain SET seq = $2::bigint, hash = $3::bytea WHERE id = $1::bigint",
    // UpsertNodes
    "INSERT INTO node (dossier, op, here, has_child)"
    " SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::boolean[], $4::boolean[])"
    " ON CONFLICT (dossier, op) DO UPDATE"
    " SET here = node.here OR excluded.here, has_child = node.has_child OR excluded.has_child",
    // UpdateHead
    "UPDATE head SET position = $1::bigint, chains = $2::bigint",
    // Position
    "SELECT position FROM head",
    // Chains
    "SELECT id, site, incarnation, seq FROM chain WHERE site = ANY ($1::bigint[])",
    // After: of each chain no more than can be in the answer; of the texts those that fit, and the
    // first in any case.
    "SELECT text FROM ("
    "  SELECT op.position, op.text,"
    "         sum(octet_length(op.text)) OVER (ORDER BY op.position) AS bytes,"
    "         row_number() OVER (ORDER BY op.position) AS number"
    "  FROM (SELECT next.position"
    "        FROM unnest($1::bigint[], $2::bigint[]) AS wanted(chain, mark)"
    "        CROSS JOIN LATERAL"
    "          (SELECT op.position FROM op WHERE op.chain = wanted.chain AND op.seq > wanted.mark"
    "           ORDER BY op.seq LIMIT $3::bigint) AS next"
    "        ORDER BY next.position LIMIT $3::bigint) AS few"
    "  JOIN op ON op.position = few.position) AS answer"
    " WHERE bytes <= $4::bigint OR number = 1 ORDER BY position",
    // Mark: something in the log, so that the commit waits for the standby to have all up to here.
    "SELECT pg_logical_emit_message(true, 'sightline', '')",
    // NewestReceipts
    "SELECT r.text FROM chain AS c JOIN receipt AS r ON r.chain = c.id AND r.seq = c.seq"
    " WHERE c.site = $1::bigint ORDER BY c.incarnation",
    // Heads
    "SELECT op FROM node WHERE dossier = $1::bigint AND here AND NOT has_child ORDER BY op",
    // Forks
    "SELECT site, incarnation, seq, had, offered FROM fork",
    // Known
    "SELECT name FROM chunk WHERE name = ANY ($1::bytea[])",
    // KeepChunk
    "INSERT INTO chunk (name, bytes) VALUES ($1::bytea, $2::bytea) ON CONFLICT DO NOTHING",
    // Chunk
    "SELECT bytes FROM chunk WHERE name = $1::bytea",
    // Circles
    "SELECT jws FROM circle ORDER BY delegation",
    // KeepCircle
    "INSERT INTO circle (delegation, number, jws) VALUES ($1::bytea, $2::bigint, $3::bytea)"
    " ON CONFLICT (delegation) DO UPDATE SET number = excluded.number, jws = excluded.jws"
    " WHERE circle.number < excluded.number",
    // Keep
    "INSERT INTO kept (name, text) VALUES ($1::bytea, $2::bytea) ON CONFLICT DO NOTHING",
    // Kept
    "SELECT text FROM kept WHERE name = $1::bytea",
    // ForgetPlaces: of hubs that died and whose sessions nobody took.
    "DELETE FROM session_place WHERE until < clock_timestamp() - interval '1 day'",
    // TakePlace: whoever waits for the row sees the clock of the moment when it gets it.
    "INSERT INTO session_place (session, node, origin, until, marks)"
    " VALUES ($1::bigint, $2::bytea, $3::bytea,"
    "         clock_timestamp() + $4::bigint * interval '1 ms', '')"
    " ON CONFLICT (session) DO UPDATE"
    " SET node = excluded.node, origin = excluded.origin,"
    "     until = clock_timestamp() + $4 * interval '1 ms', marks = ''"
    " WHERE session_place.until <= clock_timestamp() OR session_place.origin = excluded.origin"
    " RETURNING session",
    // PlaceOf
    "SELECT origin FROM session_place WHERE session = $1::bigint",
    // RenewPlaces: also of one that has run out, if nobody has taken it.
    "UPDATE session_place SET until = clock_timestamp() + $3::bigint * interval '1 ms'"
    " WHERE node = $1::bytea AND session = ANY ($2::bigint[]) RETURNING session",
    // MarkPlace
    "UPDATE session_place SET marks ="
    " (SELECT coalesce(string_agg(int8send(mark), ''), '') FROM unnest($3::bigint[]) AS mark)"
    " WHERE node = $1::bytea AND session = $2::bigint",
    // GiveUpPlaces
    "DELETE FROM session_place WHERE node = $1::bytea AND session = ANY ($2::bigint[])",
    // OtherPlaces
    "SELECT session, origin, marks FROM session_place"
    " WHERE node <> $1::bytea AND until > clock_timestamp()",
};

}  // namespace sightline::storage::relay
