#include "appliance/kiosk/export_requests.h"

#include <sys/stat.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include "appliance/kiosk/request_members.h"
#include "appliance/kiosk/store_requests.h"
#include "storage/audit_export.h"
#include "storage/backup.h"
#include "storage/person_export.h"
#include "storage/site_key.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;

// Two older ones stay beside the newest.
constexpr std::size_t kOlderBackups = 2;

base::Result<void> make_directory(const std::filesystem::path& directory) {
    if (::mkdir(directory.c_str(), 0700) == 0 || errno == EEXIST) return {};
    return Error{Errc::Unavailable, "make " + directory.string() + ": " + std::strerror(errno) +
                                        "; give this program's user its parent directory"};
}

// "audit-20260211T093000250Z": sorts by time, and names nobody.
std::string stamped(const char* what, Now now) {
    std::string name = std::string(what) + "-";
    for (const char c : model::to_rfc3339(now.wall)) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
    }
    return name;
}

}  // namespace

Reply make_backup_file(const Request& request, const Desk& targets) {
    const StoreDesk& desk = *targets.store;
    if (auto made = make_directory(desk.exports); !made) return made.error();
    const auto file = desk.exports / "backup.db";
    const auto report = storage::make_backup(desk.store, file, request.said(), kOlderBackups);
    if (!report) return report.error();
    return json::object{{"file", file.string()},
                        {"bytes", report->bytes},
                        {"dossiers", report->dossiers},
                        {"epoch", report->epoch}};
}

Reply export_audit_file(const Request& asked, const Desk& targets) {
    const json::object& request = asked.members;
    const StoreDesk& desk = *targets.store;
    std::optional<std::string> earlier;
    if (request.contains("earlier")) {
        auto note = text_of(request, "earlier");
        if (!note) return note.error();
        earlier = std::move(*note);
    }
    if (auto made = make_directory(desk.exports); !made) return made.error();
    const auto file = desk.exports / (stamped("audit", asked.now) + ".txt");
    std::ofstream out(file, std::ios::binary);
    base::Result<storage::AuditExport> done = Errc::Malformed;
    if (request.contains("dossier")) {
        const auto dossier = dossier_of(request);
        if (!dossier) return dossier.error();
        done = storage::export_dossier_audit(desk.store, *dossier, out, earlier, asked.said());
    } else {
        done = storage::export_audit(desk.store, out, earlier, asked.said());
    }
    out.close();
    if (!done) {
        std::error_code ignored;
        std::filesystem::remove(file, ignored);
        return done.error();
    }
    return json::object{{"file", file.string()},
                        {"checkpoint", done->checkpoint},
                        {"key", storage::site_key(desk.store).verifier().vkey()},
                        {"leaves", done->leaves},
                        {"opened", done->opened}};
}

Reply export_person_files(const Request& asked, const Desk& targets) {
    const json::object& request = asked.members;
    const StoreDesk& desk = *targets.store;
    const auto dossier = dossier_of(request);
    if (!dossier) return dossier.error();
    const auto text = text_of(request, "person");
    if (!text) return text.error();
    const auto person = base::RecordId::parse(*text);
    if (!person) return Error{Errc::Malformed, "a person's id is 16 hexadecimal digits"};
    if (auto made = make_directory(desk.exports); !made) return made.error();
    const auto directory = desk.exports / stamped("person", asked.now);
    const auto report =
        storage::export_person(desk.store, *dossier, *person, directory, asked.said());
    if (!report) return report.error();
    json::array to_read;
    for (const auto& name : report->documents_of_the_case) to_read.emplace_back(name);
    return json::object{
        {"file", directory.string()}, {"files", report->files}, {"read_first", std::move(to_read)}};
}

}  // namespace sightline::kiosk
