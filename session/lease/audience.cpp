#include "session/lease/audience.h"

#include <algorithm>

#include "session/access/access.h"

namespace sightline::lease {
namespace {

using access::Action;
using model::ConsentItem;
using model::Role;
using model::State;

// What may go from one seat to another.
struct Kinds {
    bool audio = false;
    bool video = false;
};

// Who talks with whom just now.
enum class Circle : std::uint8_t { Nobody, Interpretation, WithoutObservers, Everybody };

Circle circle_of(const model::Standing& standing) {
    switch (standing.state) {
        case State::Consenting:
        case State::Waiting:
            return Circle::Interpretation;
        case State::Live:
            return Circle::Everybody;
        case State::Paused:
            return standing.pause == model::PauseReason::PrivateTalk ? Circle::WithoutObservers
                                                                     : Circle::Nobody;
        case State::Scheduled:
        case State::CheckedIn:
        case State::Ended:
            break;
    }
    return Circle::Nobody;
}

bool in_circle(Circle circle, const Seat& sender, const Seat& receiver,
               const consent::Ledger& consents) {
    switch (circle) {
        case Circle::Interpretation:
            return (sender.role == Role::Applicant && receiver.role == Role::Interpreter) ||
                   (sender.role == Role::Interpreter && receiver.role == Role::Applicant);
        case Circle::WithoutObservers:
            return receiver.role != Role::Observer;
        case Circle::Everybody:
            return receiver.role != Role::Observer ||
                   consents.in_force(ConsentItem::Observers, receiver.organisation);
        case Circle::Nobody:
            break;
    }
    return false;
}

Kinds kinds_of(Circle circle, const Seat& sender, const consent::Ledger& consents) {
    const bool applicant = sender.role == Role::Applicant;
    if (circle == Circle::Interpretation) {
        // Nobody has answered yet; but who has said no is not heard, not even to be asked on.
        return {.audio = !applicant || !consents.declined(ConsentItem::Audio), .video = false};
    }
    if (!applicant) return {.audio = true, .video = true};
    return {.audio = consents.in_force(ConsentItem::Audio),
            .video = consents.in_force(ConsentItem::Video)};
}

bool may(const Seat& seat, Action action, State state) {
    return seat.admitted && access::may(seat.role, action, state);
}

}  // namespace

std::vector<Flow> audience(const model::Standing& standing, const std::vector<Seat>& seats,
                           const consent::Ledger& consents) {
    std::vector<Flow> flows;
    const Circle circle = circle_of(standing);
    for (const Seat& sender : seats) {
        if (!may(sender, Action::SendMedia, standing.state)) continue;
        const Kinds kinds = kinds_of(circle, sender, consents);
        Flow flow{sender.id, {}, {}};
        for (const Seat& receiver : seats) {
            if (receiver.id == sender.id || !may(receiver, Action::ReceiveMedia, standing.state) ||
                !in_circle(circle, sender, receiver, consents)) {
                continue;
            }
            if (kinds.audio) flow.audio.push_back(receiver.id);
            if (kinds.video) flow.video.push_back(receiver.id);
        }
        if (flow.audio.empty() && flow.video.empty()) continue;
        std::sort(flow.audio.begin(), flow.audio.end());
        std::sort(flow.video.begin(), flow.video.end());
        flows.push_back(std::move(flow));
    }
    std::sort(flows.begin(), flows.end(),
              [](const Flow& a, const Flow& b) { return a.sender < b.sender; });
    return flows;
}

}  // namespace sightline::lease
