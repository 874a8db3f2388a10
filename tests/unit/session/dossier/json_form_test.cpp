#include "session/dossier/json_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/unit/session/dossier/forms.h"

namespace sightline::dossier {
namespace {

namespace json = boost::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> texts_of(const JsonImport& import) {
    std::vector<std::string> all;
    for (const auto& finding : import.findings.kept()) all.push_back(text_of(finding));
    return all;
}
std::vector<std::string> findings_in(std::string_view text) {
    const auto import = read_json(text);
    if (!import) return {import.error().text};
    return texts_of(*import);
}
json::object sample() { return json_of(sample_form()); }
std::string with(std::string_view pointer, json::value value) {
    json::value all = sample();
    all.at_pointer(pointer) = std::move(value);
    return json::serialize(all);
}

TEST(JsonForm, ReadsWhatItWrites) {
    RandomForms random(3);
    std::vector<Form> forms;
    for (int i = 0; i < 200; ++i) {
        forms.push_back(random.next());
        forms.back().subject.number += "-" + std::to_string(i);
    }
    const std::string text = write_json(forms);
    const auto import = read_json(text);
    ASSERT_TRUE(import);
    ASSERT_EQ(import->findings.refusals(), 0) << text_of(import->findings.kept().front());
    ASSERT_EQ(import->dossiers.size(), forms.size());
    std::vector<Form> again;
    for (std::size_t i = 0; i < forms.size(); ++i) {
        ASSERT_TRUE(import->dossiers[i].form == forms[i]);
        ASSERT_EQ(import->dossiers[i].dossier, i + 1);
        again.push_back(import->dossiers[i].form);
    }
    EXPECT_EQ(write_json(again), text);
}

TEST(JsonForm, TakesOneDocumentAnArrayOrADossierALine) {
    const std::string one = json::serialize(sample());
    const std::string other = with("/case/number", "123-45-67891");
    EXPECT_EQ(read_json(one)->dossiers.size(), 1);
    EXPECT_EQ(read_json("\xEF\xBB\xBF" + one)->dossiers.size(), 1);
    EXPECT_EQ(read_json("[" + one + "," + other + "]")->dossiers.size(), 2);
    const auto lines = read_json("\r\n" + one + "\r\n\r\n" + other + "\n");
    ASSERT_EQ(lines->dossiers.size(), 2);
    EXPECT_EQ(lines->dossiers[1].line, 4);
    EXPECT_EQ(lines->dossiers[1].dossier, 2);
    EXPECT_TRUE(read_json("[]")->dossiers.empty());
}

TEST(JsonForm, TakesEntriesInAnyOrder) {
    json::object document = sample();
    auto& persons = document["persons"].as_array();
    std::swap(persons[0], persons[1]);
    const auto import = read_json(json::serialize(document));
    ASSERT_EQ(import->dossiers.size(), 1);
    EXPECT_TRUE(import->dossiers[0].form == sample_form());
}

TEST(JsonForm, ABadDossierDoesNotKeepTheOthersOut) {
    const std::string good = json::serialize(sample());
    const auto import =
        read_json("[" + with("/persons/1/birth_date", "yesterday") + "," + good + ",7]");
    ASSERT_EQ(import->dossiers.size(), 1);
    EXPECT_THAT(texts_of(*import),
                ElementsAre(HasSubstr("dossier 1: /persons/1/birth_date is no date"),
                            HasSubstr("dossier 3: is no JSON object")));
    const auto lines = read_json(good.substr(0, 40) + "\n" + good + "\n{}\n");
    ASSERT_EQ(lines->dossiers.size(), 1);
    EXPECT_THAT(texts_of(*lines), Contains(HasSubstr("line 1, dossier 1: is no JSON")));
    EXPECT_THAT(texts_of(*lines), Contains(HasSubstr("line 3, dossier 3: /format is missing")));
}

TEST(JsonForm, SaysAllThatIsWrongWithADossierAtOnce) {
    json::object document = sample();
    document["colour"] = "blue";
    document["format"] = "sightline-dossier-2";
    document["persons"].as_array()[0].as_object()["shoe_size"] = 43;
    document["need"].as_object()["priority"] = "soon";
    document["relatives"].as_array()[0].as_object().erase("kind");
    document["documents"].as_array()[0].as_object()["id"] = "0000000000000000";
    EXPECT_THAT(findings_in(json::serialize(document)),
                testing::UnorderedElementsAre(
                    "dossier 1: /colour is no part of the form",
                    HasSubstr("/format is not sightline-dossier-1"),
                    "dossier 1: /persons/0/shoe_size is no field of the form",
                    "dossier 1: /need/priority is none of emergency, urgent, normal",
                    "dossier 1: /relatives/0/kind is missing",
                    HasSubstr("/documents/0/id is not 16 hexadecimal digits")));
}

TEST(JsonForm, RefusesWhatEachKindOfFieldIsNot) {
    const std::string long_text = "\"" + std::string(30'001, 'x') + "\"";
    const std::vector<std::pair<std::string, std::string>> bad = {
        {"/case/number", "1"},
        {"/case/number", R"("")"},
        {"/case/number", "null"},
        {"/case/size", "0"},
        {"/case/size", "61"},
        {"/case/size", "1.5"},
        {"/case/size", R"("2")"},
        {"/case", "[]"},
        {"/persons", "{}"},
        {"/persons/0", "1"},
        {"/persons/0/specific_needs", "[]"},
        {"/persons/0/specific_needs", R"(["SM", "SM"])"},
        {"/persons/0/specific_needs", R"("SM")"},
        {"/persons/0/spoken_languages", R"(["apc", 1])"},
        {"/persons/0/spoken_languages", R"(["apc", "apc"])"},
        {"/persons/0/sex", R"("F")"},
        {"/persons/0/birth_date", R"("1984-02-30")"},
        {"/claim/grounds", R"(["hunger"])"},
        {"/claim/summary", long_text},
        {"/documents/0/bytes", "-1"},
        {"/documents/0/confidential", "false"},
        {"/relationships/0/person", R"("000000000000000c")"},
        {"/relationships/0/person", R"("a")"}};
    for (const auto& [pointer, value] : bad) {
        const auto import = read_json(with(pointer, json::parse(value)));
        EXPECT_EQ(import->dossiers.size(), 0) << pointer << " " << value.substr(0, 40);
        EXPECT_EQ(import->findings.refusals(), 1) << pointer << " " << value.substr(0, 40);
    }
}

TEST(JsonForm, FindingsDoNotRepeatWhatTheyComplainOf) {
    EXPECT_THAT(findings_in(with("/persons/0/birth_date", "secret")),
                ElementsAre(testing::Not(HasSubstr("secret"))));
}

TEST(JsonForm, TheNameOfAMemberCannotRewriteTheTerminal) {
    EXPECT_THAT(findings_in(R"({"\u001b[2J": 1, "format": "sightline-dossier-1"})"),
                Contains(HasSubstr("over-long or unprintable name")));
    EXPECT_THAT(findings_in("{\"" + std::string(100'000, 'x') + "\": 1}"),
                Contains(HasSubstr("over-long or unprintable name")));
}

TEST(JsonForm, TakesACaseNumberOnceOnly) {
    const auto import = read_json("[" + json::serialize(sample()) + "," +
                                  with("/case/number", "123-45 - 67890") + "]");
    EXPECT_EQ(import->dossiers.size(), 1);
    EXPECT_THAT(texts_of(*import), ElementsAre("dossier 2: /case/number is dossier 1's already"));
}

TEST(JsonForm, DoubtsDoNotKeepADossierOut) {
    const auto import = read_json(with("/case/size", 5));
    EXPECT_EQ(import->dossiers.size(), 1);
    EXPECT_EQ(import->findings.refusals(), 0);
    EXPECT_THAT(texts_of(*import),
                ElementsAre("dossier 1: case/size is 5, and 2 persons are listed"));
}

TEST(JsonForm, SaysWhereAFileStopsToBeJson) {
    EXPECT_THAT(read_json("[\n{},\n{,}\n]").error().text,
                HasSubstr("read dossiers: line 3 is no JSON"));
    EXPECT_FALSE(read_json(""));
    EXPECT_FALSE(read_json("{"));
    EXPECT_FALSE(read_json("\xFF"));
    EXPECT_FALSE(read_json("[\"\xC3\x28\"]"));
    EXPECT_FALSE(read_json(std::string(100'000, '[')));
    EXPECT_EQ(read_json(std::string(kMaxFileBytes + 1, ' ')).error().code, base::Errc::TooLarge);
}

TEST(JsonForm, TakesNoMoreDossiersThanItSays) {
    std::string text = "[1";
    for (std::size_t i = 0; i < kMaxDossiers + 5; ++i) text += ",1";
    const auto import = read_json(text + "]");
    EXPECT_EQ(import->findings.in_all(), kMaxDossiers + 1);
    EXPECT_EQ(import->findings.kept().size(), Findings::kMost);
}

}  // namespace
}  // namespace sightline::dossier
