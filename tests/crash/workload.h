// What the crash explorer runs: some program that keeps a database, as a list of operations each of
// which is acknowledged when it returns. The explorer opens it on an empty disk, runs the
// operations in order, and opens it again, as the same object, on whatever a power cut left.
//
// Operations must do the same calls in every run, and must not depend on time. They may throw: what
// threw was not acknowledged. One thread.
#pragma once

#include <SQLiteCpp/Database.h>

#include <any>
#include <functional>
#include <string>
#include <vector>

namespace sightline::tests {

struct Operation {
    std::string name;
    std::function<void()> run;
};

// What a workload keeps where the power does not reach, such as a secret in a TPM: what it did
// there before a power cut stays done.
class Outside {
  public:
    virtual ~Outside() = default;
    virtual std::any state() const = 0;
    virtual void set_state(const std::any& state) = 0;
    // Called after every change; null: no more.
    virtual void on_change(std::function<void()> hook) = 0;
};

class Workload {
  public:
    virtual ~Workload() = default;

    // Creates the database on an empty disk; opens, and recovers, the one that is there. Throws
    // what the program would: the explorer counts that as damage.
    virtual void open() = 0;
    // Closes every connection. Does nothing if it is closed.
    virtual void close() = 0;
    // The open connection, for PRAGMA integrity_check.
    virtual SQLite::Database& sqlite() = 0;

    virtual std::vector<Operation> operations() = 0;
    // Null: everything is on the disk.
    virtual Outside* outside() { return nullptr; }
    // What the database says, as far as a user of it can tell: the same text for the same contents.
    virtual std::string digest() = 0;
};

// A workload that is open for as long as this lives. Whatever happens in between, no connection is
// left on a machine that is about to be booted anew.
class Opened {
  public:
    explicit Opened(Workload& workload);
    ~Opened() { workload_.close(); }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;

  private:
    Workload& workload_;
};

// The schema and every table's rows, in a fixed order: a digest for those who have no better one.
std::string dump(SQLite::Database& sqlite);

}  // namespace sightline::tests
