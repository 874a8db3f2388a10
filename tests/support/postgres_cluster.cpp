#include "tests/support/postgres_cluster.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <thread>

namespace sightline::tests {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const fs::path kBinaries = "/usr/lib/postgresql/15/bin";

struct Owner {
    uid_t user = ::geteuid();
    gid_t group = ::getegid();
};

Owner owner() {
    if (::geteuid() != 0) return {};
    const passwd* entry = ::getpwnam("postgres");
    if (entry == nullptr) {
        throw std::runtime_error("there is no user postgres; install the package postgresql-15");
    }
    return {entry->pw_uid, entry->pw_gid};
}

template <class Condition>
bool within(std::chrono::seconds time, Condition condition) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(10ms);
    }
    return true;
}

std::string text_of(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Also of a zombie, which may find nobody to wait for it.
bool is_gone(pid_t pid) {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/" + std::to_string(pid) + "/exe", error);
    return program.empty() && error == std::errc::no_such_file_or_directory;
}

}  // namespace

PostgresCluster::PostgresCluster() {
    for (const char* program : {"initdb", "postgres"}) {
        if (!fs::exists(kBinaries / program)) {
            throw std::runtime_error((kBinaries / program).string() +
                                     " is missing; install the package postgresql-15");
        }
    }
    const Owner us = owner();
    if (::chown(folder_.path().c_str(), us.user, us.group) != 0) {
        throw std::runtime_error("chown " + folder_.path().string());
    }
    // Only the making of it is not synced.
    const pid_t initdb =
        run({kBinaries / "initdb", "--pgdata=" + (folder_.path() / "data").string(),
             "--username=postgres", "--auth=trust", "--no-sync", "--no-locale", "--encoding=UTF8"});
    int status = 0;
    ::waitpid(initdb, &status, 0);
    if (status != 0) throw std::runtime_error("initdb failed: " + log());
    start();
}

// Its data goes too, so there is nothing that it would have to write.
PostgresCluster::~PostgresCluster() { kill(); }

pid_t PostgresCluster::run(const std::vector<std::string>& command) const {
    const Owner us = owner();
    const bool is_root = ::geteuid() == 0;
    const std::string log = (folder_.path() / "log").string();
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& each : command) arguments.push_back(const_cast<char*>(each.c_str()));
    arguments.push_back(nullptr);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child != 0) return child;
    if (is_root &&
        (::setgroups(0, nullptr) != 0 || ::setresgid(us.group, us.group, us.group) != 0 ||
         ::setresuid(us.user, us.user, us.user) != 0)) {
        ::_exit(124);
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // after the user, whose change would undo it
    if (::getppid() != parent) ::_exit(125);
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    for (int descriptor = 3; descriptor < 256; ++descriptor) ::close(descriptor);
    if (::chdir("/") != 0) ::_exit(126);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

void PostgresCluster::start() {
    if (pid_ != 0) return;
    // What a killed one had just begun lives on for a moment, and with it their shared memory.
    if (!within(60s, [&] { return starts(); })) {
        throw std::runtime_error("postgres did not start: " + log());
    }
}

bool PostgresCluster::starts() {
    const std::string folder = folder_.path().string();
    pid_ = run({kBinaries / "postgres", "-D", folder + "/data", "-k", folder, "-c",
                "listen_addresses=", "-c", "shared_buffers=64MB", "-c", "max_connections=20"});
    const std::string postgres = url();
    const bool answers = within(60s, [&] {
        if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
            pid_ = 0;
            return true;
        }
        return PQping(postgres.c_str()) == PQPING_OK;
    });
    return answers && pid_ != 0;
}

void PostgresCluster::stop() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGINT);
    if (!within(30s, [&] { return ::waitpid(pid_, nullptr, WNOHANG) == pid_; })) {
        kill();
        return;
    }
    pid_ = 0;
}

void PostgresCluster::kill() {
    if (pid_ == 0) return;
    // Stopped first, so that it neither starts others nor tells them.
    ::kill(pid_, SIGSTOP);
    const std::vector<pid_t> all = processes();
    for (const pid_t each : all) ::kill(each, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
    // Or the next start finds their shared memory in use.
    within(60s, [&] { return std::ranges::all_of(all, is_gone); });
}

std::vector<pid_t> PostgresCluster::processes() const {
    std::vector<pid_t> all{pid_};
    for (const auto& entry : fs::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream in(entry.path() / "stat");
        std::string stat;
        std::getline(in, stat);
        // After the name in parentheses: the state and the parent.
        const auto end = stat.rfind(')');
        if (end == std::string::npos || stat.size() < end + 5) continue;
        if (std::stoi(stat.substr(end + 4)) == pid_) all.push_back(std::stoi(name));
    }
    return all;
}

std::string PostgresCluster::create_schema() {
    const std::string name = "test_" + std::to_string(++schemas_);
    execute("public", "CREATE SCHEMA " + name);
    return name;
}

std::string PostgresCluster::url(const std::string& schema) const {
    return "postgresql:///postgres?user=postgres&host=" + folder_.path().string() +
           "&options=-csearch_path%3D" + schema;
}

std::string PostgresCluster::execute(const std::string& schema, const std::string& sql) const {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url(schema).c_str()),
                                                                  &PQfinish);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection.get(), sql.c_str()), &PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        throw std::runtime_error(sql + ": " + PQerrorMessage(connection.get()));
    }
    return PQntuples(result.get()) == 0 ? "" : PQgetvalue(result.get(), 0, 0);
}

std::string PostgresCluster::dump(const std::string& schema) const {
    const fs::path file = folder_.path() / "dump";
    const pid_t pg_dump = run({kBinaries / "pg_dump", "--schema=" + schema,
                               "--file=" + file.string(), "--dbname=" + url()});
    int status = 0;
    ::waitpid(pg_dump, &status, 0);
    if (status != 0) throw std::runtime_error("pg_dump failed: " + log());
    const std::string text = text_of(file);
    fs::remove(file);
    return text;
}

std::string PostgresCluster::log() const { return text_of(folder_.path() / "log"); }

}  // namespace sightline::tests
