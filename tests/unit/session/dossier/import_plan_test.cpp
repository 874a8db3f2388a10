#include "session/dossier/import_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/session/dossier/forms.h"

namespace sightline::dossier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ImportPlanTest : public testing::Test {
  protected:
    std::vector<Planned> plan(const std::vector<Import>& imports) {
        return plan_import(existing_, imports,
                           [this] { return base::RecordId::from_value(next_id_++); });
    }
    std::vector<Planned> plan_csv(const std::string& text) {
        std::vector<Import> imports;
        auto read = read_csv(text).value();
        for (auto& one : read.cases) imports.push_back(import_of(std::move(one)));
        return plan(imports);
    }
    std::vector<Planned> plan_json(std::span<const Form> forms) {
        std::vector<Import> imports;
        auto read = read_json(write_json(forms)).value();
        for (auto& one : read.dossiers) {
            imports.push_back(import_of(std::move(one)));
        }
        return plan(imports);
    }
    void carry_out(const std::vector<Planned>& all) {
        for (const auto& one : all) {
            ASSERT_NE(one.effect, Effect::Refused) << one.reason;
            if (one.existing) {
                existing_[*one.existing] = one.form;
            } else {
                existing_.push_back(one.form);
            }
        }
    }
    static std::vector<std::string> effects(const std::vector<Planned>& all) {
        std::vector<std::string> names;
        for (const auto& one : all) names.emplace_back(name_of(one.effect));
        return names;
    }

    std::vector<Form> existing_;
    std::uint64_t next_id_ = 0x1000;
};

constexpr const char* kFile =
    "case_number,individual_number,given_names,relation,need_priority\n"
    "123-45-67890,1-1,A,self,urgent\n"
    "123-45-67890,1-2,B,brother,\n"
    "123-45-67891,1-3,C,self,\n";

TEST_F(ImportPlanTest, TheSameCsvTwiceChangesNothing) {
    const auto first = plan_csv(kFile);
    EXPECT_THAT(effects(first), ElementsAre("created", "created"));
    carry_out(first);
    const auto second = plan_csv(kFile);
    EXPECT_THAT(effects(second), ElementsAre("unchanged", "unchanged"));
    EXPECT_TRUE(second[0].changes.empty());
    EXPECT_TRUE(second[0].form == existing_[0]);
    EXPECT_EQ(second[1].existing, 1);
}

TEST_F(ImportPlanTest, NorDoesAnotherOrderOrSpelling) {
    carry_out(plan_csv(kFile));
    const auto plan = plan_csv(
        "individual_number,case_number\n"
        "1 - 2,123-45-67890\n"
        "1-3,123-45-67891\n"
        "1-1,\"123-45 - 67890\"\n");
    EXPECT_THAT(effects(plan), ElementsAre("unchanged", "unchanged"));
}

TEST_F(ImportPlanTest, GivesFreshIdsAndNotThoseOfTheFile) {
    carry_out(plan_csv(kFile));
    EXPECT_EQ(existing_[0].persons[0].basics.id.value(), 0x1000);
    EXPECT_EQ(existing_[1].persons[0].basics.id.value(), 0x1002);
}

TEST_F(ImportPlanTest, AChangedCellChangesOneFieldOfTheRightPerson) {
    carry_out(plan_csv(kFile));
    const auto plan = plan_csv("case_number,individual_number,religion\n123-45-67890,1-2,none\n");
    ASSERT_THAT(effects(plan), ElementsAre("changed"));
    EXPECT_EQ(plan[0].changes.set, (Fields{{"persons/0000000000001001/religion", "none"}}));
    EXPECT_THAT(plan[0].changes.removed, IsEmpty());
    EXPECT_EQ(plan[0].form.persons.size(), 2);
    EXPECT_EQ(plan[0].form.persons[1].basics.given_names, "B");
}

TEST_F(ImportPlanTest, RemovesNothingThatTheFileDoesNotHave) {
    existing_ = {sample_form()};
    Form less = sample_form();
    less.confidential.clear();
    less.persons.pop_back();
    less.relationships.clear();
    less.claim = {};
    EXPECT_THAT(effects(plan_json({&less, 1})), ElementsAre("unchanged"));
}

TEST_F(ImportPlanTest, APersonWhoIsNewToTheCaseIsAdded) {
    carry_out(plan_csv(kFile));
    const auto plan = plan_csv("case_number,individual_number,given_names\n123-45-67890,1-9,D\n");
    EXPECT_EQ(plan[0].effect, Effect::Changed);
    EXPECT_EQ(plan[0].form.persons.size(), 3);
}

TEST_F(ImportPlanTest, TheSameJsonTwiceChangesNothing) {
    RandomForms random(5);
    std::vector<Form> forms;
    for (int i = 0; i < 50; ++i) {
        forms.push_back(random.next());
        forms.back().subject.number = "123-45-" + std::to_string(67'000 + i);
    }
    carry_out(plan_json(forms));
    for (std::size_t i = 0; i < forms.size(); ++i) EXPECT_TRUE(existing_[i] == forms[i]);
    for (const auto& one : plan_json(forms)) EXPECT_EQ(one.effect, Effect::Unchanged);
}

TEST_F(ImportPlanTest, JsonFromElsewhereFindsPersonsByTheirNumbers) {
    existing_ = {sample_form()};
    Form foreign = sample_form();
    foreign.relatives.clear();
    foreign.documents.clear();
    foreign.confidential.clear();
    foreign.declarations.clear();
    // The other office has A and B under each other's ids.
    std::swap(foreign.persons[0].basics.id, foreign.persons[1].basics.id);
    std::swap(foreign.persons[0], foreign.persons[1]);
    std::swap(foreign.relationships[0].person, foreign.relationships[0].other);
    EXPECT_THAT(effects(plan_json({&foreign, 1})), ElementsAre("unchanged"));
}

TEST_F(ImportPlanTest, AnIdThatIsSomebodyElsesHereIsNotTaken) {
    existing_ = {sample_form()};
    Form foreign;
    foreign.subject.number = existing_[0].subject.number;
    foreign.persons = {applicant(0xa, "F", "123-00000009")};
    foreign.relatives.push_back({base::RecordId::from_value(0xb), base::RecordId::from_value(0xa),
                                 Kinship::Parent, "Relative", "G", "", "", "", "", "", ""});
    const auto plan = plan_json({&foreign, 1});
    ASSERT_THAT(effects(plan), ElementsAre("changed"));
    EXPECT_EQ(plan[0].form.persons.size(), 3);
    EXPECT_EQ(plan[0].form.persons[0].basics.given_names, "A");
    EXPECT_EQ(plan[0].form.persons[2].basics.given_names, "F");
    EXPECT_EQ(plan[0].form.relatives.at(1).of, plan[0].form.persons[2].basics.id);
}

TEST_F(ImportPlanTest, WhoWasRefusedKeepsBeingMissed) {
    const std::string header = "case_number,individual_number,birth_date\n";
    carry_out(plan_csv(header + "123-45-67890,1-1,1984\n123-45-67890,1-2,soon\n"));
    ASSERT_EQ(existing_.size(), 1);
    EXPECT_EQ(existing_[0].size, 2);
    EXPECT_EQ(text_of(doubts_of(existing_[0])[0]), "case/size is 2, and 1 persons are listed");
    carry_out(plan_csv(header + "123-45-67890,1-1,1984\n123-45-67890,1-2,1985\n"));
    EXPECT_EQ(existing_[0].persons.size(), 2);
    EXPECT_EQ(existing_[0].size, 2);
}

TEST_F(ImportPlanTest, RefusesWhatTheDossierCannotHold) {
    Form full = sample_form();
    for (std::uint64_t i = 0x100; full.persons.size() < kMaxPersons; ++i) {
        full.persons.push_back(applicant(i, "X", ""));
    }
    put_in_order(full);
    existing_ = {full};
    const auto plan = plan_csv("case_number,individual_number\n123-45-67890,9-9\n");
    ASSERT_EQ(plan[0].effect, Effect::Refused);
    EXPECT_THAT(plan[0].reason, HasSubstr("is one more than there may be"));
}

}  // namespace
}  // namespace sightline::dossier
