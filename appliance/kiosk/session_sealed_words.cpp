// What people say in their pages, in sealed words: a part of SessionAuthority.
#include "appliance/base/log.h"
#include "appliance/kiosk/people_names.h"
#include "appliance/kiosk/session_authority.h"
#include "session/access/access.h"

namespace sightline::kiosk {
namespace {

using Say = keys::Word::Say;

access::Action action_of(Say say) {
    switch (say) {
        case Say::Note:
            return access::Action::WriteNote;
        case Say::Undertake:
            return access::Action::Undertake;
        case Say::Languages:
            return access::Action::DeclareLanguages;
        case Say::TakeTurn:
        case Say::GiveTurn:
            return access::Action::TakeTurn;
        case Say::AskView:
            return access::Action::ChooseView;
        case Say::Ack:
        case Say::Matches:
        case Say::Differs:
            break;
    }
    return access::Action::CompareWords;
}

model::Note note_of(const keys::Noted& noted) {
    model::Note note;
    note.question = noted.question;
    note.answer = noted.answer;
    note.demeanour = noted.demeanour;
    note.bookmark = noted.bookmark;
    return note;
}

}  // namespace

void SessionAuthority::take_word(const model::Attendee& from, const keys::Word& word, Now now) {
    const Said said{actor_name_of(from), now.wall};
    const auto action = action_of(word.say);
    const auto done = [&]() -> base::Result<void> {
        // Whoever was sent back still has the kiosk's key to seal to.
        if (from.place != model::Place::Admitted) {
            return base::Error{base::Errc::Forbidden,
                               "a word from the waiting room; admit them first"};
        }
        if (auto may = access::check(from.participant.role, action, state()); !may)
            return may.error();
        return heed(from, word, said);
    }();
    if (done) return;
    if (done.error().code == base::Errc::Unavailable) {
        spdlog::error("word.unwritten what={} why=\"{}\"", access::name_of(action),
                      done.error().text);
        return;
    }
    log_refusal({RefusedBy::Kiosk, said.by, access::name_of(action), done.error().text}, now);
}

base::Result<void> SessionAuthority::heed(const model::Attendee& from, const keys::Word& word,
                                          const Said& said) {
    const auto id = from.participant.id;
    switch (word.say) {
        case Say::Note:
            if (auto kept = write_note(note_of(word.note), said); !kept) return kept.error();
            return {};
        case Say::Undertake:
            return attest(Undertaking{id}, said);
        case Say::Languages:
            return attest(
                SpokenLanguages{id, word.spoken.language, word.spoken.dialect, word.spoken.heard},
                said);
        // The news of it go out with the letters that follow every word.
        case Say::TakeTurn:
            return live_->floor.signal(from, {FloorSignal::Kind::TakeTurn});
        case Say::GiveTurn:
            return live_->floor.signal(from, {FloorSignal::Kind::GiveTurn});
        case Say::AskView:
            return live_->floor.signal(from, {FloorSignal::Kind::AskView, word.view});
        case Say::Ack:
        case Say::Matches:
        case Say::Differs:
            break;
    }
    judge_words(id.text(), word.say == Say::Matches, said.by, said);
    return {};
}

}  // namespace sightline::kiosk
