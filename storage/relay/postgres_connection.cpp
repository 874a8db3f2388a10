#include "storage/relay/postgres_connection.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "appliance/base/bytes.h"
#include "appliance/base/check.h"
#include "appliance/base/random.h"
#include "storage/relay/postgres_schema.h"

namespace sightline::storage::relay {
namespace {

// PostgreSQL gives up on a statement sooner, and says why.
constexpr std::chrono::seconds kAnswerWithin{30};
// A node that has lost its power must not keep the others waiting for the head's row.
constexpr const char* kSettings =
    "SET statement_timeout = '20s'; SET lock_timeout = '10s';"
    "SET idle_in_transaction_session_timeout = '5s'; SET client_min_messages = 'warning'";
// Any number that no other program on the same database uses for the same.
constexpr const char* kMigrationLock = "SELECT pg_advisory_xact_lock(7594020331706443619)";
// Types as pg_type.dat numbers them.
constexpr std::uint32_t kBool = 16;
constexpr std::uint32_t kBytea = 17;
constexpr std::uint32_t kBigint = 20;

void put32(std::string& out, std::uint32_t value) {
    std::array<std::uint8_t, 4> bytes{};
    base::store32(bytes.data(), value);
    out += base::as_text(bytes);
}

void put64(std::string& out, std::uint64_t value) {
    std::array<std::uint8_t, 8> bytes{};
    base::store64(bytes.data(), value);
    out += base::as_text(bytes);
}

const char* postgres_remedy(std::string_view state) {
    const auto is = [&](std::string_view start) { return state.substr(0, start.size()) == start; };
    if (is("42501")) return "; make the hub's user the database's owner";
    if (is("25006")) return "; it is a standby: name the primary in --store, or all servers";
    if (is("53100")) return "; free space on PostgreSQL's disk";
    if (is("53")) return "; give PostgreSQL more of it, or end other connections";
    if (is("55P03") || is("57014"))
        return "; another node held it too long: see what that one does";
    return "; sites keep what is not acknowledged and send it again: see that PostgreSQL runs, is "
           "reached from here and has that database and user, or correct --store";
}

// No server, or one that starts, stops, is full or is a standby for now. What has another code,
// such as a table that is not ours, stays as it is until somebody changes it.
bool passes_by_itself(std::string_view state) {
    constexpr std::array<std::string_view, 6> kPassing = {"08", "25006", "40", "53", "55", "57"};
    return state.empty() || std::any_of(kPassing.begin(), kPassing.end(),
                                        [&](auto start) { return state.starts_with(start); });
}

std::string without_line_ends(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

}  // namespace

Params& Params::number(std::uint64_t value) {
    std::string binary;
    put64(binary, value);
    return bytes(own_.emplace_back(std::move(binary)));
}

Params& Params::bytes(std::string_view value) {
    CHECK(count_ < kMost);
    // A null pointer would be a NULL.
    values_[count_] = value.data() == nullptr ? "" : value.data();
    lengths_[count_] = static_cast<int>(value.size());
    ++count_;
    return *this;
}

Params& Params::hash(const sync::OpHash& value) { return bytes(base::as_text(value)); }

// array_recv: dimensions, whether there are NULLs, the items' type; of the one dimension its length
// and lower bound; then each item with its length.
Params& Params::list(std::uint32_t type, std::size_t count, const std::string& items) {
    std::string binary;
    binary.reserve(20 + items.size());
    put32(binary, count == 0 ? 0 : 1);
    put32(binary, 0);
    put32(binary, type);
    if (count > 0) {
        put32(binary, static_cast<std::uint32_t>(count));
        put32(binary, 1);
        binary += items;
    }
    return bytes(own_.emplace_back(std::move(binary)));
}

Params& Params::numbers(const std::vector<std::uint64_t>& all) {
    std::string items;
    for (const std::uint64_t each : all) {
        put32(items, 8);
        put64(items, each);
    }
    return list(kBigint, all.size(), items);
}

Params& Params::hashes(const std::vector<sync::OpHash>& all) {
    std::string items;
    for (const sync::OpHash& each : all) {
        put32(items, static_cast<std::uint32_t>(each.size()));
        items += base::as_text(each);
    }
    return list(kBytea, all.size(), items);
}

Params& Params::flags(const std::vector<bool>& all) {
    std::string items;
    for (const bool each : all) {
        put32(items, 1);
        items += each ? '\1' : '\0';
    }
    return list(kBool, all.size(), items);
}

std::uint64_t Rows::number(int row, int column) const {
    const std::string_view binary = bytes(row, column);
    return binary.size() == 8 ? base::load64(base::as_bytes(binary).data()) : 0;
}

std::string_view Rows::bytes(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

sync::OpHash Rows::hash(int row, int column) const {
    sync::OpHash hash{};
    const std::string_view binary = bytes(row, column);
    std::copy_n(binary.begin(), std::min(binary.size(), hash.size()), hash.begin());
    return hash;
}

// libpq would repeat it in its error, with a password if there is one.
void PostgresConnection::check(const std::string& url) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(url.c_str(), nullptr), &PQconninfoFree);
    bool readable = options != nullptr;
    // Ports it reads only when it connects, and then a wrong one would look like a server's
    // absence.
    for (auto* at = options.get(); readable && at->keyword != nullptr; ++at) {
        if (std::string_view(at->keyword) != "port" || at->val == nullptr) continue;
        readable = std::string_view(at->val).find_first_not_of("0123456789,") == std::string::npos;
    }
    if (readable) return;
    throw sync::StoreFailure(
        "open the store of sync: --store is no address that PostgreSQL's libpq can read; it looks "
        "like postgresql://USER@HOST:PORT/DATABASE, with %40 for an @ in a name or password");
}

PostgresConnection::PostgresConnection(const std::string& url) : connection_(nullptr, &PQfinish) {
    check(url);
    // What stands before `dbname` is for what the URL leaves open; of several hosts the primary is
    // meant, and keepalives find out about a server that is gone without a word.
    const std::array<const char*, 9> names = {"connect_timeout",
                                              "target_session_attrs",
                                              "keepalives_idle",
                                              "keepalives_interval",
                                              "keepalives_count",
                                              "tcp_user_timeout",
                                              "fallback_application_name",
                                              "dbname",
                                              nullptr};
    const std::array<const char*, 9> values = {"5",     "read-write",    "5",         "5",    "3",
                                               "20000", "sightline-hub", url.c_str(), nullptr};
    connection_.reset(PQconnectdbParams(names.data(), values.data(), 1));
    // Nothing that the server says of its own accord goes to the standard error.
    PQsetNoticeReceiver(connection_.get(), &PostgresConnection::take_notice, this);
    const auto part = [](const char* text) { return text == nullptr ? "" : text; };
    name_ = std::string(part(PQdb(connection_.get()))) + " at " + part(PQhost(connection_.get())) +
            ":" + part(PQport(connection_.get()));
    if (PQstatus(connection_.get()) != CONNECTION_OK) fail("connect");
    set_up();
}

void PostgresConnection::set_up() {
    run(kSettings);
    // With `local` and the like it is at least on this server's disk when a commit returns.
    if (setting("synchronous_commit") == "off" || setting("fsync") == "off") {
        throw sync::StoreFailure("open the store of sync " + name_ +
                                 ": synchronous_commit or fsync is off there, so PostgreSQL would "
                                 "lose what it has acknowledged; set both on in postgresql.conf, "
                                 "and for the role and the database that --store names");
    }
    migrate();
    prepare();
}

std::string PostgresConnection::setting(const char* name) {
    const Rows rows = run(std::string("SHOW ") + name);
    return std::string(rows.bytes(0, 0));
}

// Nodes that start at the same time do it one after the other; whoever is second finds it done.
void PostgresConnection::migrate() {
    run("BEGIN");
    run(kMigrationLock);
    run("CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL)");
    const Rows rows = run("SELECT max(version)::text FROM schema_version");
    const std::string text(rows.bytes(0, 0));
    const std::size_t version = text.empty() ? 0 : std::stoul(text);
    if (version > kPostgresSteps.size()) {
        throw sync::StoreFailure("open the store of sync " + name_ +
                                 ": a newer Sightline wrote it (schema " + text +
                                 ", this one knows " + std::to_string(kPostgresSteps.size()) +
                                 "); update this program, or name another database in --store");
    }
    for (std::size_t next = version; next < kPostgresSteps.size(); ++next) {
        run(kPostgresSteps[next]);
        run("INSERT INTO schema_version (version) VALUES (" + std::to_string(next + 1) + ")");
    }
    run("COMMIT");
}

void PostgresConnection::prepare() {
    for (std::size_t i = 0; i < kStatements.size(); ++i) {
        const Rows prepared(
            PQprepare(connection_.get(), std::to_string(i).c_str(), kStatements[i], 0, nullptr));
        if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) {
            fail("prepare a statement", prepared.get());
        }
    }
    if (PQenterPipelineMode(connection_.get()) == 0) fail("enter pipeline mode");
}

Rows PostgresConnection::run(const std::string& sql) {
    Rows rows(PQexec(connection_.get(), sql.c_str()));
    const auto status = PQresultStatus(rows.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail("set up", rows.get());
    return rows;
}

void PostgresConnection::send(Statement statement, const Params& params) {
    const std::string name = std::to_string(static_cast<std::size_t>(statement));
    static constexpr std::array<int, Params::kMost> kBinary = {1, 1, 1, 1, 1, 1, 1, 1};
    if (PQsendQueryPrepared(connection_.get(), name.c_str(), static_cast<int>(params.count_),
                            params.values_.data(), params.lengths_.data(), kBinary.data(),
                            1) == 0) {
        fail("send");
    }
    sent_.push_back(statement);
}

Rows PostgresConnection::settle() {
    if (PQpipelineSync(connection_.get()) == 0) fail("send");
    Rows last(nullptr);
    for (; !sent_.empty(); sent_.pop_front()) {
        last = Rows(next());
        const auto status = PQresultStatus(last.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail("do", last.get());
        // A transaction in which something failed ends in another way, and without an error.
        if (sent_.front() == Statement::Commit &&
            std::string_view(PQcmdStatus(const_cast<PGresult*>(last.get()))) != "COMMIT") {
            fail("commit");
        }
        while (PGresult* more = next()) PQclear(more);
    }
    const Rows synced(next());
    if (PQresultStatus(synced.get()) != PGRES_PIPELINE_SYNC) fail("do", synced.get());
    if (unreplicated_) {
        fail(
            "commit: somebody cancelled it while it waited for the synchronous standby, so it may "
            "be lost with this server");
    }
    return last;
}

// A commit that is cancelled while it waits for the standby succeeds all the same, with a warning.
// That has no code and no text of its own in every language, but a place in PostgreSQL's source.
void PostgresConnection::take_notice(void* self, const PGresult* notice) {
    const char* function = PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION);
    if (function != nullptr && std::string_view(function) == "SyncRepWaitForLSN") {
        static_cast<PostgresConnection*>(self)->unreplicated_ = true;
    }
}

PGresult* PostgresConnection::next() {
    const auto until = std::chrono::steady_clock::now() + kAnswerWithin;
    while (PQisBusy(connection_.get()) != 0) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            until - std::chrono::steady_clock::now());
        pollfd socket{PQsocket(connection_.get()), POLLIN, 0};
        const int ready =
            ::poll(&socket, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
        if (ready < 0 && errno == EINTR) continue;
        if (ready == 0) fail("wait for an answer: none came within 30 s");
        if (ready < 0 || PQconsumeInput(connection_.get()) == 0) fail("wait for an answer");
    }
    return PQgetResult(connection_.get());
}

void PostgresConnection::fail(std::string_view why, const PGresult* result) {
    const char* code = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const std::string_view state = code == nullptr ? "" : code;
    std::string said = result == nullptr ? "" : PQresultErrorMessage(result);
    if (said.empty()) said = PQerrorMessage(connection_.get());
    const bool committing = std::find(sent_.begin(), sent_.end(), Statement::Commit) != sent_.end();
    const std::string text =
        "store of sync " + name_ + ": " + std::string(why) + ": " +
        without_line_ends(std::move(said)) +
        (committing && state.empty() ? "; whether the commit is done is not known" : "") +
        postgres_remedy(state);
    if (passes_by_itself(state)) throw sync::StoreAway(text);
    throw sync::StoreFailure(text);
}

}  // namespace sightline::storage::relay
