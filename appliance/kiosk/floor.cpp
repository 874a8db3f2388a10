#include "appliance/kiosk/floor.h"

namespace sightline::kiosk {

using base::Errc;
using base::Error;
using model::Role;

base::Result<void> Floor::signal(const model::Attendee& from, const FloorSignal& signal) {
    const auto id = from.participant.id;
    const bool interprets = from.participant.role == Role::Interpreter;
    const bool others = turn_ && turn_ != id;
    switch (signal.kind) {
        case FloorSignal::Kind::TakeTurn:
            if (!interprets) {
                return Error{Errc::Forbidden,
                             "take the turn: only an interpreter takes it; ask them to"};
            }
            if (others) break;
            turn_ = id;
            return {};
        case FloorSignal::Kind::GiveTurn:
            if (others && interprets) break;
            turn_ = {};
            return {};
        case FloorSignal::Kind::AskView:
            asked_view_.reset();
            if (signal.view != view_) asked_view_ = signal.view;
            return {};
    }
    return Error{Errc::Conflict,
                 "the turn is another interpreter's; wait until it has been given back"};
}

void Floor::show(model::View view) {
    view_ = view;
    asked_view_.reset();
}

void Floor::follow(const model::Standing& before, const model::Standing& now) {
    if (now != before && now.state != model::State::Live) turn_ = {};
}

void Floor::left(base::ParticipantId participant) {
    if (turn_ == participant) turn_ = {};
}

}  // namespace sightline::kiosk
