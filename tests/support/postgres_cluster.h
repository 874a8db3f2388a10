// A PostgreSQL of its own for one test program: made by initdb in a temporary folder, reached by a
// Unix socket there, gone at the end. It can be killed, and started again on the same data. Run by
// root it runs as the user postgres, because it refuses to be root. Throws std::runtime_error,
// which says what is missing. One thread.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/support/temporary_directory.h"

namespace sightline::tests {

class PostgresCluster {
  public:
    PostgresCluster();
    ~PostgresCluster();
    PostgresCluster(const PostgresCluster&) = delete;
    PostgresCluster& operator=(const PostgresCluster&) = delete;

    // Returns when it takes connections.
    void start();
    // In order; connections are closed.
    void stop();
    // kill -9 of all its processes at once, as when the machine's power fails.
    void kill();

    // A new, empty one, by which tests keep apart: a database of its own for each takes seconds.
    std::string create_schema();
    const std::filesystem::path& folder() const { return folder_.path(); }
    // libpq's, for the one database there is, where names without a schema are in this one.
    std::string url(const std::string& schema = "public") const;
    // The first row's first column as text, if any.
    std::string execute(const std::string& schema, const std::string& sql) const;
    // All of a schema as pg_dump writes it.
    std::string dump(const std::string& schema) const;
    // The first one and its children, connections' among them.
    std::vector<pid_t> processes() const;

  private:
    bool starts();  // false: it ended by itself
    // With nothing of ours but the standard output and error, which go to the log.
    pid_t run(const std::vector<std::string>& command) const;
    std::string log() const;

    TemporaryDirectory folder_;
    pid_t pid_ = 0;
    int schemas_ = 0;
};

}  // namespace sightline::tests
