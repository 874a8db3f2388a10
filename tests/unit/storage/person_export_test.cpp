#include "storage/person_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json/parse.hpp>
#include <fstream>

#include "storage/case_repository.h"
#include "storage/interview_repository.h"
#include "storage/record_page.h"
#include "storage/site_key.h"
#include "storage/transaction.h"
#include "tests/support/open_store.h"
#include "tests/support/stored_interview.h"

namespace sightline::storage {
namespace {

using base::Errc;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
namespace fs = std::filesystem;
namespace json = boost::json;

constexpr model::RecordTime at(int s) { return model::RecordTime{std::chrono::seconds(s)}; }
const Said kSaid{"dpo 1", at(60)};

base::RecordId record(std::uint64_t value) { return base::RecordId::from_value(value); }
const auto kAmina = record(0xa1);
const auto kYusuf = record(0xb2);

class PersonExportTest : public testing::Test {
  protected:
    PersonExportTest() {
        CaseRepository cases(*store_);
        const auto done = [](const base::Result<void>& result) { ASSERT_TRUE(result); };
        id_ = cases.create({{}, "123-45C67890", "Yusuf fled first."}, {"staff 1", at(1)}).value();
        done(cases.put(
            id_, model::Person{kAmina, "حسن", "Amina", "1984", "SYR", "self", "apc", "ar", "9001"},
            kSaid));
        done(cases.put(
            id_,
            model::Person{kYusuf, "حسن", "Yusuf", "1980", "SYR", "spouse", "apc", "ar", "9002"},
            kSaid));
        done(cases.put(id_, a_note(record(1), kAmina, "<script>alert(1)</script> with YUSUF"),
                       kSaid));
        done(cases.put(id_, a_note(record(2), kYusuf, "SECRET-OF-THE-OTHER"), kSaid));
        done(cases.put(id_, a_note(record(3), std::nullopt, "About all; Yusufali is a town."),
                       kSaid));
        done(cases.put(id_, a_consent(record(4), kAmina, std::nullopt), kSaid));
        done(cases.put(id_, a_consent(record(5), kYusuf, std::nullopt), kSaid));
        done(cases.put(id_, a_consent(record(6), kYusuf, kAmina), kSaid));
        done(cases.put(id_, a_document(record(7), kAmina, "../../Pass/port", "application/pdf"),
                       base::as_bytes("pdf of Amina"), kSaid));
        done(cases.put(id_, a_document(record(8), kYusuf, "his", "image/png"),
                       base::as_bytes("his picture"), kSaid));
        done(cases.put(id_, a_document(record(9), std::nullopt, "شهادة", "text/plain"),
                       base::Bytes(kMaxBodyBytes + 3, 'x'), kSaid));
        InterviewRepository interviews(*store_);
        const auto amina = tests::attendee(base::ParticipantId::from_value(0xc1), session_,
                                           "Amina حسن", model::Role::Applicant);
        const auto interpreter = tests::attendee(base::ParticipantId::from_value(0xc2), session_,
                                                 "Yusuf Translator", model::Role::Interpreter);
        const auto running = tests::running_row(record(10), session_, {amina, interpreter});
        interviews.schedule(tests::interview_row(session_, "First talk", at(10)), running, {}, id_,
                            kSaid);
        interviews.joined(amina, at(11));
        interviews.joined(interpreter, at(11));
        interviews.put_break({record(11), session_, model::PauseReason::Break, at(12), at(13)});
        interviews.close(running, Kept::Metadata, model::EndReason::Complete,
                         {"supervisor 1", at(20)});
    }
    static model::Note a_note(base::RecordId id, std::optional<base::RecordId> about,
                              const std::string& answer) {
        return {id, about, {}, at(5), "interviewer 2", "Where?", answer, "calm", false};
    }
    static model::Consent a_consent(base::RecordId id, base::RecordId person,
                                    std::optional<base::RecordId> on_behalf) {
        return {id,
                person,
                on_behalf,
                model::ConsentItem::Video,
                "",
                model::ConsentAnswer::Given,
                "",
                "ar",
                model::ConsentMode::Touch,
                "",
                "staff 1",
                model::LegalBasis::Consent,
                at(3),
                ""};
    }
    static model::Document a_document(base::RecordId id, std::optional<base::RecordId> about,
                                      const std::string& title, const std::string& type) {
        return {id, about, title, type, 0, {}};
    }
    fs::path directory() const { return store_.directory() / "export"; }
    ExportReport exported() {
        return export_person(*store_, id_, kAmina, directory(), kSaid).value();
    }
    std::string read(const std::string& name) const {
        std::ifstream in(directory() / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    json::object record_json() const { return json::parse(read("record.json")).as_object(); }
    static std::vector<std::string> ids(const json::object& record, const char* section) {
        std::vector<std::string> ids;
        for (const auto& item : record.at(section).as_array()) {
            ids.emplace_back(item.at("id").as_string());
        }
        return ids;
    }
    std::vector<std::string> findings() {
        const std::vector known{site_key(*store_).verifier()};
        const auto check = verify_export(directory(), known);
        return check ? check->findings : std::vector<std::string>{check.error().text};
    }
    std::size_t log_size() { return store_->openings(id_)->size(); }

    tests::OpenStore store_;
    base::DossierId id_;
    const base::SessionId session_ = base::SessionId::from_value(0xd7);
};

TEST_F(PersonExportTest, HoldsWhatIsAboutThePersonAndTheCase) {
    const auto report = exported();
    const auto record_of = record_json();
    EXPECT_THAT(ids(record_of, "person"), ElementsAre(kAmina.text()));
    EXPECT_THAT(ids(record_of, "notes"), ElementsAre(record(1).text(), record(3).text()));
    EXPECT_THAT(ids(record_of, "consents"), ElementsAre(record(4).text(), record(6).text()))
        << "what a guardian gave for her is hers";
    EXPECT_THAT(ids(record_of, "documents"), ElementsAre(record(7).text(), record(9).text()));
    EXPECT_EQ(record_of.at("case").as_array().at(0).at("number").as_string(), "123-45C67890");
    EXPECT_EQ(record_of.at("interviews").as_array().size(), 1u);
    EXPECT_EQ(record_of.at("notes").as_array().at(0).at("at").as_string(),
              "1970-01-01T00:00:05.000Z");
    const auto& people = record_of.at("participants").as_array();
    ASSERT_EQ(people.size(), 2u);
    EXPECT_EQ(people[0].at("participant").at("name").as_string(), "Amina حسن");
    EXPECT_EQ(people[0].at("stays").as_array().at(0).at("presence").at("joined").as_string(),
              "1970-01-01T00:00:11.000Z");
    const auto& last = record_of.at("log").as_array().back();
    EXPECT_EQ(last.at("what").as_string(), "dossier.exported");
    EXPECT_EQ(last.at("detail").as_string(), "person " + kAmina.text());
    EXPECT_EQ(report.files, 4u);
    EXPECT_THAT(report.documents_of_the_case, ElementsAre("documents/02-document.txt"));
    EXPECT_EQ(read("documents/01-Pass-port.pdf"), "pdf of Amina");
    EXPECT_EQ(read("documents/02-document.txt"), std::string(kMaxBodyBytes + 3, 'x'));
}

TEST_F(PersonExportTest, LeavesOutTheOthersAndTheirNames) {
    const auto report = exported();
    for (const char* name : {"record.json", "record.html"}) {
        const auto text = read(name);
        EXPECT_THAT(text, Not(HasSubstr("SECRET-OF-THE-OTHER"))) << name;
        EXPECT_THAT(text, Not(HasSubstr("his"
                                        "\"")));
        EXPECT_THAT(text, Not(HasSubstr("YUSUF")));
        EXPECT_THAT(text, Not(HasSubstr("Yusuf fled")));
        EXPECT_THAT(text, HasSubstr("[another person] fled first."));
        EXPECT_THAT(text, HasSubstr("Yusufali is a town")) << "a word of its own";
        EXPECT_THAT(text, HasSubstr("Yusuf Translator")) << "not of the family";
        EXPECT_THAT(text, HasSubstr("حسن")) << "her own name too";
        EXPECT_THAT(text, Not(HasSubstr("token")));
        EXPECT_THAT(text, Not(HasSubstr(record(8).text())));
        EXPECT_THAT(text, Not(HasSubstr("person " + kYusuf.text())));
    }
    EXPECT_EQ(report.redacted, 2u);
    // His person, note, consent and document, and in the log these and the consent he gave for her.
    EXPECT_EQ(report.left_out, 4u + 5u);
}

TEST_F(PersonExportTest, ThePageRunsNothingAndKeepsDirections) {
    exported();
    const auto page = read("record.html");
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt; with [another person]"));
    EXPECT_THAT(page, HasSubstr("<html lang=\"en\">"));
    EXPECT_THAT(page, HasSubstr("<meta charset=\"utf-8\">"));
    EXPECT_THAT(page, HasSubstr("default-src 'none'"));
    EXPECT_THAT(page, HasSubstr("<td dir=\"auto\">حسن</td>"));
    EXPECT_THAT(page, HasSubstr("<th scope=\"row\">Family name</th>"));
    EXPECT_EQ(html_escaped("a\x01\"'&\n"), "a\xEF\xBF\xBD&quot;&#39;&amp;\n");
}

TEST_F(PersonExportTest, IsForItsOwnUserOnly) {
    exported();
    for (const auto& [name, mode] : std::vector<std::pair<std::string, unsigned>>{
             {"", 0700}, {"documents", 0700}, {"record.json", 0600}, {"manifest.txt", 0600}}) {
        struct stat status {};
        ASSERT_EQ(::stat((directory() / name).c_str(), &status), 0) << name;
        EXPECT_EQ(status.st_mode & 0777, mode) << name;
    }
}

TEST_F(PersonExportTest, ItsManifestFindsWhatIsMissingAddedOrChanged) {
    exported();
    EXPECT_THAT(findings(), IsEmpty());
    std::ofstream(directory() / "record.json", std::ios::app) << " ";
    fs::remove(directory() / "documents" / "01-Pass-port.pdf");
    std::ofstream(directory() / "documents" / "more.txt") << "x";
    fs::remove(directory() / "record.html");
    fs::create_symlink("record.json", directory() / "record.html");
    fs::create_directory(directory() / "empty");
    EXPECT_THAT(findings(), ElementsAre("documents/more.txt was added", "empty was added",
                                        "record.html was changed", "record.json was changed",
                                        "documents/01-Pass-port.pdf is missing"));
}

TEST_F(PersonExportTest, ItsManifestCountsOnlyUnderAKnownKey) {
    exported();
    tests::OpenStore other;
    const std::vector theirs{site_key(*other).verifier()};
    EXPECT_EQ(verify_export(directory(), theirs).error().code, Errc::Unauthorized);
    std::ofstream(directory() / "manifest.txt") << sign_note(*store_, "something else\n");
    EXPECT_THAT(findings(), ElementsAre(HasSubstr("of another kind")));
    fs::remove(directory() / "manifest.txt");
    EXPECT_THAT(findings(), ElementsAre(HasSubstr("only half of one")));
}

TEST_F(PersonExportTest, RefusesADirectoryThatIsThereAndSaysSo) {
    fs::create_directory(directory());
    const auto before = log_size();
    const auto refused = export_person(*store_, id_, kAmina, directory(), kSaid);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::Conflict);
    EXPECT_THAT(refused.error().text, HasSubstr("choose another name"));
    EXPECT_TRUE(fs::is_empty(directory()));
    EXPECT_EQ(log_size(), before) << "nothing left";
}

TEST_F(PersonExportTest, LeavesNothingHalfWritten) {
    EXPECT_EQ(export_person(*store_, id_, record(77), directory(), kSaid).error().code,
              Errc::NotFound);
    EXPECT_FALSE(fs::exists(directory()));
    // A part of a document is missing: found out when record.json and record.html are there.
    const auto part = CaseRepository(*store_).open(id_, kSaid)->documents;
    store_->write([&](Transaction& transaction) {
        for (const auto& document : part) transaction.remove(id_, document.parts.at(0));
    });
    const auto failed = export_person(*store_, id_, kAmina, directory(), kSaid);
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().text, HasSubstr("a part of it is missing"));
    EXPECT_FALSE(fs::exists(directory()));
}

TEST_F(PersonExportTest, RefusesWhatItDoesNotKnowAndWhoHasNoName) {
    const auto nowhere = base::DossierId::from_value(99);
    EXPECT_EQ(export_person(*store_, nowhere, kAmina, directory(), kSaid).error().code,
              Errc::NotFound);
    EXPECT_EQ(export_person(*store_, kSiteDossier, kAmina, directory(), kSaid).error().code,
              Errc::NotFound);
    EXPECT_EQ(export_person(*store_, id_, kAmina, directory(), {"a\nb", at(1)}).error().code,
              Errc::Malformed);
    EXPECT_FALSE(fs::exists(directory()));
}

}  // namespace
}  // namespace sightline::storage
