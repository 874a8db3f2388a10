#include "session/consent/ledger.h"

#include <algorithm>
#include <string>

#include "session/model/participant.h"

namespace sightline::consent {
namespace {

using base::Errc;
using base::Error;
using base::Result;
using model::Consent;
using model::ConsentAnswer;
using model::ConsentItem;

constexpr ConsentItem kAsked[] = {ConsentItem::Video, ConsentItem::Audio, ConsentItem::Metadata};

Error refuse(Errc code, std::string why) { return {code, "record a consent: " + std::move(why)}; }

bool is_state(std::string_view text) {
    return text.size() == 3 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

Result<void> check_scope(const Consent& consent) {
    const std::string item = name_of(consent.item);
    if (placeholder_of(consent.item) == nullptr) {
        if (consent.scope.empty()) return {};
        return refuse(Errc::Malformed, "the item " + item + " has no scope; leave it out");
    }
    if (consent.item == ConsentItem::ShareDossier
            ? is_state(consent.scope)
            : model::is_plain_name(consent.scope, model::kMaxNameBytes)) {
        return {};
    }
    return refuse(Errc::Malformed,
                  consent.item == ConsentItem::ShareDossier
                      ? "the item " + item +
                            " is for one state; name it by its three letters, "
                            "such as NLD"
                      : "the item " + item + " is for one organisation; name it in plain text");
}

Result<void> check_text(const Consent& consent, const TextLibrary& texts, bool training) {
    const Text* const text = texts.by_hash(consent.text_sha256);
    if (text == nullptr) {
        return refuse(Errc::NotFound,
                      "nobody here has a text with this hash; ask again with one of the texts that "
                      "are installed");
    }
    if (text->item != consent.item || text->language != consent.language) {
        return refuse(Errc::Malformed, std::string("this text asks for ") + name_of(text->item) +
                                           " in the language " + text->language + ", not for " +
                                           name_of(consent.item) + " in " +
                                           (consent.language.empty() ? "none" : consent.language) +
                                           "; ask again with the text that belongs");
    }
    if (text->review == Review::Draft && !training) {
        return refuse(Errc::Conflict,
                      "this text is a draft, for training only; have the interpreter read a "
                      "reviewed one aloud and record that");
    }
    return {};
}

}  // namespace

Ledger::Word Ledger::word_on(const Matter& matter) const {
    const Consent* yes = nullptr;
    std::optional<model::RecordTime> last_no;
    for (const Consent& consent : all_) {
        if (consent.person != matter.person || consent.on_behalf != matter.on_behalf ||
            consent.item != matter.item || consent.scope != matter.scope) {
            continue;
        }
        if (consent.answer == ConsentAnswer::Given) {
            if (!last_no || consent.at > *last_no) yes = &consent;
        } else {
            yes = nullptr;
            last_no = last_no ? std::max(*last_no, consent.at) : consent.at;
        }
    }
    if (yes != nullptr) return Word::Yes;
    return last_no ? Word::No : Word::None;
}

std::vector<Ledger::Word> Ledger::words_on(ConsentItem item, std::string_view scope) const {
    std::vector<Word> words;
    for (const Subject& subject : subjects_) {
        words.push_back(word_on({subject.person, std::nullopt, item, scope}));
        if (!subject.child) continue;
        words.push_back(subject.guardian ? word_on({*subject.guardian, subject.person, item, scope})
                                         : Word::None);
    }
    return words;
}

bool Ledger::in_force(ConsentItem item, std::string_view scope) const {
    const auto words = words_on(item, scope);
    return !words.empty() &&
           std::all_of(words.begin(), words.end(), [](Word word) { return word == Word::Yes; }) &&
           std::all_of(subjects_.begin(), subjects_.end(),
                       [](const Subject& subject) { return subject.suitable; });
}

bool Ledger::declined(ConsentItem item, std::string_view scope) const {
    const auto words = words_on(item, scope);
    return std::any_of(words.begin(), words.end(), [](Word word) { return word == Word::No; });
}

bool Ledger::answered() const {
    return !subjects_.empty() &&
           std::all_of(std::begin(kAsked), std::end(kAsked), [&](ConsentItem item) {
               const auto words = words_on(item, {});
               return std::none_of(words.begin(), words.end(),
                                   [](Word word) { return word == Word::None; });
           });
}

Result<void> Ledger::check_person(const Consent& consent) const {
    const auto subject = [&](const base::RecordId& person) {
        return std::find_if(subjects_.begin(), subjects_.end(),
                            [&](const Subject& s) { return s.person == person; });
    };
    if (consent.on_behalf) {
        const auto child = subject(*consent.on_behalf);
        if (child == subjects_.end()) {
            return refuse(Errc::NotFound,
                          "the person it is for does not take part in this interview; name one "
                          "who does");
        }
        if (!child->child) {
            return refuse(Errc::Conflict, "nobody answers for an adult; ask the person themself");
        }
        if (child->guardian != consent.person || consent.person == child->person) {
            return refuse(Errc::Conflict,
                          "only the guardian answers for a child; ask the guardian, or correct who "
                          "that is");
        }
        return {};
    }
    if (subject(consent.person) != subjects_.end()) return {};
    if (std::any_of(subjects_.begin(), subjects_.end(),
                    [&](const Subject& s) { return s.child && s.guardian == consent.person; })) {
        return refuse(Errc::Malformed, "a guardian is asked for a child; say for which");
    }
    return refuse(Errc::NotFound,
                  "this person does not take part in this interview; name one who "
                  "does");
}

Result<void> Ledger::check_order(const Consent& consent) const {
    const Matter matter{consent.person, consent.on_behalf, consent.item, consent.scope};
    const Word word = word_on(matter);
    if (consent.answer == ConsentAnswer::Withdrawn && word != Word::Yes) {
        return refuse(Errc::Conflict,
                      "nothing is given that could be withdrawn; what was refused stays refused");
    }
    if (consent.answer != ConsentAnswer::Given) return {};
    const bool behind = std::any_of(all_.begin(), all_.end(), [&](const Consent& c) {
        return c.person == matter.person && c.on_behalf == matter.on_behalf &&
               c.item == matter.item && c.scope == matter.scope &&
               c.answer != ConsentAnswer::Given && c.at >= consent.at;
    });
    if (behind) {
        return refuse(Errc::Conflict,
                      "the kiosk's clock stands before the person's last no; set the clock right "
                      "and ask again");
    }
    return {};
}

Result<void> Ledger::check(const Consent& consent, const TextLibrary& texts, bool training) const {
    if (auto person = check_person(consent); !person) return person;
    if (auto scope = check_scope(consent); !scope) return scope;
    if (consent.answer != ConsentAnswer::Withdrawn) {
        if (consent.witness.empty()) {
            return refuse(Errc::Malformed, "nobody witnessed it; name the witness");
        }
        if (auto text = check_text(consent, texts, training); !text) return text;
    }
    return check_order(consent);
}

}  // namespace sightline::consent
