// Whether anything that the store was told can be read from the disk it lies on: the raw bytes of a
// whole file system, with its journal and its freed blocks, searched for what was planted.
#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <set>
#include <vector>

#include "appliance/base/hex.h"
#include "storage/case_repository.h"
#include "storage/erasure.h"
#include "storage/interview_repository.h"
#include "storage/transaction.h"
#include "tests/support/ext4_image.h"
#include "tests/support/open_store.h"
#include "tests/support/stored_interview.h"

namespace sightline::storage {
namespace {

using model::RecordTime;

constexpr RecordTime kNow{std::chrono::hours(24 * 365 * 50)};
const CaseRepository::Said kSaid{"CANARYactor 7", kNow};

// What was planted, one for each place that a text can go to.
const std::vector<std::string> kCanaries = {
    "CANARYnumber",  "CANARYremarks", "CANARYfamily", "CANARYgiven",    "CANARYquestion",
    "CANARYanswer",  "CANARYmanner",  "CANARYtitle",  "CANARYcontent",  "CANARYgrounds",
    "CANARYmeeting", "CANARYperson",  "CANARYaudit",  "CANARYmission",  "CANARYowner",
    "CANARYactor",   "CANARYreason",  "CANARYscope",  "CANARYincident", "CANARYindividual"};

std::string utf16(const std::string& text, bool big_endian) {
    std::string out;
    for (const char c : text) {
        if (big_endian) out += '\0';
        out += c;
        if (!big_endian) out += '\0';
    }
    return out;
}

// The middle of the text's base64 (RFC 4648), whatever stands before it: three alignments.
std::string base64_from(std::string_view text, std::size_t skip) {
    static constexpr char kDigits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = skip; i + 3 <= text.size(); i += 3) {
        const auto at = [&](std::size_t j) {
            return static_cast<unsigned>(static_cast<unsigned char>(text[i + j]));
        };
        const unsigned bits = at(0) << 16 | at(1) << 8 | at(2);
        for (const int shift : {18, 12, 6, 0}) out += kDigits[bits >> shift & 63];
    }
    return out;
}

std::vector<std::string> forms_of(const std::string& canary) {
    const std::string hex = base::to_hex(base::as_bytes(canary));
    std::string upper = hex;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    std::string case_number = canary;  // as it is looked for
    for (char& c : case_number) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return {canary,
            case_number,
            utf16(canary, false),
            utf16(canary, true),
            hex,
            upper,
            base64_from(canary, 0),
            base64_from(canary, 1),
            base64_from(canary, 2)};
}

// One pass for each form, not one for each canary and form: all canaries begin alike, so what they
// have in common is looked for, and where it stands it is asked which of them goes on there.
std::vector<std::string> found_in(const std::string& bytes) {
    std::vector<std::vector<std::string>> forms;
    for (const auto& canary : kCanaries) forms.push_back(forms_of(canary));
    std::vector<std::string> found;
    for (std::size_t form = 0; form < forms.front().size(); ++form) {
        std::string stem = forms.front()[form];
        for (const auto& of_canary : forms) {
            stem.erase(std::ranges::mismatch(stem, of_canary[form]).in1, stem.end());
        }
        std::set<std::size_t> here;
        for (auto at = bytes.find(stem); at != bytes.npos; at = bytes.find(stem, at + 1)) {
            for (std::size_t i = 0; i < forms.size(); ++i) {
                if (bytes.compare(at, forms[i][form].size(), forms[i][form]) == 0) {
                    here.insert(i);
                }
            }
        }
        for (const auto i : here) found.push_back(kCanaries[i]);
    }
    return found;
}

void plant(Store& store) {
    const auto id = [](std::uint64_t n) { return base::RecordId::from_value(n); };
    CaseRepository cases(store);
    const auto dossier = cases.create({id(1), "CANARYnumber", "CANARYremarks"}, kSaid).value();
    cases
        .put(dossier,
             model::Person{id(2), "CANARYfamily", "CANARYgiven", "1984", "", "self", "ar", "",
                           "CANARYindividual"},
             kSaid)
        .value();
    model::Note note{id(3),          id(2),          {},   kNow, "interviewer 1", "CANARYquestion",
                     "CANARYanswer", "CANARYmanner", false};
    cases.put(dossier, note, kSaid).value();
    note.answer = std::string(9000, 'x') + "CANARYanswer";  // pages are split, and freed
    cases.put(dossier, note, kSaid).value();
    std::string content;
    while (content.size() < 300'000) content += "CANARYcontent ";
    cases
        .put(dossier, model::Document{id(4), id(2), "CANARYtitle", "text/plain", 0, {}},
             base::as_bytes(content), kSaid)
        .value();
    cases
        .put(dossier,
             model::Decision{id(5), id(2), model::Outcome::Deferred, "CANARYgrounds", "CANARYactor",
                             kNow},
             kSaid)
        .value();
    cases
        .put(dossier,
             model::Consent{id(6),
                            id(2),
                            {},
                            model::ConsentItem::Metadata,
                            "CANARYscope",
                            model::ConsentAnswer::Given,
                            std::string(64, 'c'),
                            "ar",
                            model::ConsentMode::Touch,
                            "",
                            "CANARYactor",
                            model::LegalBasis::Consent,
                            kNow,
                            ""},
             kSaid)
        .value();
    SiteRepository site(store);
    site.put(model::Mission{id(7), "CANARYmission", "NLD", "Centre", kNow, kNow, 10u}, kSaid);
    site.put(model::Device{id(8), "CANARYowner", "{}", kNow, {}}, kSaid);
    InterviewRepository interviews(store);
    const auto session = base::SessionId::from_value(9);
    const auto guest = tests::attendee(base::ParticipantId::from_value(10), session, "CANARYperson",
                                       model::Role::Interviewer);
    interviews.schedule(tests::interview_row(session, "CANARYmeeting", kNow),
                        tests::running_row(id(12), session, {guest}), {}, dossier, kSaid);
    interviews.joined(guest, kNow);
    interviews.put_incident(session, {kNow, "CANARYincident", "", ""});
    store.write([&](Transaction& transaction) {
        transaction.audit(kNow, "CANARYactor", audit::Action::DossierOpened, dossier,
                          "CANARYaudit");
    });
    Erasure erasure(store);
    erasure.hold(dossier, "CANARYreason", "CANARYactor", kNow).value();
    erasure.lift(dossier, "CANARYreason", "CANARYactor", kNow).value();
    const auto gone = cases.create({id(11), "CANARYnumber 2", "CANARYremarks"}, kSaid).value();
    erasure.erase({{gone}, "CANARYreason", "CANARYactor", kNow}).value();
    // It is there to be found, by who has the keys.
    ASSERT_EQ(cases.open(dossier, kSaid)->notes.front().answer, note.answer);
}

class CanaryTest : public testing::Test {
  protected:
    void SetUp() override {
        if (const auto obstacle = tests::Ext4Image::obstacle(); !obstacle.empty()) {
            std::cout << "*** NOT PROVEN HERE: no raw disk was searched: " << obstacle << " ***\n";
            GTEST_SKIP() << obstacle;
        }
        image_.emplace(24);
    }
    std::optional<tests::Ext4Image> image_;
};

TEST_F(CanaryTest, NothingThatTheStoreWasToldStandsOnItsDisk) {
    {
        const auto device =
            std::move(hardware::FileSecret::open(image_->root() / "device")).value();
        Store store(image_->root() / "store.db", *device);
        store.initialise(tests::test_pin(), tests::kCheapPin).value();
        ASSERT_NO_FATAL_FAILURE(plant(store));
        EXPECT_EQ(found_in(image_->bytes()), std::vector<std::string>()) << "while it is open";
    }
    image_->unmount();
    EXPECT_EQ(found_in(image_->bytes()), std::vector<std::string>());
}

// The control: where nothing is sealed, the same search finds everything, in every form.
TEST_F(CanaryTest, APlainDatabaseGivesEverythingAway) {
    {
        SQLite::Database plain((image_->root() / "plain.db").string(),
                               SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        plain.exec("CREATE TABLE told (what BLOB)");
        for (const auto& canary : kCanaries) {
            for (const auto& form : forms_of(canary)) {
                SQLite::Statement put(plain, "INSERT INTO told VALUES (?)");
                put.bind(1, form.data(), static_cast<int>(form.size()));
                put.exec();
            }
        }
        plain.exec("DELETE FROM told");
    }
    image_->unmount();
    EXPECT_EQ(found_in(image_->bytes()).size(), kCanaries.size() * forms_of("x").size());
}

}  // namespace
}  // namespace sightline::storage
