// The house rules that a compiler does not know, checked over the sources themselves: includes
// point down the layers, Asio stays where sockets belong, packet code reads no clock, every header
// guards itself, the root stays tidy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Complaints = std::vector<std::string>;

struct Source {
    std::string path;  // relative to the root
    std::string folder;
    std::string text;
};

const fs::path kRoot = SOURCE_ROOT;

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// All C++ files of the layers and programs, tests not among them.
const std::vector<Source>& sources() {
    static const std::vector<Source> all = [] {
        std::vector<Source> found;
        for (const char* top : {"appliance", "media", "session", "storage", "hardware"}) {
            auto entries = fs::recursive_directory_iterator(kRoot / top);
            for (auto it = begin(entries); it != end(entries); ++it) {
                if (it->path().filename() == "web") it.disable_recursion_pending();
                const std::string suffix = it->path().extension();
                if (suffix != ".h" && suffix != ".cpp") continue;
                const fs::path path = fs::relative(it->path(), kRoot);
                found.push_back({path, path.parent_path(), text_of(it->path())});
            }
        }
        return found;
    }();
    return all;
}

bool starts_with_any(const std::string& text, const std::vector<std::string>& starts) {
    return std::any_of(starts.begin(), starts.end(),
                       [&](const std::string& start) { return text.rfind(start, 0) == 0; });
}

// What a folder may include beside itself. storage/ stands for its subfolders too, but for sync and
// the hub's store of it.
const std::map<std::string, std::set<std::string>>& allowed_includes() {
    static const std::map<std::string, std::set<std::string>> table = [] {
        std::map<std::string, std::set<std::string>> may;
        may["appliance/base"] = {};
        may["media/wire"] = {"appliance/base"};
        for (const char* layer :
             {"media/rtp", "media/transport", "media/congestion", "media/sframe", "media/engine"}) {
            may[layer] = {"appliance/base", "media/wire"};
        }
        for (const char* layer : {"media/peer", "media/sfu"}) {
            may[layer] = {"appliance/base", "media/wire", "media/rtp", "media/transport",
                          "media/congestion"};
        }
        may["media/sfu"].insert("media/sframe");  // what a protected frame's end looks like
        may["media/io"] = {"appliance/base",   "media/wire", "media/rtp", "media/transport",
                           "media/congestion", "media/peer", "media/sfu"};
        may["session/model"] = {"appliance/base"};
        for (const char* layer : {"session/access", "session/consent", "session/dossier"}) {
            may[layer] = {"appliance/base", "session/model"};
        }
        may["session/signature"] = {"appliance/base"};
        may["session/lease"] = {"appliance/base", "session/model", "session/access",
                                "session/consent", "session/signature"};
        may["session/keys"] = {"appliance/base", "session/model", "session/signature",
                               "session/lease"};
        // Of the storage only the audit log's hash, which knows no database.
        may["storage/sync"] = {"appliance/base", "session/model", "session/signature", "storage"};
        // Not the kiosk's store, which the hub has nothing to do with.
        may["storage/relay"] = {"appliance/base", "storage/sync"};
        may["hardware"] = {"appliance/base"};
        // Of the hardware only the device secret, which knows no other part of it.
        may["storage"] = {"appliance/base", "session/model", "session/signature", "hardware",
                          "storage/sync"};
        // Of the storage only its seal, which knows no database.
        may["session/identity"] = {"appliance/base", "session/model", "session/signature",
                                   "storage"};
        may["appliance/http_server"] = {"appliance/base"};
        may["appliance/hub_client"] = {"appliance/base"};
        may["appliance/sync_client"] = {"appliance/base", "appliance/hub_client",
                                        "session/signature", "storage/sync"};
        may["appliance/supervisor"] = {"appliance/base", "hardware"};
        // Media never meets storage: the engine has no store, the kiosk and the command line touch
        // no packet, and the hub has sealed ops and their database only.
        const std::set<std::string> program = {
            "appliance/base",    "appliance/hub_client", "hardware",
            "session/model",     "session/access",       "session/consent",
            "session/signature", "session/lease",        "session/keys"};
        std::set<std::string> media = program;
        media.insert({"media/wire", "media/rtp", "media/transport", "media/congestion",
                      "media/peer", "media/sfu", "media/io"});
        may["appliance/hub"] = media;
        may["appliance/hub"].insert({"appliance/http_server", "storage/sync", "storage/relay"});
        may["appliance/engine"] = media;
        may["appliance/engine"].insert("media/engine");
        may["appliance/engine"].insert("media/sframe");
        std::set<std::string> store = program;
        store.insert({"storage", "storage/sync", "appliance/sync_client", "session/identity",
                      "session/dossier"});  // the hub sees neither
        may["appliance/kiosk"] = store;
        may["appliance/kiosk"].insert("appliance/http_server");
        may["appliance/cli"] = store;
        return may;
    }();
    return table;
}

std::string layer_of(const std::string& folder) {
    if (folder == "storage/sync" || folder == "storage/relay") return folder;
    return folder.rfind("storage", 0) == 0 ? "storage" : folder;
}

TEST(Layers, IncludesPointDownOnly) {
    const std::regex include(R"re((?:^|\n)[ \t]*#[ \t]*include[ \t]*"([^"]+)")re");
    Complaints complaints;
    for (const Source& source : sources()) {
        const std::string layer = layer_of(source.folder);
        const auto rule = allowed_includes().find(layer);
        if (rule == allowed_includes().end()) {
            complaints.push_back(source.path + ": its folder has no place among the layers");
            continue;
        }
        for (std::sregex_iterator it(source.text.begin(), source.text.end(), include), end;
             it != end; ++it) {
            const std::string target = layer_of(fs::path((*it)[1].str()).parent_path());
            if (target != layer && !rule->second.contains(target)) {
                complaints.push_back(source.path + " includes " + (*it)[1].str());
            }
        }
    }
    EXPECT_THAT(complaints, testing::IsEmpty());
}

TEST(Layers, AsioAppearsOnlyWhereSocketsBelong) {
    Complaints complaints;
    for (const Source& source : sources()) {
        const bool has = source.text.find("boost/asio") != std::string::npos ||
                         source.text.find("boost/beast") != std::string::npos;
        const bool may = starts_with_any(source.folder, {"media/io", "appliance/"}) &&
                         source.folder != "appliance/base";
        if (has && !may) complaints.push_back(source.path);
    }
    EXPECT_THAT(complaints, testing::IsEmpty());
}

TEST(Layers, GStreamerAppearsOnlyInTheEngineAndDeviceDiscovery) {
    Complaints complaints;
    for (const Source& source : sources()) {
        const bool has = source.text.find("#include <gst/") != std::string::npos;
        if (has && source.folder != "media/engine" &&
            source.path.rfind("hardware/devices", 0) != 0) {
            complaints.push_back(source.path);
        }
    }
    EXPECT_THAT(complaints, testing::IsEmpty());
}

// What the target `threaded_tests`, and with it the thread sanitizer, must reach.
TEST(Layers, ThreadsAppearOnlyInTheMediaWorkersAndAroundGStreamer) {
    Complaints complaints;
    for (const Source& source : sources()) {
        const bool has = source.text.find("std::thread") != std::string::npos ||
                         source.text.find("std::jthread") != std::string::npos ||
                         source.text.find("std::async") != std::string::npos;
        const bool may = source.folder == "media/io" || source.folder == "media/engine" ||
                         source.path.rfind("hardware/devices", 0) == 0;
        if (has && !may) complaints.push_back(source.path);
    }
    EXPECT_THAT(complaints, testing::IsEmpty());
}

TEST(Layers, TheTpmsSoftwareStackAppearsOnlyBehindTheDeviceSecret) {
    Complaints complaints;
    for (const Source& source : sources()) {
        const bool has = source.text.find("#include <tss2/") != std::string::npos;
        if (has && source.path.rfind("hardware/tpm_", 0) != 0) complaints.push_back(source.path);
    }
    EXPECT_THAT(complaints, testing::IsEmpty());
}

TEST(Layers, JoseAppearsOnlyBehindTheDeviceKey) {
    Complaints complaints;
    for (const Source& source : sources()) {
        const bool has = source.text.find("#include <jose/") != std::string::npos ||
                         source.text.find("#include <jansson") != std::string::npos;
        if (has && source.folder != "session/signature") complaints.push_back(source.path);
    }
    EXPECT_THAT(complaints, testing::IsEmpty());
}

TEST(Layers, PostgresAppearsOnlyInTheHubsStoreOfSync) {
    Complaints complaints;
    for (const Source& source : sources()) {
        const bool has = source.text.find("libpq") != std::string::npos ||
                         source.text.find("PGconn") != std::string::npos;
        if (has && source.folder != "storage/relay") complaints.push_back(source.path);
    }
    EXPECT_THAT(complaints, testing::IsEmpty());
}

// A lease lives by the clock that its caller reads, and what is pure can be told the time.
TEST(Layers, TheSessionsRulesReadNoClock) {
    const std::regex forbidden(
        R"re(Clock::now|_clock::now|gettimeofday|clock_gettime|std::time\b|std::(recursive_|shared_)?mutex)re");
    Complaints complaints;
    for (const Source& source : sources()) {
        std::smatch found;
        if (source.folder.rfind("session/", 0) == 0 &&
            std::regex_search(source.text, found, forbidden)) {
            complaints.push_back(source.path + " has " + found[0].str());
        }
    }
    EXPECT_THAT(complaints, testing::IsEmpty());
}

// So that a hundred thousand histories pass in the simulator, and hub and sites judge by one code.
TEST(Layers, SyncKnowsNoDatabaseAndReadsNoClock) {
    const std::regex forbidden(
        R"re(Clock::now|_clock::now|gettimeofday|clock_gettime|std::time\b|SQLite|sqlite3|"storage/(?!sync/|audit/sha256\.h)|std::(recursive_|shared_)?mutex)re");
    Complaints complaints;
    for (const Source& source : sources()) {
        std::smatch found;
        if (source.folder == "storage/sync" && std::regex_search(source.text, found, forbidden)) {
            complaints.push_back(source.path + " has " + found[0].str());
        }
    }
    EXPECT_THAT(complaints, testing::IsEmpty());
}

TEST(Layers, PacketCodeReadsNoClockNoSocketAndTakesNoLock) {
    const std::regex forbidden(
        R"re(Clock::now|_clock::now|gettimeofday|clock_gettime|std::(recursive_|shared_)?mutex|sys/socket\.h|std::thread)re");
    Complaints complaints;
    for (const Source& source : sources()) {
        if (!starts_with_any(source.folder, {"media/wire", "media/rtp", "media/transport",
                                             "media/congestion", "media/peer", "media/sfu"})) {
            continue;
        }
        std::smatch found;
        if (std::regex_search(source.text, found, forbidden)) {
            complaints.push_back(source.path + " has " + found[0].str());
        }
    }
    EXPECT_THAT(complaints, testing::IsEmpty());
}

TEST(Layers, NoCoroutineRunsDetached) {
    Complaints complaints;
    for (const Source& source : sources()) {
        if (source.text.find("asio::detached") != std::string::npos ||
            source.text.find("asio/detached.hpp") != std::string::npos) {
            complaints.push_back(source.path);
        }
    }
    EXPECT_THAT(complaints, testing::IsEmpty());
}

TEST(House, EveryHeaderIsIncludedOnce) {
    const std::regex once(R"re((^|\n)#pragma once\n)re");
    Complaints complaints;
    for (const Source& source : sources()) {
        if (source.path.ends_with(".h") && !std::regex_search(source.text, once)) {
            complaints.push_back(source.path);
        }
    }
    EXPECT_THAT(complaints, testing::IsEmpty());
}

TEST(House, EveryFileSaysWhatItIs) {
    Complaints complaints;
    for (const Source& source : sources()) {
        if (source.path.ends_with(".h") && source.text.rfind("//", 0) != 0) {
            complaints.push_back(source.path);
        }
    }
    EXPECT_THAT(complaints, testing::IsEmpty());
}

TEST(House, NoFileHasGrownPastReading) {
    Complaints complaints;
    for (const Source& source : sources()) {
        const auto lines = std::count(source.text.begin(), source.text.end(), '\n');
        if (lines > (source.path.ends_with(".h") ? 250 : 500)) {
            complaints.push_back(source.path + " has " + std::to_string(lines) + " lines");
        }
    }
    EXPECT_THAT(complaints, testing::IsEmpty());
}

TEST(House, TheRootHoldsNothingElse) {
    const std::set<std::string> files = {"README.md",      "ARCHITECTURE.md",  "CONTRIBUTING.md",
                                         "SECURITY.md",    "CHANGELOG.md",     "LICENSE",
                                         "CMakeLists.txt", "CMakePresets.json"};
    const std::set<std::string> folders = {"appliance", "media", "session", "storage", "hardware",
                                           "deploy",    "tests", "cmake",   "build",   "run"};
    Complaints complaints;
    for (const auto& entry : fs::directory_iterator(kRoot)) {
        const std::string name = entry.path().filename();
        if (name.starts_with(".")) continue;
        if (!(entry.is_directory() ? folders : files).contains(name)) complaints.push_back(name);
    }
    EXPECT_THAT(complaints, testing::IsEmpty());
}

// The rules above can fail: a rule that finds nothing to look at would pass for ever.
TEST(House, ThereAreSourcesInEveryLayer) {
    for (const auto& [layer, ignored] : allowed_includes()) {
        EXPECT_TRUE(std::any_of(sources().begin(), sources().end(), [&](const Source& source) {
            return layer_of(source.folder) == layer;
        })) << layer;
    }
}

}  // namespace
