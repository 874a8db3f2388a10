// Our notes, proofs and bundles, verified by Go's golang.org/x/mod (audit_go/main.go), and a note
// of Go's verified by us.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "storage/audit/text.h"
#include "storage/audit/verify_bundle.h"
#include "tests/support/audit_log.h"
#include "tests/support/temporary_directory.h"

namespace sightline::storage::audit {
namespace {

namespace fs = std::filesystem;

// Where Debian's golang-golang-x-mod-dev puts its sources.
const fs::path kGoPath = "/usr/share/gocode";

struct Ran {
    int status;
    std::string output;
};
Ran run(const std::string& command) {
    Ran ran{-1, ""};
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return ran;
    std::array<char, 4096> chunk;
    while (const std::size_t got = ::fread(chunk.data(), 1, chunk.size(), pipe)) {
        ran.output.append(chunk.data(), got);
    }
    ran.status = ::pclose(pipe);
    return ran;
}

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string words(const Proof& proof) {
    std::string text;
    for (const Hash& hash : proof) text += " " + to_base64(hash);
    return text;
}

constexpr std::uint64_t kAllUpTo = 40;
const std::vector<std::uint64_t> kLargeSizes = {63, 64, 65, 255, 256, 257, 511, 512, 513, 1000};

class AuditGo : public testing::Test {
  protected:
    void write(const std::string& name, const std::string& text) {
        std::ofstream(directory_.path() / name, std::ios::binary) << text;
    }
    // What is to be checked, and how much of it there is.
    void write_everything() {
        const tests::AuditLog log(1000);
        const auto witness = *SigningKey::from_seed("hub.example/witness", KeyType::Cosignature,
                                                    base::Secret(base::Bytes(32, 5)));
        write("log.vkey", log.key().vkey() + "\n");
        write("witness.vkey", witness.verifier().vkey() + "\n");
        std::string records;
        for (const auto& entry : log.entries()) records += to_base64(entry.commitment) + "\n";
        write("records", records);

        std::vector<std::uint64_t> sizes = kLargeSizes;
        for (std::uint64_t n = 0; n <= kAllUpTo; ++n) sizes.push_back(n);
        std::string inclusion;
        std::string consistency;
        for (const std::uint64_t n : sizes) {
            const std::chrono::sys_seconds at{std::chrono::seconds(1'700'000'000 + n)};
            write("note." + std::to_string(n), *add_signature(log.note(n), witness, at));
            ++notes_;
            const std::uint64_t step = n <= kAllUpTo ? 1 : 17;
            for (std::uint64_t i = 0; i < n; i += step) {
                inclusion += std::to_string(n) + " " + std::to_string(i) +
                             words(*inclusion_proof(log.tree(), i, n)) + "\n";
                ++inclusions_;
            }
            for (std::uint64_t m = 1; m <= n; m += step) {
                consistency += std::to_string(m) + " " + std::to_string(n) +
                               words(*consistency_proof(log.tree(), m, n)) + "\n";
                ++consistencies_;
            }
        }
        write("inclusion", inclusion);
        write("consistency", consistency);
        write("whole.bundle",
              log.bundle(
                  1000, [](std::uint64_t i) { return i % 10 == 5; }, log.earlier(300, 1000)));
        write("some.bundle", log.partial_bundle(1000, {0, 1, 500, 999}, log.earlier(512, 1000)));
        write("one.bundle", log.partial_bundle(1, {0}));
    }

    tests::TemporaryDirectory directory_;
    int notes_ = 0;
    int inclusions_ = 0;
    int consistencies_ = 0;
};

TEST_F(AuditGo, VerifiesWhatWeWroteAndWeVerifyWhatItSigned) {
    if (run("go version").status != 0 || !fs::exists(kGoPath / "src/golang.org/x/mod/sumdb/tlog")) {
        GTEST_SKIP() << "NOT CHECKED against an implementation of others: install golang-go and "
                        "golang-golang-x-mod-dev";
    }
    write_everything();
    const fs::path work = directory_.path();
    const Ran go =
        run("env GO111MODULE=off GOFLAGS= GOPATH=" + kGoPath.string() +
            " GOCACHE=" + (work / "cache").string() +
            " go run " SOURCE_ROOT "/tests/integration/audit_go/main.go " + work.string());
    ASSERT_TRUE(WIFEXITED(go.status) && WEXITSTATUS(go.status) == 0) << go.output;
    EXPECT_EQ(go.output, "1000 records, " + std::to_string(notes_) + " notes, " +
                             std::to_string(inclusions_) + " inclusion proofs, " +
                             std::to_string(consistencies_) +
                             " consistency proofs, 3 bundles, 905 opened\n");

    const auto key = parse_vkey(text_of(work / "go.vkey"));
    ASSERT_TRUE(key) << key.error().text;
    const auto open = open_note(text_of(work / "go.note"), {&*key, 1});
    ASSERT_TRUE(open) << open.error().text;
    EXPECT_EQ(parse_checkpoint(open->text)->size, 5u);
}

}  // namespace
}  // namespace sightline::storage::audit
