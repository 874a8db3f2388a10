// Attachments between a kiosk and an office, all of them processes but the office: a document that
// is attached at the command line reaches the office whole though the kiosk is killed while its
// chunks are on their way, and one of the office's comes to the kiosk and out of it.
#include <sys/stat.h>

#include "storage/sync/attachment_chunk.h"
#include "storage/sync/site_keys.h"
#include "tests/integration/kiosk_program.h"
#include "tests/integration/relaying_hub.h"
#include "tests/support/tcp_link.h"

namespace sightline::integration {
namespace {

using sync::kChunkBytes;
using tests::eventually;
using tests::Process;

constexpr std::size_t kKills = 3;
constexpr std::size_t kChunks = 6;

class KioskAttachments : public tests::KioskProgram {
  protected:
    // The store opens itself, and the hub is where the link leads.
    void start_at(std::uint16_t port) {
        kiosk_.emplace(std::vector<std::string>{SIGHTLINE_KIOSK, "--state", directory_.path(),
                                                "--run", directory_.path(), "--hub",
                                                "http://127.0.0.1:" + std::to_string(port),
                                                "--texts", texts_.path(), "--pin-file", pin_file()},
                       log());
        ASSERT_TRUE(eventually([&] { return is_open(); })) << logged();
    }
    std::string write(const std::string& name, const std::string& bytes) {
        const auto file = directory_.path() / name;
        std::ofstream(file, std::ios::binary) << bytes;
        return file.string();
    }
    boost::json::value asked(std::vector<std::string> arguments) {
        arguments.emplace_back("--json");
        EXPECT_EQ(lena(std::move(arguments)), 0) << out_;
        return boost::json::parse(out_);
    }
    // Takes the place of the circle's first site, and knows its list.
    void join(TestCircle& circle) {
        start();
        sign_in("lena", "supervisor");
        const auto shown = asked({"dossier", "circle", "keys"});
        const auto keys = sync::SiteKeys::parse(boost::json::serialize(shown.at("keys"))).value();
        circle.members[0].signing = keys.signing;
        circle.members[0].sealing = keys.sealing;
        // Places come first: behind the command, --state is the delegation's.
        const std::string place = directory_.path();
        ASSERT_EQ(Process({SIGHTLINE_CLI, "--state", place, "--run", place, "--as", "lena",
                           "dossier", "circle", "take", write("circle.jws", circle.jws()), "--root",
                           write("root.jwk", circle.root_jwk()), "--state", "NLD"},
                          log())
                      .wait(),
                  0)
            << logged();
        kiosk_->stop(SIGTERM);
    }
    std::string imported() {
        EXPECT_EQ(lena({"dossier", "import",
                        write("case.csv",
                              "case_number,individual_number,family_name,relation\n"
                              "100-24C00001,100-00000001,Applicant A,self\n")}),
                  0)
            << out_;
        const auto all = asked({"dossier", "list"});
        return std::string(all.at(0).at("dossier").as_string());
    }
    void consent(const std::string& dossier) {
        ASSERT_EQ(lena({"sessions", "schedule", "--title", "Consent to share", "--dossier", dossier,
                        "--subject", "Applicant A", "--delegation", "NLD"}),
                  0)
            << out_;
        const auto person = out_.substr(out_.find("subject ") + 8, 16);
        step("check-in");
        step("open-consent");
        ASSERT_EQ(lena({"consent", "record", person, "share-dossier", "given", "--scope", "NLD"}),
                  0)
            << out_;
        step("end", "interrupted");
    }
    sync::Pseudonym released(const std::string& dossier) {
        EXPECT_EQ(lena({"dossier", "release", dossier, "--to", "NLD", "--agreement", "TA-1"}), 0)
            << out_;
        const auto at = out_.find(" as ");
        return at == std::string::npos
                   ? sync::Pseudonym()
                   : sync::Pseudonym::parse(out_.substr(at + 4, 16)).value_or(sync::Pseudonym());
    }
    std::string attachment(const std::string& dossier, std::size_t which, const char* member) {
        const auto all = asked({"dossier", "attachments", dossier});
        const auto& one = all.as_array().at(which).as_object();
        return boost::json::serialize(one.at(member));
    }
};

TEST_F(KioskAttachments, ArriveWholeThoughTheKioskIsKilledAndComeBackFromTheOffice) {
    TestCircle circle(2);
    join(circle);
    RelayingHub hub(circle);
    tests::TcpLink link(hub.port(), {1.5e6, 0, {}});
    start_at(link.port());
    const std::string dossier = imported();
    const std::string document = "%PDF-1.7\n" + random_bytes(kChunks * kChunkBytes - 1000);
    ASSERT_EQ(
        lena({"dossier", "attach", dossier, write("passport.pdf", document), "--type", "pdf"}), 0)
        << out_;
    const std::string id = out_.substr(0, 16);
    consent(dossier);
    const auto pseudonym = released(dossier);
    ASSERT_TRUE(pseudonym) << out_;

    for (std::size_t kill = 1; kill <= kKills; ++kill) {
        ASSERT_TRUE(eventually([&] {
            return bytes_in(hub.state()) > kill * kChunkBytes + kChunkBytes / 8;
        })) << logged();
        kiosk_->stop(SIGKILL);
        start_at(link.port());
    }
    ASSERT_TRUE(eventually([&] {
        const auto status = asked({"dossier", "sync-status"});
        return status.at(0).at("chunks_to_send").at("documents") == 0;
    })) << logged();
    // What a kill costs is the chunk that was on its way, and a ticket.
    EXPECT_LE(link.up(), document.size() + kKills * (kChunkBytes + kChunkBytes / 8));

    tests::TemporaryDirectory folder;
    JournalSite office(folder.path(), circle, 1);
    const auto first = round(office, hub.port());
    ASSERT_TRUE(first) << first.error().text;
    EXPECT_EQ(office.attachment(pseudonym, id), document);

    const std::string answer =
        "Letter of the office of the test.\n" + std::string(kChunkBytes, 'x');
    office.attach(pseudonym, "letter", answer);
    const auto second = round(office, hub.port());
    ASSERT_TRUE(second) << second.error().text;
    kiosk_->stop(SIGKILL);
    start_at(hub.port());
    ASSERT_TRUE(eventually([&] {
        return asked({"dossier", "attachments", dossier}).as_array().size() == 2 &&
               attachment(dossier, 1, "whole") == "true";
    })) << logged();
    const auto quoted = attachment(dossier, 1, "id");
    const auto file = (directory_.path() / "fetched").string();
    ASSERT_EQ(lena({"dossier", "fetch", dossier, quoted.substr(1, 16), file}), 0) << out_;
    EXPECT_EQ(read_file(file), answer);
    struct stat status {};
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    EXPECT_EQ(lena({"dossier", "fetch", dossier, id, file}), 2);
    EXPECT_EQ(read_file(file), answer);
    ASSERT_EQ(lena({"dossier", "fetch", dossier, id, file, "--overwrite"}), 0) << out_;
    EXPECT_EQ(read_file(file), document);
    EXPECT_FALSE(std::filesystem::exists(file + ".part"));

    EXPECT_EQ(lena({"dossier", "attach", dossier,
                    write("picture.pdf",
                          "\x7f"
                          "ELF")}),
              1);
    EXPECT_THAT(out_, testing::HasSubstr("no PDF"));
    ASSERT_EQ(lena({"dossier", "detach", dossier, id}), 0) << out_;
    EXPECT_EQ(asked({"dossier", "attachments", dossier}).as_array().size(), 1u);
    EXPECT_EQ(lena({"dossier", "attachments", dossier}), 0);
    EXPECT_THAT(out_, testing::HasSubstr("letter"));
}

}  // namespace
}  // namespace sightline::integration
