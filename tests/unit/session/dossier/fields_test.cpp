#include "session/dossier/fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/session/dossier/forms.h"

namespace sightline::dossier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> texts_of(const std::vector<Finding>& findings) {
    std::vector<std::string> all;
    for (const auto& finding : findings) all.push_back(text_of(finding));
    return all;
}
std::string refusal_of(const Fields& fields) {
    const auto form = form_of(fields);
    return form ? "" : form.error().text;
}

TEST(Fields, AreTheFormsExactInverse) {
    RandomForms forms(1);
    for (int i = 0; i < 500; ++i) {
        const Form form = forms.next();
        ASSERT_THAT(texts_of(faults_of(form)), IsEmpty());
        const Fields fields = fields_of(form);
        const auto again = form_of(fields);
        ASSERT_TRUE(again) << again.error().text;
        ASSERT_TRUE(*again == form);
        ASSERT_EQ(fields_of(*again), fields);
    }
}

TEST(Fields, HaveStablePaths) {
    const Fields fields = fields_of(sample_form());
    EXPECT_EQ(fields.at("case/number"), "123-45-67890");
    EXPECT_EQ(fields.at("persons/000000000000000a"), true);
    EXPECT_EQ(fields.at("persons/000000000000000a/birth_date"), "1984");
    EXPECT_EQ(fields.at("persons/000000000000000a/spoken_languages"),
              (boost::json::array{"apc", "ar-SD"}));
    EXPECT_EQ(fields.at("persons/000000000000000a/specific_needs"),
              (boost::json::array{"SM", "DS-BD"}));
    EXPECT_EQ(fields.at("relationships/0000000000000010/kind"), "sibling");
    EXPECT_EQ(fields.at("confidential/0000000000000013/person"), "000000000000000a");
    EXPECT_FALSE(fields.contains("claim/exclusion"));
    for (const auto& [path, value] : fields) EXPECT_LE(path.size(), kMaxPathBytes);
}

TEST(Fields, EveryPathOfTheTableIsWithinTheBound) {
    each_list([](const auto& list) {
        for (const auto& field : list.fields) {
            EXPECT_LE(list.name.size() + 18 + field.name.size(), kMaxPathBytes) << field.name;
        }
    });
}

TEST(Fields, RefuseAPathThatIsNone) {
    for (const char* path :
         {"", "case", "case/", "case/colour", "case/number/", "persons", "persons/",
          "persons/0000000000000000", "persons/000000000000000A", "persons/birth_date",
          "persons/000000000000000a/", "persons/000000000000000a/colour",
          "case/000000000000000a/number", "elsewhere/x"}) {
        Fields fields = fields_of(sample_form());
        fields.insert_or_assign(path, "1");
        EXPECT_THAT(refusal_of(fields), HasSubstr("read a dossier's fields: ")) << path;
    }
    Fields fields = fields_of(sample_form());
    fields.emplace(std::string(5000, 'x'), 1);
    EXPECT_LT(refusal_of(fields).size(), 200);
}

TEST(Fields, RefuseAFieldOfAPersonWhoIsNotListed) {
    Fields fields = fields_of(sample_form());
    fields.erase("persons/000000000000000b");
    EXPECT_THAT(refusal_of(fields), HasSubstr("is of an entry that is not listed"));
    fields.emplace("persons/000000000000000b", false);
    EXPECT_THAT(refusal_of(fields), HasSubstr("is not true"));
}

TEST(Fields, RefuseARelationshipToAPersonWhoIsGone) {
    Form form = sample_form();
    form.persons.pop_back();
    Fields fields = fields_of(form);
    EXPECT_THAT(refusal_of(fields),
                HasSubstr("relationships/0000000000000010/other is nobody whom this case lists"));
}

TEST(Fields, ChangesLeadFromOneToTheOther) {
    RandomForms forms(2);
    for (int i = 0; i < 200; ++i) {
        const Fields before = fields_of(forms.next());
        const Fields after = fields_of(forms.next());
        const Changes made = changes(before, after);
        ASSERT_EQ(changed(before, made), after);
        ASSERT_TRUE(changes(after, after).empty());
    }
}

TEST(Fields, ChangesSayWhatWasSetAndWhatRemoved) {
    Form form = sample_form();
    const Fields before = fields_of(form);
    form.claim.summary.clear();
    form.need.priority = Priority::Emergency;
    form.persons[1].religion = "none";
    const Changes made = changes(before, fields_of(form));
    EXPECT_THAT(made.removed, ElementsAre("claim/summary"));
    EXPECT_EQ(made.set, (Fields{{"need/priority", "emergency"},
                                {"persons/000000000000000b/religion", "none"}}));
}

TEST(Checks, TheSampleIsWithoutFaultOrDoubt) {
    EXPECT_THAT(texts_of(faults_of(sample_form())), IsEmpty());
    EXPECT_THAT(texts_of(doubts_of(sample_form())), IsEmpty());
}

TEST(Checks, DoubtsACaseOfAnotherSizeThanItSays) {
    Form form = sample_form();
    form.size = 3;
    EXPECT_THAT(texts_of(doubts_of(form)), ElementsAre("case/size is 3, and 2 persons are listed"));
    EXPECT_THAT(faults_of(form), IsEmpty());
}

TEST(Checks, DoubtsACaseWithoutOnePrincipalApplicant) {
    Form form = sample_form();
    form.persons[1].basics.relation = kPrincipal;
    EXPECT_THAT(texts_of(doubts_of(form)), ElementsAre(HasSubstr("more than one principal")));
    form.persons[0].basics.relation.clear();
    form.persons[1].basics.relation = "brother";
    EXPECT_THAT(texts_of(doubts_of(form)), ElementsAre(HasSubstr("no principal applicant")));
}

TEST(Checks, DoubtsASecondaryCategoryThatSaysNothingMore) {
    Form form = sample_form();
    form.need.secondary_category = form.need.primary_category;
    EXPECT_THAT(texts_of(doubts_of(form)),
                ElementsAre("need/secondary_category is the primary one"));
}

TEST(Checks, FindsWhatAProgramMayHavePutTogetherWrongly) {
    const auto faults_after = [](auto change) {
        Form form = sample_form();
        change(form);
        return texts_of(faults_of(form));
    };
    EXPECT_THAT(faults_after([](Form& f) { std::swap(f.persons[0], f.persons[1]); }),
                testing::Contains(HasSubstr("is out of order")));
    EXPECT_THAT(faults_after([](Form& f) { f.persons[1].basics.id = f.persons[0].basics.id; }),
                testing::Contains(HasSubstr("there twice")));
    EXPECT_THAT(faults_after([](Form& f) { f.documents[0].document.id = f.persons[0].basics.id; }),
                ElementsAre("documents/000000000000000a has the id of another entry"));
    EXPECT_THAT(faults_after([](Form& f) { f.documents[0].document.about.reset(); }),
                ElementsAre(HasSubstr("needs the person whom the document is about")));
    EXPECT_THAT(
        faults_after([](Form& f) { f.persons[1].basics.individual_number = "123-0000 0001"; }),
        ElementsAre(HasSubstr("individual_number is another person's of this case")));
    EXPECT_THAT(faults_after([](Form& f) { f.relationships[0].other = f.relationships[0].person; }),
                ElementsAre(HasSubstr("is the same person")));
    EXPECT_THAT(faults_after([](Form& f) { f.persons[0].basics.speaks.clear(); }),
                ElementsAre(HasSubstr("spoken_languages has no first one")));
    EXPECT_THAT(faults_after([](Form& f) { f.subject.number.clear(); }),
                ElementsAre("case/number is missing"));
    EXPECT_THAT(faults_after([](Form& f) { f.persons[0].religion = "two\nlines"; }),
                ElementsAre(HasSubstr("religion is not one line")));
    EXPECT_THAT(faults_after([](Form& f) {
                    for (std::uint64_t i = 0x100; f.persons.size() <= kMaxPersons; ++i) {
                        f.persons.push_back(applicant(i, "X", ""));
                    }
                }),
                ElementsAre("persons has more than 60 entries"));
}

}  // namespace
}  // namespace sightline::dossier
