#include "session/dossier/confidential.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "session/dossier/json_form.h"
#include "tests/unit/session/dossier/forms.h"

namespace sightline::dossier {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string shown_text_to(std::optional<base::RecordId> reader) {
    return boost::json::serialize(json_of(shown_to(reader, sample_form())));
}

TEST(Confidential, WhoSaidItIsShownIt) {
    const auto text = shown_text_to(base::RecordId::from_value(0xa));
    EXPECT_THAT(text, HasSubstr("Not to B."));
    EXPECT_THAT(text, HasSubstr("medical report"));
    EXPECT_THAT(text, HasSubstr("DS-BD"));
}

TEST(Confidential, TheOthersOfTheCaseAreNot) {
    for (const auto reader :
         {std::optional(base::RecordId::from_value(0xb)), std::optional<base::RecordId>()}) {
        const auto text = shown_text_to(reader);
        EXPECT_THAT(text, Not(HasSubstr("Not to B.")));
        EXPECT_THAT(text, Not(HasSubstr("medical report")));
        EXPECT_THAT(text, Not(HasSubstr("DS-BD")));
        EXPECT_THAT(text, Not(HasSubstr("interpreter_gender")));
        EXPECT_THAT(text, Not(HasSubstr("+00 000 0001")));
        EXPECT_THAT(text, HasSubstr("123-00000001"));
    }
}

TEST(Confidential, WhatIsShownIsStillAForm) {
    RandomForms random(6);
    for (int i = 0; i < 100; ++i) {
        const Form form = random.next();
        const Form shown = shown_to(
            form.persons.empty() ? std::nullopt : std::optional(form.persons[0].basics.id), form);
        EXPECT_TRUE(faults_of(shown).empty());
    }
}

}  // namespace
}  // namespace sightline::dossier
