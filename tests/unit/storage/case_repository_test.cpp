#include "storage/case_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/transaction.h"
#include "tests/support/open_store.h"

namespace sightline::storage {
namespace {

using base::Errc;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr model::RecordTime at(int s) { return model::RecordTime{std::chrono::seconds(s)}; }
const CaseRepository::Said kSaid{"staff 1", at(1)};

base::RecordId record(std::uint64_t value) { return base::RecordId::from_value(value); }

class CaseRepositoryTest : public testing::Test {
  protected:
    base::DossierId a_case() { return cases_->create({{}, "123-45C67890", "x"}, kSaid).value(); }
    void restart() {
        store_.restart();
        cases_.emplace(*store_);
    }
    CaseFile open(base::DossierId id) { return cases_->open(id, kSaid).value(); }
    // What the audit log says about a dossier, in order.
    std::vector<std::string> log_of(base::DossierId id) {
        std::vector<std::string> actions;
        for (const auto& opening : store_->openings(id).value()) {
            actions.emplace_back(audit::name_of(audit::parse_event(opening.event).value().action));
        }
        return actions;
    }
    tests::OpenStore store_;
    std::optional<CaseRepository> cases_{std::in_place, *store_};
};

TEST_F(CaseRepositoryTest, KeepsAllOfACase) {
    const auto id = a_case();
    const model::Person person{record(1), "Doe", "Jo", "1984-06", "SYR", "self", "apc", "", "9"};
    const model::Note note{record(2), person.id,       base::SessionId::from_value(7),
                           at(5),     "interviewer 2", "Where?",
                           "There.",  "calm",          true};
    const model::Decision decision{record(3), std::nullopt,       model::Outcome::Selected,
                                   "art. 1",  "decision maker 1", at(9)};
    const model::Consent consent{record(4),
                                 person.id,
                                 std::nullopt,
                                 model::ConsentItem::Observers,
                                 "HUN",
                                 model::ConsentAnswer::Given,
                                 std::string(64, 'a'),
                                 "ar",
                                 model::ConsentMode::Spoken,
                                 "interpreter 1",
                                 "staff 1",
                                 model::LegalBasis::Consent,
                                 at(3)};
    ASSERT_TRUE(cases_->put(id, person, kSaid));
    ASSERT_TRUE(cases_->put(id, note, kSaid));
    ASSERT_TRUE(cases_->put(id, decision, kSaid));
    ASSERT_TRUE(cases_->put(id, consent, kSaid));
    restart();
    const auto file = open(id);
    EXPECT_EQ(file.subject.number, "123-45C67890");
    ASSERT_THAT(file.persons, SizeIs(1));
    EXPECT_EQ(file.persons[0].family_name, "Doe");
    EXPECT_EQ(file.persons[0].born, "1984-06");
    ASSERT_THAT(file.notes, SizeIs(1));
    EXPECT_EQ(file.notes[0].about, person.id);
    EXPECT_TRUE(file.notes[0].degraded_link);
    ASSERT_THAT(file.decisions, SizeIs(1));
    EXPECT_EQ(file.decisions[0].outcome, model::Outcome::Selected);
    EXPECT_EQ(file.decisions[0].about, std::nullopt);
    ASSERT_THAT(file.consents, SizeIs(1));
    EXPECT_EQ(file.consents[0].mode, model::ConsentMode::Spoken);
    EXPECT_EQ(file.consents[0].basis, model::LegalBasis::Consent);
    EXPECT_EQ(file.consents[0].at, at(3));
    EXPECT_THAT(log_of(id), ElementsAre("dossier.created", "dossier.written", "dossier.written",
                                        "decision.written", "consent.given", "dossier.opened"));
}

TEST_F(CaseRepositoryTest, FindsACaseHoweverItsNumberIsWritten) {
    const auto id = a_case();
    restart();
    EXPECT_THAT(cases_->find_by_number(" 123-45c67890"), ElementsAre(id));
    EXPECT_THAT(cases_->find_by_number("123-45C67891"), IsEmpty());
    EXPECT_EQ(cases_->create({{}, "123-45 c67890", ""}, kSaid).error().code, Errc::Conflict);
    EXPECT_EQ(cases_->create({{}, " ", ""}, kSaid).error().code, Errc::Malformed);
}

TEST_F(CaseRepositoryTest, KeepsADocumentLargerThanARecord) {
    const auto id = a_case();
    base::Bytes content(kMaxBodyBytes * 2 + 17);
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<std::uint8_t>(i * 7);
    const model::Document document{record(5), std::nullopt, "Certificate", "image/png", 0, {}};
    ASSERT_TRUE(cases_->put(id, document, content, kSaid));
    restart();
    auto file = open(id);
    ASSERT_THAT(file.documents, SizeIs(1));
    EXPECT_EQ(file.documents[0].size, content.size());
    EXPECT_THAT(file.documents[0].parts, SizeIs(3));
    EXPECT_EQ(cases_->content(id, file.documents[0]).value(), content);
    // Another scan of it takes the place of the first, parts and all.
    const auto records = store_->read(id)->records.size();
    ASSERT_TRUE(cases_->put(id, file.documents[0], base::as_bytes("small"), kSaid));
    EXPECT_EQ(store_->read(id)->records.size(), records - 2);
    EXPECT_EQ(base::as_text(cases_->content(id, open(id).documents[0]).value()), "small");
}

TEST_F(CaseRepositoryTest, ADossierThatIsNotThereIsNotFound) {
    const auto none = base::DossierId::from_value(99);
    EXPECT_EQ(cases_->open(none, kSaid).error().code, Errc::NotFound);
    EXPECT_EQ(cases_->open(kSiteDossier, kSaid).error().code, Errc::NotFound);
    EXPECT_EQ(cases_->put(none, model::Person{}, kSaid).error().code, Errc::NotFound);
    EXPECT_EQ(cases_->put(none, model::Document{}, {}, kSaid).error().code, Errc::NotFound);
}

TEST_F(CaseRepositoryTest, TheSiteKeepsMissionsAndDevices) {
    SiteRepository site(*store_);
    site.put(model::Mission{record(1), "Spring", "NLD", "Centre", at(1), at(2), 50u}, kSaid);
    site.put(model::Device{record(2), "member 3", "{}", at(1), std::nullopt}, kSaid);
    site.put(model::Device{record(2), "member 3", "{}", at(1), at(4)}, kSaid);
    restart();
    SiteRepository again(*store_);
    ASSERT_THAT(again.missions(), SizeIs(1));
    EXPECT_EQ(again.missions()[0].quota, 50u);
    ASSERT_THAT(again.devices(), SizeIs(1));
    EXPECT_EQ(again.devices()[0].revoked, at(4));
    EXPECT_THAT(log_of(kSiteDossier),
                ElementsAre("mission.written", "device.enrolled", "device.revoked"));
}

}  // namespace
}  // namespace sightline::storage
