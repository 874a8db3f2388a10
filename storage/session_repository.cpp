#include "storage/session_repository.h"

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <utility>

namespace sightline::storage {
namespace {

using model::RecordTime;
using SQLite::Statement;

std::int64_t ms(RecordTime time) { return time.time_since_epoch().count(); }
RecordTime time_of(const SQLite::Column& column) {
    return RecordTime(std::chrono::milliseconds(column.getInt64()));
}

// What a row holds that this program did not write can only be damage.
template <class T>
T sound(std::optional<T> value, const char* what) {
    if (!value)
        throw StorageError(std::string("read the record: ") + what +
                           " is damaged; put the database aside and restore the last copy");
    return *std::move(value);
}

void bind_quality(Statement& insert, std::int64_t presence, const char* direction,
                  const model::LinkQuality& q) {
    const auto count = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
    insert.bind(1, presence);
    insert.bind(2, direction);
    insert.bind(3, count(q.packets));
    insert.bind(4, count(q.bytes));
    insert.bind(5, count(q.lost));
    insert.bind(6, count(q.nacks));
    insert.bind(7, count(q.retransmitted));
    insert.bind(8, count(q.key_frame_requests));
    if (q.round_trip_ms) insert.bind(9, *q.round_trip_ms);
    if (q.jitter_ms) insert.bind(10, *q.jitter_ms);
}

model::LinkQuality read_quality(Statement& row) {
    const auto count = [&](int i) {
        return static_cast<std::uint64_t>(row.getColumn(i).getInt64());
    };
    model::LinkQuality q{count(1), count(2), count(3), count(4), count(5), count(6), {}, {}};
    if (!row.getColumn(7).isNull()) q.round_trip_ms = row.getColumn(7).getDouble();
    if (!row.getColumn(8).isNull()) q.jitter_ms = row.getColumn(8).getDouble();
    return q;
}

// Columns 0-4: id, title, opened_ms, ended_ms, end_reason.
model::Interview read_interview(Statement& row) {
    model::Interview interview;
    interview.id = sound(base::SessionId::parse(row.getColumn(0).getString()), "a session's id");
    interview.title = row.getColumn(1).getString();
    interview.opened = time_of(row.getColumn(2));
    if (!row.getColumn(3).isNull()) {
        interview.ended = time_of(row.getColumn(3));
        interview.end_reason =
            sound(model::end_reason_from_name(row.getColumn(4).getString()), "an end reason");
    }
    return interview;
}

void insert_participant(SQLite::Database& sqlite, const model::Participant& p) {
    Statement insert(sqlite,
                     "INSERT INTO participant (id, session, name, role, token_sha256) "
                     "VALUES (?, ?, ?, ?, ?)");
    insert.bind(1, p.id.text());
    insert.bind(2, p.session.text());
    insert.bind(3, p.name);
    insert.bind(4, model::name_of(p.role));
    insert.bind(5, p.token_sha256);
    insert.exec();
}

}  // namespace

template <class Body>
void SessionRepository::write(const char* doing, Body body) {
    try {
        // Immediate: a reader cannot make the upgrade to a write lock fail half-way.
        SQLite::Transaction transaction(database_.sqlite(), SQLite::TransactionBehavior::IMMEDIATE);
        body(database_.sqlite());
        transaction.commit();
    } catch (const SQLite::Exception& e) {
        throw database_.error(doing, e);
    }
}

void SessionRepository::open(const model::Interview& interview,
                             std::span<const model::Participant> participants) {
    write("record an interview in", [&](SQLite::Database& sqlite) {
        Statement insert(
            sqlite, "INSERT INTO session (id, title, opened_ms, alive_ms) VALUES (?, ?, ?, ?)");
        insert.bind(1, interview.id.text());
        insert.bind(2, interview.title);
        insert.bind(3, ms(interview.opened));
        insert.bind(4, ms(interview.opened));
        insert.exec();
        for (const auto& participant : participants) insert_participant(sqlite, participant);
    });
}

void SessionRepository::add(const model::Participant& participant) {
    write("record a participant in",
          [&](SQLite::Database& sqlite) { insert_participant(sqlite, participant); });
}

void SessionRepository::renew_token(base::ParticipantId participant,
                                    const std::string& token_sha256) {
    write("record a token in", [&](SQLite::Database& sqlite) {
        Statement update(sqlite,
                         "UPDATE participant SET token_sha256 = ? WHERE id = ? AND removed = 0");
        update.bind(1, token_sha256);
        update.bind(2, participant.text());
        update.exec();
    });
}

void SessionRepository::remove(base::ParticipantId participant) {
    write("record a removal in", [&](SQLite::Database& sqlite) {
        Statement update(sqlite,
                         "UPDATE participant SET removed = 1, token_sha256 = NULL WHERE id = ?");
        update.bind(1, participant.text());
        update.exec();
    });
}

void SessionRepository::joined(base::ParticipantId participant, RecordTime at) {
    write("record a join in", [&](SQLite::Database& sqlite) {
        Statement insert(
            sqlite,
            "INSERT INTO presence (participant, joined_ms) SELECT ?1, ?2 WHERE NOT EXISTS "
            "(SELECT 1 FROM presence WHERE participant = ?1 AND left_ms IS NULL)");
        insert.bind(1, participant.text());
        insert.bind(2, ms(at));
        insert.exec();
    });
}

void SessionRepository::left(base::ParticipantId participant, model::LeaveReason reason,
                             RecordTime at) {
    write("record a leave in", [&](SQLite::Database& sqlite) {
        Statement update(sqlite,
                         "UPDATE presence SET left_ms = max(?, joined_ms), reason = ? "
                         "WHERE participant = ? AND left_ms IS NULL");
        update.bind(1, ms(at));
        update.bind(2, model::name_of(reason));
        update.bind(3, participant.text());
        update.exec();
    });
}

void SessionRepository::put_quality(base::ParticipantId participant,
                                    const model::QualitySummary& quality) {
    write("record quality in", [&](SQLite::Database& sqlite) {
        Statement latest(sqlite,
                         "SELECT id FROM presence WHERE participant = ? ORDER BY id DESC LIMIT 1");
        latest.bind(1, participant.text());
        if (!latest.executeStep()) return;
        const std::int64_t presence = latest.getColumn(0).getInt64();
        for (const auto& [direction, link] :
             {std::pair{"up", &quality.up}, std::pair{"down", &quality.down}}) {
            Statement insert(sqlite, "INSERT OR REPLACE INTO quality VALUES (?,?,?,?,?,?,?,?,?,?)");
            bind_quality(insert, presence, direction, *link);
            insert.exec();
        }
    });
}

void SessionRepository::note(std::optional<base::SessionId> session, const Incident& incident) {
    write("record an incident in", [&](SQLite::Database& sqlite) {
        Statement insert(sqlite, "INSERT INTO incident (session, at_ms, kind) VALUES (?, ?, ?)");
        if (session) insert.bind(1, session->text());
        insert.bind(2, ms(incident.at));
        insert.bind(3, incident.kind);
        insert.exec();
    });
}

void SessionRepository::alive(base::SessionId session, RecordTime now) {
    write("record that an interview goes on in", [&](SQLite::Database& sqlite) {
        Statement update(sqlite,
                         "UPDATE session SET alive_ms = ? WHERE id = ? AND ended_ms IS NULL");
        update.bind(1, ms(now));
        update.bind(2, session.text());
        update.exec();
    });
}

void SessionRepository::close(base::SessionId session, model::EndReason reason, RecordTime at) {
    const auto leave = reason == model::EndReason::Closed ? model::LeaveReason::Ended
                                                          : model::LeaveReason::Interrupted;
    write("record the end of an interview in", [&](SQLite::Database& sqlite) {
        Statement end(sqlite,
                      "UPDATE session SET ended_ms = max(?, opened_ms), end_reason = ? "
                      "WHERE id = ? AND ended_ms IS NULL");
        end.bind(1, ms(at));
        end.bind(2, model::name_of(reason));
        end.bind(3, session.text());
        if (end.exec() == 0) return;
        Statement stays(
            sqlite,
            "UPDATE presence SET left_ms = max(?, joined_ms), reason = ? WHERE left_ms IS "
            "NULL AND participant IN (SELECT id FROM participant WHERE session = ?)");
        stays.bind(1, ms(at));
        stays.bind(2, model::name_of(leave));
        stays.bind(3, session.text());
        stays.exec();
        Statement tokens(sqlite, "UPDATE participant SET token_sha256 = NULL WHERE session = ?");
        tokens.bind(1, session.text());
        tokens.exec();
    });
}

std::vector<SessionLine> SessionRepository::list(std::size_t limit) const {
    try {
        Statement rows(database_.sqlite(),
                       "SELECT id, title, opened_ms, ended_ms, end_reason, (SELECT count(*) FROM "
                       "participant WHERE participant.session = session.id) FROM session "
                       "ORDER BY opened_ms DESC, rowid DESC LIMIT ?");
        rows.bind(1, static_cast<std::int64_t>(limit));
        std::vector<SessionLine> lines;
        while (rows.executeStep()) {
            const auto participants = static_cast<std::size_t>(rows.getColumn(5).getInt64());
            lines.push_back({read_interview(rows), participants});
        }
        return lines;
    } catch (const SQLite::Exception& e) {
        throw database_.error("read", e);
    }
}

std::optional<SessionRecord> SessionRepository::find(base::SessionId session) const {
    try {
        Statement row(database_.sqlite(),
                      "SELECT id, title, opened_ms, ended_ms, end_reason, alive_ms FROM session "
                      "WHERE id = ?");
        row.bind(1, session.text());
        if (!row.executeStep()) return std::nullopt;
        SessionRecord record;
        record.interview = read_interview(row);
        record.alive = time_of(row.getColumn(5));
        record.participants = participants_of(session);
        Statement incidents(database_.sqlite(),
                            "SELECT at_ms, kind FROM incident WHERE session = ? ORDER BY id");
        incidents.bind(1, session.text());
        while (incidents.executeStep()) {
            record.incidents.push_back(
                {time_of(incidents.getColumn(0)), incidents.getColumn(1).getString()});
        }
        return record;
    } catch (const SQLite::Exception& e) {
        throw database_.error("read", e);
    }
}

std::vector<SessionRecord> SessionRepository::running() const {
    std::vector<SessionRecord> records;
    try {
        Statement rows(database_.sqlite(),
                       "SELECT id FROM session WHERE ended_ms IS NULL ORDER BY opened_ms DESC");
        while (rows.executeStep()) {
            const auto id = base::SessionId::parse(rows.getColumn(0).getString());
            records.push_back(sound(find(sound(id, "a session's id")), "a session"));
        }
    } catch (const SQLite::Exception& e) {
        throw database_.error("read", e);
    }
    return records;
}

std::vector<ParticipantRecord> SessionRepository::participants_of(base::SessionId session) const {
    Statement rows(
        database_.sqlite(),
        "SELECT id, name, role, token_sha256, removed FROM participant WHERE session = ? "
        "ORDER BY rowid");
    rows.bind(1, session.text());
    std::vector<ParticipantRecord> out;
    while (rows.executeStep()) {
        ParticipantRecord record;
        auto& p = record.participant;
        p.id =
            sound(base::ParticipantId::parse(rows.getColumn(0).getString()), "a participant's id");
        p.session = session;
        p.name = rows.getColumn(1).getString();
        p.role = sound(model::role_from_name(rows.getColumn(2).getString()), "a role");
        if (!rows.getColumn(3).isNull()) p.token_sha256 = rows.getColumn(3).getString();
        record.removed = rows.getColumn(4).getInt() != 0;
        record.stays = stays_of(p.id);
        out.push_back(std::move(record));
    }
    return out;
}

std::vector<Stay> SessionRepository::stays_of(base::ParticipantId participant) const {
    Statement rows(database_.sqlite(),
                   "SELECT id, joined_ms, left_ms, reason FROM presence WHERE participant = ? "
                   "ORDER BY id");
    rows.bind(1, participant.text());
    std::vector<Stay> stays;
    while (rows.executeStep()) {
        Stay stay;
        stay.presence.joined = time_of(rows.getColumn(1));
        if (!rows.getColumn(2).isNull()) {
            stay.presence.left = time_of(rows.getColumn(2));
            stay.presence.reason = sound(
                model::leave_reason_from_name(rows.getColumn(3).getString()), "a leave reason");
        }
        Statement links(
            database_.sqlite(),
            "SELECT direction, packets, bytes, lost, nacks, retransmitted, "
            "key_frame_requests, round_trip_ms, jitter_ms FROM quality WHERE presence = ?");
        links.bind(1, rows.getColumn(0).getInt64());
        while (links.executeStep()) {
            auto& link =
                links.getColumn(0).getString() == "up" ? stay.quality.up : stay.quality.down;
            link = read_quality(links);
        }
        stays.push_back(std::move(stay));
    }
    return stays;
}

}  // namespace sightline::storage
