#include "appliance/cli/delegation_files.h"

#include <fstream>
#include <iterator>

#include "session/identity/short_code.h"
#include "storage/durable_file.h"

namespace sightline::cli {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using base::Error;

constexpr const char* kRoot = "root.json";
constexpr const char* kKey = "delegation.jwk";
constexpr const char* kRoster = "roster.jws";
constexpr const char* kMission = "mission.jws";
constexpr std::size_t kMaxFileBytes = 64 * 1024;

// Without the line ends that mail and editors add.
base::Result<std::string> read(const fs::path& file, const char* remedy) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        return Error{Errc::NotFound, "read " + file.string() + ": it cannot be read; " + remedy};
    }
    std::string text(kMaxFileBytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (in.bad() || text.size() > kMaxFileBytes) {
        return Error{Errc::Unavailable,
                     "read " + file.string() + ": it is no such file; " + remedy};
    }
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
}

base::Result<void> replace_file(const fs::path& file, const std::string& text) {
    fs::path next = file;
    next += ".new";
    std::error_code ignored;
    fs::remove(next, ignored);  // of a run that was cut off
    if (auto written = storage::write_private_file(next, base::as_bytes(text)); !written) {
        return written.error();
    }
    return storage::move_into_place(next, file);
}

base::Result<void> write_new(const fs::path& file, const std::string& text) {
    if (auto written = storage::write_private_file(file, base::as_bytes(text)); !written) {
        return written.error();
    }
    return storage::sync_path(file.parent_path());
}

}  // namespace

base::Result<void> DelegationFiles::begin(const identity::DelegationRoot& root) const {
    std::error_code unreadable;
    if (!fs::exists(folder_, unreadable)) {
        if (auto made = storage::create_private_directory(folder_); !made) return made.error();
    }
    if (fs::exists(folder_ / kRoot, unreadable)) {
        return Error{Errc::Conflict, "make a delegation: " + (folder_ / kRoot).string() +
                                         " is there, and a root is never overwritten; name another "
                                         "folder with --folder"};
    }
    if (auto written = write_new(folder_ / kRoot, root.text()); !written) return written.error();
    return replace_file(folder_ / kKey, root.key().jwk() + "\n");
}

base::Result<identity::DelegationRoot> DelegationFiles::root() const {
    const auto text =
        read(folder_ / kRoot,
             "name the delegation's folder with --folder, or make one with `sightline "
             "delegation init`");
    if (!text) return text.error();
    return identity::DelegationRoot::parse(*text);
}

base::Result<void> DelegationFiles::replace(const identity::DelegationRoot& root) const {
    return replace_file(folder_ / kRoot, root.text());
}

base::Result<signature::PublicKey> DelegationFiles::key() const {
    const auto text = read(folder_ / kKey, "name the delegation's folder with --folder");
    if (!text) return text.error();
    return signature::PublicKey::parse(*text);
}

base::Result<std::optional<identity::DelegationRoster>> DelegationFiles::roster() const {
    using Found = std::optional<identity::DelegationRoster>;
    const auto root = key();
    if (!root) return root.error();
    std::error_code unreadable;
    if (!fs::exists(folder_ / kRoster, unreadable)) return Found();
    const auto jws = read(folder_ / kRoster, "give this user the file");
    if (!jws) return jws.error();
    auto roster = identity::DelegationRoster::verify(*jws, *root);
    if (!roster) return roster.error();
    return Found(std::move(*roster));
}

base::Result<std::optional<identity::MissionPaper>> DelegationFiles::mission() const {
    using Found = std::optional<identity::MissionPaper>;
    const auto root = key();
    if (!root) return root.error();
    std::error_code unreadable;
    if (!fs::exists(folder_ / kMission, unreadable)) return Found();
    const auto jws = read(folder_ / kMission, "give this user the file");
    if (!jws) return jws.error();
    auto mission = identity::MissionPaper::verify(*jws, *root);
    if (!mission) return mission.error();
    return Found(std::move(*mission));
}

base::Result<void> DelegationFiles::keep_roster(const std::string& jws) const {
    return replace_file(folder_ / kRoster, jws + "\n");
}

base::Result<void> DelegationFiles::keep_mission(const std::string& jws) const {
    return replace_file(folder_ / kMission, jws + "\n");
}

base::Result<identity::Papers> DelegationFiles::papers() const {
    auto root = read(folder_ / kKey, "name the folder with the delegation's papers with --folder");
    if (!root) return root.error();
    auto roster = read(folder_ / kRoster, "issue one with `sightline delegation enrol`");
    if (!roster) return roster.error();
    auto mission = read(folder_ / kMission, "issue one with `sightline delegation mission`");
    if (!mission) return mission.error();
    return identity::Papers{std::move(*root), std::move(*roster), std::move(*mission)};
}

base::Result<signature::PublicKey> read_key(const fs::path& file, const std::string& code) {
    const auto known = identity::parse_short_code(code);
    if (!known) {
        return Error{Errc::Malformed,
                     "--code: a key's code has three groups of four, such as 0000-0000-0000; have "
                     "it read out to you by whoever has the key"};
    }
    const auto text = read(file, "give the file with the key that was sent to you");
    if (!text) return text.error();
    auto key = signature::PublicKey::parse(*text);
    if (!key) return key.error();
    const std::string its = identity::short_code(key->thumbprint());
    if (its != *known) {
        return Error{Errc::Forbidden, "believe the key in " + file.string() + ": its code is " +
                                          its + ", not " + *known +
                                          "; somebody may have changed it on its way, so have it "
                                          "sent again another way"};
    }
    return key;
}

}  // namespace sightline::cli
