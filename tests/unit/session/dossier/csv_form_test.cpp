#include "session/dossier/csv_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/session/dossier/forms.h"

namespace sightline::dossier {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> texts_of(const CsvImport& import) {
    std::vector<std::string> all;
    for (const auto& finding : import.findings.kept()) all.push_back(text_of(finding));
    return all;
}
std::string names_in(const Form& form) {
    std::string all;
    for (const auto& person : form.persons) all += person.basics.given_names;
    return all;
}

constexpr const char* kHeader = "case_number,individual_number,given_names,birth_date\n";

CsvImport read(const std::string& rows, const std::string& header = kHeader) {
    auto import = read_csv(header + rows);
    EXPECT_TRUE(import) << import.error().text;
    return std::move(*import);
}

// What of a form can stand in a line a person, with the ids that reading gives.
Form in_lines(Form form) {
    form.relationships.clear();
    form.relatives.clear();
    form.documents.clear();
    form.confidential.clear();
    form.declarations.clear();
    std::stable_partition(form.persons.begin(), form.persons.end(),
                          [](const auto& person) { return person.basics.relation == kPrincipal; });
    for (std::size_t i = 0; i < form.persons.size(); ++i) {
        form.persons[i].basics.id = base::RecordId::from_value(i + 1);
    }
    return form;
}

TEST(CsvForm, ReadsWhatItWrites) {
    RandomForms random(4);
    for (const char separator : {',', ';'}) {
        std::vector<Form> forms;
        for (int i = 0; i < 150; ++i) {
            Form form = random.next();
            form.subject.number = "123-45-" + std::to_string(67'000 + i);
            for (std::size_t n = 0; n < form.persons.size(); ++n) {
                form.persons[n].basics.individual_number =
                    std::to_string(i) + "-" + std::to_string(n);
            }
            forms.push_back(form);
        }
        const auto import = read_csv(write_csv(forms, separator));
        ASSERT_TRUE(import);
        ASSERT_EQ(import->findings.refusals(), 0) << testing::PrintToString(texts_of(*import));
        ASSERT_EQ(import->cases.size(), forms.size());
        for (std::size_t i = 0; i < forms.size(); ++i) {
            ASSERT_EQ(fields_of(import->cases[i].form), fields_of(in_lines(forms[i])));
        }
    }
}

TEST(CsvForm, MakesOneCaseOfLinesWithTheSameNumber) {
    const auto import = read(
        "123-45-67890,1-1,A,1984\n"
        "123-45-67891,1-2,B,1985-06\n"
        "123-45 - 67890,1-3,C,1986-06-11\n");
    ASSERT_EQ(import.cases.size(), 2);
    EXPECT_EQ(names_in(import.cases[0].form), "AC");
    EXPECT_EQ(names_in(import.cases[1].form), "B");
    EXPECT_THAT(import.cases[0].lines, ElementsAre(2, 4));
    EXPECT_THAT(texts_of(import), IsEmpty());
}

TEST(CsvForm, RecognisesSeparatorMarkAndLineEnds) {
    const std::string rows = "\"1-1\";A;\"1-9\"\r\n";
    const std::string header = "case_number;given_names;individual_number\r\n";
    for (const std::string start : {"", "\xEF\xBB\xBF", "sep=;\r\n", "\xEF\xBB\xBFsep=;\n"}) {
        const auto import = read_csv(start + header + rows);
        ASSERT_TRUE(import);
        ASSERT_EQ(import->cases.size(), 1) << testing::PrintToString(texts_of(*import));
        EXPECT_EQ(names_in(import->cases[0].form), "A");
    }
}

TEST(CsvForm, PassesOverLinesOfNothingButSeparators) {
    const auto import = read("1-1,1-1,A,1984\n,,,\n , ,,\n,\n");
    EXPECT_EQ(import.cases.size(), 1);
    EXPECT_EQ(import.findings.refusals(), 0);
}

TEST(CsvForm, ABadRowIsReportedAndTheGoodOnesGoIn) {
    const auto import = read(
        "1-1,1-1,A,1984\n"
        "1-2,1-2,B,11.06.1984\n"
        "1-3,1-3,C\n"
        "1-4,1-4,\"D,1984\n"
        ",1-5,E,1984\n"
        "1-6,,F,1984\n"
        "1-7,1-7,G\xFF,1984\n"
        "1-8,1-8,H,1984\n");
    std::string names;
    for (const auto& one : import.cases) names += names_in(one.form);
    EXPECT_EQ(names, "AH");
    EXPECT_THAT(texts_of(import),
                testing::IsSupersetOf(std::vector<testing::Matcher<std::string>>{
                    HasSubstr("line 3: birth_date is no date"),
                    HasSubstr("line 4: has 3 cells, and the first line 4"),
                    HasSubstr("line 5: has a quotation mark that is not closed"),
                    HasSubstr("line 6: case_number is missing"),
                    HasSubstr("line 7: individual_number is missing"),
                    HasSubstr("line 8: given_names is not one line of plain UTF-8")}));
    EXPECT_EQ(import.findings.refusals(), 6);
}

TEST(CsvForm, ACaseGoesInWithoutItsBadRowsAndIsDoubted) {
    const auto import = read(
        "123-45-67890,1-1,A,1984\n"
        "123-45-67890,1-2,B,soon\n"
        "123-45-67890,1-3,C,1986\n");
    ASSERT_EQ(import.cases.size(), 1);
    EXPECT_EQ(names_in(import.cases[0].form), "AC");
    EXPECT_FALSE(import.cases[0].complete());
    EXPECT_EQ(import.cases[0].rows, 3);
    EXPECT_THAT(texts_of(import),
                Contains("line 2: case_number is incomplete: 1 of the 3 persons of this case were "
                         "refused"));
}

TEST(CsvForm, ACaseOfBadRowsOnlyDoesNotGoIn) {
    const auto import = read("123-45-67890,1-1,A,soon\n");
    EXPECT_THAT(import.cases, IsEmpty());
    EXPECT_THAT(texts_of(import), ElementsAre(HasSubstr("birth_date"), HasSubstr("incomplete")));
}

TEST(CsvForm, SaysAllThatIsWrongWithARow) {
    EXPECT_THAT(texts_of(read("none,none,A,soon\n")),
                ElementsAre(HasSubstr("line 2: case_number is no number"),
                            HasSubstr("line 2: individual_number is no number"),
                            HasSubstr("line 2: birth_date is no date")));
}

TEST(CsvForm, TakesACasesAnswersFromAnyOfItsLines) {
    const auto import = read(
        "1-1,1-1,,\n"
        "1-1,1-2,Urgent,\"medical\"\n"
        "1-1,1-3,urgent,\n",
        "case_number,individual_number,need_priority,need_primary_category\n");
    ASSERT_EQ(import.cases.size(), 1);
    EXPECT_EQ(import.cases[0].form.need.priority, Priority::Urgent);
    EXPECT_EQ(import.cases[0].form.need.primary_category, SubmissionCategory::Medical);
    EXPECT_EQ(import.findings.refusals(), 0);
}

TEST(CsvForm, RefusesALineThatContradictsAnEarlierOneOfItsCase) {
    const auto import =
        read("1-1,1-1,urgent\n1-1,1-2,normal\n", "case_number,individual_number,need_priority\n");
    EXPECT_EQ(import.cases.at(0).form.persons.size(), 1);
    EXPECT_THAT(texts_of(import),
                Contains("line 3: need_priority differs from line 2 of the same case"));
}

TEST(CsvForm, TakesAPersonOnce) {
    const auto import = read("123-45-67890,1-1,A,1984\n123-45-67890,1-1,A,1984\n1-2,1-1,A,1984\n");
    ASSERT_EQ(import.cases.size(), 1);
    EXPECT_TRUE(import.cases[0].complete());
    EXPECT_THAT(texts_of(import), ElementsAre("line 3: individual_number is on line 2 already",
                                              "line 4: individual_number is on line 2 already"));
}

TEST(CsvForm, UnderstandsHowPeopleFillInSpreadsheets) {
    const auto import = read(
        " 123-45c67890 ,1\xE2\x80\x93"
        "7, Female ,stateless,apc; ar-SD,sm|DS-bd,\" Two\r\nlines \"\n",
        "Case Number,individual_number,SEX,nationality,spoken_languages,specific_needs,remarks\n");
    ASSERT_EQ(import.cases.size(), 1) << testing::PrintToString(texts_of(import));
    EXPECT_EQ(import.cases[0].form.subject.number, "123-45C67890");
    const auto& person = import.cases[0].form.persons.at(0);
    EXPECT_EQ(person.basics.individual_number, "1-7");
    EXPECT_EQ(person.sex, Sex::Female);
    EXPECT_EQ(person.basics.nationality, "XXA");
    EXPECT_EQ(person.basics.speaks, "apc");
    EXPECT_THAT(person.also_speaks, ElementsAre("ar-SD"));
    EXPECT_THAT(person.specific_needs, ElementsAre("SM", "DS-BD"));
    EXPECT_EQ(person.remarks, " Two\nlines ");
}

TEST(CsvForm, DoubtsByLineAndColumnWhatTheFileMeansToSay) {
    const auto doubts = read("123-45-67890,1-1,3,self,\n123-45-67890,1-2,,,1984\n",
                             "case_number,individual_number,case_size,relation,birth_date\n");
    EXPECT_THAT(texts_of(doubts), ElementsAre("line 2: case_size is 3, and 2 persons are listed",
                                              "line 2: birth_date is not stated, not even a year"));
    EXPECT_EQ(doubts.findings.refusals(), 0);
}

TEST(CsvForm, SaysWhichColumnsItDidNotRead) {
    const auto import = read("1-1,1-1,x,y\n", "case_number,individual_number,shoe size,\x1b[2J\n");
    EXPECT_EQ(import.cases.size(), 1);
    EXPECT_THAT(texts_of(import),
                Contains("line 1: shoe size is no column of the form and was not read"));
    EXPECT_THAT(texts_of(import), testing::Not(Contains(HasSubstr("\x1b"))));
}

TEST(CsvForm, WantsTheTwoColumnsThatSayWhoseRowItIs) {
    EXPECT_THAT(read_csv("case_number,given_names\n1,A\n").error().text,
                HasSubstr("the column individual_number is missing"));
    EXPECT_THAT(read_csv("case_number,individual_number,sex,Sex\n").error().text,
                HasSubstr("two columns sex"));
    EXPECT_FALSE(read_csv(""));
    EXPECT_FALSE(read_csv("\"open"));
    EXPECT_EQ(read_csv(std::string(kMaxFileBytes + 1, ' ')).error().code, base::Errc::TooLarge);
}

TEST(CsvForm, BoundsTheRowsOfAFileAndThePersonsOfACase) {
    std::string rows;
    for (std::size_t i = 0; i <= kMaxPersons; ++i) rows += "1-1," + std::to_string(i) + ",A,\n";
    const auto crowded = read(rows);
    EXPECT_EQ(crowded.cases.at(0).form.persons.size(), kMaxPersons);
    EXPECT_THAT(texts_of(crowded), Contains(HasSubstr("one more than the 60")));
    rows.clear();
    for (std::size_t i = 0; i <= kMaxCsvRows; ++i) rows += "x\n";
    const auto import = read(rows);
    EXPECT_EQ(import.findings.in_all(), kMaxCsvRows + 1);
    EXPECT_EQ(import.findings.kept().size(), Findings::kMost);
}

TEST(CsvForm, ExportsNothingConfidentialAndNoFormula) {
    Form form = sample_form();
    form.persons[0].basics.family_name = "=HYPERLINK(1)";
    const std::string text = write_csv({&form, 1});
    EXPECT_THAT(text, testing::Not(HasSubstr("Not to B.")));
    EXPECT_THAT(text, HasSubstr(",'=HYPERLINK(1),"));
    EXPECT_THAT(text, testing::StartsWith("\xEF\xBB\xBF"
                                          "case_number,individual_number,case_size"));
    EXPECT_THAT(text, testing::EndsWith("\r\n"));
}

TEST(CsvForm, KeepsACaseWithoutPersons) {
    Form form = sample_form();
    form = in_lines(form);
    form.persons.clear();
    const auto import = read_csv(write_csv({&form, 1}));
    ASSERT_EQ(import->cases.size(), 1);
    EXPECT_TRUE(import->cases[0].form == form);
    EXPECT_TRUE(import->cases[0].complete());
}

}  // namespace
}  // namespace sightline::dossier
