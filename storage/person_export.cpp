#include "storage/person_export.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "appliance/base/hex.h"
#include "session/model/interview.h"
#include "storage/audit/sha256.h"
#include "storage/audit/signed_note.h"
#include "storage/audit/text.h"
#include "storage/durable_file.h"
#include "storage/person_record.h"
#include "storage/record_page.h"
#include "storage/site_key.h"
#include "storage/transaction.h"

namespace sightline::storage {
namespace {

using base::Errc;
using base::Error;
namespace fs = std::filesystem;

constexpr std::string_view kFormat = "sightline person export";
constexpr const char* kManifest = "manifest.txt";
constexpr const char* kDocuments = "documents";
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 30;

std::string line_of(const std::string& name, base::ByteView bytes) {
    return "file " + base::to_hex(audit::sha256({bytes})) + " " + std::to_string(bytes.size()) +
           " " + name + "\n";
}

// A directory that is gone again unless it was finished.
class Directory {
  public:
    explicit Directory(fs::path path) : path_(std::move(path)) {}
    ~Directory() {
        std::error_code ignored;
        if (made_ && !finished_) fs::remove_all(path_, ignored);
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    base::Result<void> make() {
        auto done = create_private_directory(path_);
        made_ = done.has_value();
        if (done) done = create_private_directory(path_ / kDocuments);
        return done;
    }
    base::Result<void> add(const std::string& name, base::ByteView bytes) {
        lines_ += line_of(name, bytes);
        ++files_;
        bytes_ += bytes.size();
        return write_private_file(path_ / name, bytes);
    }
    base::Result<void> finish(const std::string& manifest) {
        auto done = write_private_file(path_ / kManifest, base::as_bytes(manifest));
        const auto parent = path_.parent_path();
        for (const auto& directory :
             {path_ / kDocuments, path_, parent.empty() ? fs::path(".") : parent}) {
            if (done) done = sync_path(directory);
        }
        finished_ = done.has_value();
        return done;
    }
    const std::string& lines() const { return lines_; }
    std::size_t files() const { return files_; }
    std::uint64_t bytes() const { return bytes_; }

  private:
    const fs::path path_;
    bool made_ = false;
    bool finished_ = false;
    std::string lines_;
    std::size_t files_ = 0;
    std::uint64_t bytes_ = 0;
};

using Parts = std::unordered_map<base::RecordId, const base::Bytes*>;

Parts parts_of(const Dossier& dossier) {
    Parts parts;
    for (const auto& record : dossier.records) {
        if (record.kind == RecordKind::Content) parts.emplace(record.id, &record.body);
    }
    return parts;
}

base::Result<base::Bytes> content_of(const Parts& parts, const model::Document& document) {
    base::Bytes content;
    for (const auto part : document.parts) {
        const auto at = parts.find(part);
        if (at == parts.end()) {
            return Error{Errc::NotFound, "export document " + document.id.text() +
                                             ": a part of it is missing; store it again"};
        }
        content.insert(content.end(), at->second->begin(), at->second->end());
    }
    return content;
}

base::Result<void> add_documents(Directory& directory, const Dossier& dossier,
                                 const PersonRecord& record, ExportReport& report) {
    const auto parts = parts_of(dossier);
    for (const auto& [document, file] : record.documents) {
        const auto content = content_of(parts, document);
        if (!content) return content.error();
        const auto name = std::string(kDocuments) + "/" + file;
        if (auto added = directory.add(name, *content); !added) return added;
        if (!document.about) report.documents_of_the_case.push_back(name);
    }
    return {};
}

std::optional<base::Bytes> read_file(const fs::path& file, std::uint64_t most) {
    std::error_code wrong;
    if (!fs::is_regular_file(fs::symlink_status(file, wrong))) return std::nullopt;
    const auto size = fs::file_size(file, wrong);
    if (wrong || size > most) return std::nullopt;
    base::Bytes bytes(size);
    std::ifstream in(file, std::ios::binary);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (static_cast<std::uint64_t>(in.gcount()) != size) return std::nullopt;
    return bytes;
}

// Name and line of each file that the manifest lists. The text is signed, so its form is ours.
std::map<std::string, std::string> listed_in(std::string_view text) {
    std::map<std::string, std::string> lines;
    while (const auto line = audit::cut(text, '\n')) {
        if (line->rfind("file ", 0) != 0) continue;
        std::string_view rest = line->substr(5);
        if (audit::cut(rest, ' ') && audit::cut(rest, ' ')) {
            lines.emplace(rest, std::string(*line) + "\n");
        }
    }
    return lines;
}

}  // namespace

base::Result<ExportReport> export_person(Store& store, base::DossierId dossier_id,
                                         base::RecordId person, const fs::path& path,
                                         const Said& said) {
    if (dossier_id == kSiteDossier || !store.exists(dossier_id)) {
        return Error{Errc::NotFound,
                     "export a person of dossier " + dossier_id.text() + ": there is none"};
    }
    // It stands in a line of the manifest.
    if (!model::is_plain_name(said.by, audit::kMaxActorBytes)) {
        return Error{Errc::Malformed, "export a person: say who does it, in one line of up to " +
                                          std::to_string(audit::kMaxActorBytes) + " bytes"};
    }
    const auto key = site_key(store);  // before: making it may write
    Directory directory(path);
    if (auto made = directory.make(); !made) return made.error();
    // The leaf first: nothing leaves that nobody knows has left.
    store.write([&](Transaction& transaction) {
        transaction.audit(said.at, said.by, audit::Action::DossierExported, dossier_id,
                          "person " + person.text());
    });
    const auto dossier = store.read(dossier_id);
    if (!dossier) return dossier.error();
    const auto log = store.openings(dossier_id);
    if (!log) return log.error();
    const auto record = person_record(*dossier, *log, person);
    if (!record) return record.error();

    ExportReport report{path, 0, 0, record->left_out, record->redacted, {}};
    const auto json = boost::json::serialize(record->json);
    const auto page = record_page("Record of person " + person.text(), record->json);
    auto done = directory.add("record.json", base::as_bytes(json));
    if (done) done = directory.add("record.html", base::as_bytes(page));
    if (done) done = add_documents(directory, *dossier, *record, report);
    if (!done) return done.error();
    report.files = directory.files();
    report.bytes = directory.bytes();

    std::string text(kFormat);
    text += "\ndossier " + dossier_id.text() + "\nperson " + person.text() + "\nby " + said.by +
            "\nat " + model::to_rfc3339(said.at) + "\n" + directory.lines();
    const auto manifest = audit::sign_note(text, key);
    if (!manifest) return manifest.error();
    done = directory.finish(*manifest);
    if (!done) return done.error();
    return report;
}

base::Result<ExportCheck> verify_export(const fs::path& directory,
                                        std::span<const audit::VerifierKey> known) {
    const auto refuse = [&](Errc code, const std::string& why) {
        return Error{code, "verify the export " + directory.string() + ": " + why};
    };
    const auto manifest = read_file(directory / kManifest, audit::kMaxNoteBytes);
    if (!manifest) {
        return refuse(Errc::NotFound,
                      "it has no manifest.txt that can be read, so it is no export "
                      "or only half of one; export again");
    }
    const auto note = audit::open_note(base::as_text(*manifest), known);
    if (!note) return refuse(note.error().code, note.error().text);
    if (note->text.rfind(std::string(kFormat) + "\n", 0) != 0) {
        return refuse(Errc::Malformed, "its manifest.txt is a signed note of another kind");
    }
    ExportCheck check{note->text, {}};
    auto listed = listed_in(note->text);
    std::vector<std::string> found;
    std::error_code wrong;
    for (fs::recursive_directory_iterator at(directory, wrong), end; !wrong && at != end;
         at.increment(wrong)) {
        const auto name = at->path().lexically_relative(directory).generic_string();
        if (name == kManifest) continue;
        const bool folder = fs::is_directory(at->symlink_status());
        if (!folder || name != kDocuments) found.push_back(name);
    }
    if (wrong)
        return refuse(Errc::Unavailable, wrong.message() + "; give read access to all of it");
    std::sort(found.begin(), found.end());
    for (const auto& name : found) {
        const auto line = listed.find(name);
        if (line == listed.end()) {
            check.findings.push_back(name + " was added");
            continue;
        }
        const auto bytes = read_file(directory / name, kMaxFileBytes);
        if (!bytes || line_of(name, *bytes) != line->second) {
            check.findings.push_back(name + " was changed");
        }
        listed.erase(line);
    }
    for (const auto& [name, line] : listed) check.findings.push_back(name + " is missing");
    return check;
}

}  // namespace sightline::storage
