#include "session/identity/verification_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>

#include "session/identity/words.h"
#include "tests/unit/session/identity/vectors.h"

namespace sightline::identity {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

base::SessionId session_of(const boost::json::value& vector) {
    return base::SessionId::parse(vectors::text(vector, "session")).value();
}

TEST(VerificationWords, AreThoseOfTheVectors) {
    const auto all = vectors::of("verification_words.json");
    for (const auto& vector : all.at("words").as_array()) {
        const auto salt = vectors::text(vector, "salt");
        EXPECT_EQ(commitment_of(salt), vectors::text(vector, "commitment"));
        EXPECT_EQ(
            verification_words(session_of(vector), vectors::texts(vector, "thumbprints"), salt),
            vectors::texts(vector, "words"));
    }
}

TEST(VerificationWords, DoNotDependOnTheOrderOfPeople) {
    const auto all = vectors::of("verification_words.json");
    const auto& vector = all.at("words").as_array().back();
    auto people = vectors::texts(vector, "thumbprints");
    std::reverse(people.begin(), people.end());
    EXPECT_EQ(verification_words(session_of(vector), people, vectors::text(vector, "salt")),
              vectors::texts(vector, "words"));
}

TEST(VerificationWords, ChangeWithTheSessionTheSaltAndEverybody) {
    const std::string salt(64, 'a');
    const auto session = base::SessionId::random();
    std::set<std::vector<std::string>> seen;
    seen.insert(verification_words(session, {"one", "two"}, salt));
    seen.insert(verification_words(base::SessionId::random(), {"one", "two"}, salt));
    seen.insert(verification_words(session, {"one", "two"}, std::string(64, 'b')));
    seen.insert(verification_words(session, {"one"}, salt));
    seen.insert(verification_words(session, {"one", "other"}, salt));
    EXPECT_THAT(seen, SizeIs(5));
}

std::vector<std::string> list() {
    std::istringstream text{std::string(words_text())};
    std::vector<std::string> words;
    for (std::string word; std::getline(text, word);) words.push_back(word);
    return words;
}

// Whether one becomes the other when one letter is changed, added, taken away or two are swapped.
bool within_one_letter(const std::string& a, const std::string& b) {
    if (a.size() > b.size()) return within_one_letter(b, a);
    if (b.size() - a.size() > 1) return false;
    const auto same = static_cast<std::size_t>(
        std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
    if (a.size() < b.size()) return a.compare(same, a.npos, b, same + 1, b.npos) == 0;
    if (same == a.size() || a.compare(same + 1, a.npos, b, same + 1, b.npos) == 0) return true;
    return same + 1 < a.size() && a[same] == b[same + 1] && a[same + 1] == b[same] &&
           a.compare(same + 2, a.npos, b, same + 2, b.npos) == 0;
}

TEST(Words, Are2048InOrderOfThreeToEightSmallLetters) {
    const auto words = list();
    EXPECT_THAT(words, SizeIs(kWords));
    EXPECT_TRUE(std::is_sorted(words.begin(), words.end()));
    for (const std::string& word : words) {
        EXPECT_TRUE(word.size() >= 3 && word.size() <= 8) << word;
        EXPECT_EQ(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), std::string::npos) << word;
    }
}

TEST(Words, DifferByMoreThanALetter) {
    ASSERT_TRUE(within_one_letter("wander", "wonder"));
    ASSERT_TRUE(within_one_letter("hop", "shop"));
    ASSERT_TRUE(within_one_letter("form", "from"));
    ASSERT_FALSE(within_one_letter("bowl", "blow"));
    const auto words = list();
    std::vector<std::string> pairs;
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (std::size_t k = i + 1; k < words.size(); ++k) {
            if (within_one_letter(words[i], words[k])) pairs.push_back(words[i] + " " + words[k]);
        }
    }
    EXPECT_THAT(pairs, IsEmpty());
}

}  // namespace
}  // namespace sightline::identity
