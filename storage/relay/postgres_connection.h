// One connection to PostgreSQL, by libpq: brought up to date, its settings asserted, its statements
// prepared, and from then on in pipeline mode: what is sent is not waited for until somebody wants
// an answer. Whatever goes wrong throws sync::StoreFailure, which says what to do, and StoreAway if
// it passes by itself; the connection is then of no more use, and its owner makes a new one. One
// thread.
#pragma once

#include <libpq-fe.h>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/relay/postgres_statements.h"
#include "storage/sync/names.h"
#include "storage/sync/relay_store.h"

namespace sightline::storage::relay {

// A statement's parameters, in PostgreSQL's binary format. What `bytes` refers to must be there
// until it has been sent; lists are copied.
class Params {
  public:
    Params() = default;
    Params(const Params&) = delete;
    Params& operator=(const Params&) = delete;

    Params& number(std::uint64_t value);
    Params& bytes(std::string_view value);
    Params& hash(const sync::OpHash& value);
    Params& numbers(const std::vector<std::uint64_t>& all);
    Params& hashes(const std::vector<sync::OpHash>& all);
    Params& flags(const std::vector<bool>& all);

  private:
    friend class PostgresConnection;
    static constexpr std::size_t kMost = 8;

    Params& list(std::uint32_t type, std::size_t count, const std::string& items);

    std::array<const char*, kMost> values_{};
    std::array<int, kMost> lengths_{};
    std::deque<std::string> own_;
    std::size_t count_ = 0;
};

// Rows in binary format.
class Rows {
  public:
    explicit Rows(PGresult* result) : result_(result, &PQclear) {}

    int count() const { return PQntuples(result_.get()); }
    bool has(int row, int column) const { return PQgetisnull(result_.get(), row, column) == 0; }
    // 0 where there is none.
    std::uint64_t number(int row, int column) const;
    std::string_view bytes(int row, int column) const;
    sync::OpHash hash(int row, int column) const;
    const PGresult* get() const { return result_.get(); }

  private:
    std::unique_ptr<PGresult, decltype(&PQclear)> result_;
};

class PostgresConnection {
  public:
    explicit PostgresConnection(const std::string& url);
    // Throws sync::StoreFailure when libpq cannot read it as an address. Does not connect.
    static void check(const std::string& url);

    void send(Statement statement, const Params& params = Params());
    // Waits for all that was sent, and gives the answer to the last of it. What was committed is
    // then on the disk of a synchronous standby too, if the server has any.
    Rows settle();
    Rows ask(Statement statement, const Params& params = Params()) {
        send(statement, params);
        return settle();
    }

  private:
    void set_up();
    std::string setting(const char* name);
    void migrate();
    void prepare();
    Rows run(const std::string& sql);
    static void take_notice(void* self, const PGresult* notice);
    // Null at the end of one statement's results.
    PGresult* next();
    [[noreturn]] void fail(std::string_view why, const PGresult* result = nullptr);

    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
    std::string name_;  // for people: host and database, no password
    std::deque<Statement> sent_;
    bool unreplicated_ = false;  // a commit returned before the standby had it
};

// body(PostgresConnection&), which is made anew if there is none. Whatever it throws, nothing more
// goes through a connection that has failed.
template <class Body>
auto with_connection(std::unique_ptr<PostgresConnection>& connection, const std::string& url,
                     Body body) {
    if (!connection) connection = std::make_unique<PostgresConnection>(url);
    try {
        return body(*connection);
    } catch (...) {
        connection.reset();
        throw;
    }
}

}  // namespace sightline::storage::relay
