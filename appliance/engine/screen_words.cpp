#include "appliance/engine/screen_words.h"

#include "session/model/role.h"

namespace sightline::engine {
namespace {

using model::PauseReason;
using model::State;

std::string waiting_words(const model::Standing& standing) {
    if (standing.state == State::Ended) return "The interview has ended. Thank you.";
    if (standing.state == State::Paused && standing.pause) {
        switch (*standing.pause) {
            case PauseReason::Break:
                return "Break. Nobody sees or hears you.";
            case PauseReason::Distress:
                return "Take your time. Nobody sees or hears you.";
            case PauseReason::LinkLost:
                return "Please wait. The connection was lost: nobody sees or hears you.";
            case PauseReason::PrivateTalk:
                break;
        }
    }
    return ScreenWords{}.waiting;
}

}  // namespace

bool nobody_to_see(const model::Standing& standing) {
    if (standing.state == State::Paused) return standing.pause != PauseReason::PrivateTalk;
    return standing.state == State::Ended;
}

ScreenWords screen_words(const model::Standing& standing, const std::vector<Person>& people) {
    ScreenWords words{waiting_words(standing), {}};
    if (standing.state != State::Live) return words;
    const std::string observer = model::name_of(model::Role::Observer);
    for (const Person& person : people) {
        if (person.role != observer || !person.present) continue;
        words.footer += (words.footer.empty() ? "Watching: " : ", ") + person.name;
        if (!person.organisation.empty()) words.footer += " (" + person.organisation + ")";
    }
    return words;
}

}  // namespace sightline::engine
