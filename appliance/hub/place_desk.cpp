#include "appliance/hub/place_desk.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>

#include "appliance/base/log.h"
#include "appliance/base/random.h"

namespace sightline::hub {
namespace {

namespace asio = boost::asio;
using storage::relay::SessionPlaces;
using storage::sync::StoreAway;
using storage::sync::StoreFailure;

}  // namespace

PlaceDesk::PlaceDesk(asio::any_io_executor executor, const std::string& store,
                     const std::string& origin, PlaceBook& book, const SessionRegistry& registry,
                     const Credentials& credentials)
    : book_(book),
      registry_(registry),
      credentials_(credentials),
      places_(store, base::random_token(), origin, kPlaceLength),
      timer_(executor) {
    try {
        book_.learn(places_.others());
    } catch (const StoreAway& e) {
        failed(e.what());
    }
}

asio::awaitable<base::Result<std::optional<std::string>>> PlaceDesk::take(base::SessionId session) {
    if (book_.holds(session)) co_return std::nullopt;
    const auto asked_at = BootClock::now();
    std::string trouble;
    try {
        auto taking = [session](SessionPlaces& places) { return places.take(session); };
        auto elsewhere = co_await ask(taking);
        if (!elsewhere) {
            book_.hold(session, asked_at + kPlaceTrust);
            timer_.cancel();  // others hear soon whose credentials count here
        }
        co_return elsewhere;
    } catch (const StoreFailure& e) {
        trouble = e.what();
    }
    failed(trouble);
    co_return base::Error(
        base::Errc::Unavailable,
        "open session " + session.text() +
            ": the hub cannot ask the database that it shares with others whether "
            "one of them has it; try again, or another hub");
}

asio::awaitable<void> PlaceDesk::keep(Signalling& signalling) {
    while (!stopping_) {
        std::string trouble;
        try {
            co_await round(signalling);
            if (!trouble_.empty()) spdlog::info("places.store_here");
        } catch (const StoreFailure& e) {
            trouble = e.what();
        }
        failed(trouble);
        timer_.expires_after(kPlaceTick);
        // take() ends it earlier.
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

asio::awaitable<void> PlaceDesk::round(Signalling& signalling) {
    std::vector<base::SessionId> over, ours;
    for (const base::SessionId session : book_.held()) {
        (registry_.find(session) ? ours : over).push_back(session);
    }
    // Not in the book from here on: whoever opens one again takes its row behind us.
    for (const base::SessionId session : over) {
        book_.let_go(session);
        told_.erase(session);
    }
    if (!over.empty()) {
        auto giving_up = [over](SessionPlaces& places) {
            places.give_up(over);
            return true;
        };
        co_await ask(giving_up);
    }
    const auto asked_at = BootClock::now();
    if (!ours.empty()) {
        auto renewing = [ours](SessionPlaces& places) { return places.renew(ours); };
        const auto renewed = co_await ask(renewing);
        for (const base::SessionId session : renewed) {
            if (book_.holds(session)) book_.hold(session, asked_at + kPlaceTrust);
            std::erase(ours, session);
        }
    }
    // What is left was taken by another hub while we could not renew it, or its row is gone.
    std::vector<base::SessionId> lost;
    for (const base::SessionId session : ours) {
        if (stopping_) co_return;
        const auto again = BootClock::now();
        auto taking = [session](SessionPlaces& places) { return places.take(session); };
        const auto elsewhere = co_await ask(taking);
        told_.erase(session);
        if (!elsewhere) {
            book_.hold(session, again + kPlaceTrust);
            continue;
        }
        lost.push_back(session);
    }
    auto reading = [](SessionPlaces& places) { return places.others(); };
    book_.learn(co_await ask(reading));
    // Only now, so that whoever asks again is sent there.
    for (const base::SessionId session : lost) {
        book_.let_go(session);
        const std::string origin = book_.origin_of(session).value_or("");
        spdlog::warn("places.lost session={} origin={}", session.brief(), origin);
        signalling.moved(session, origin);
    }
    co_await tell_marks();
}

asio::awaitable<void> PlaceDesk::tell_marks() {
    for (const base::SessionId session : book_.held()) {
        const Session* open = registry_.find(session);
        if (!open) continue;
        const std::vector<PlaceMark> marks = marks_of(*open);
        if (told_[session] == marks) continue;
        auto marking = [session, marks](SessionPlaces& places) {
            places.mark(session, marks);
            return true;
        };
        co_await ask(marking);
        told_[session] = marks;
    }
}

std::vector<PlaceMark> PlaceDesk::marks_of(const Session& session) const {
    std::set<PlaceMark> marks;
    for (const Participant& participant : session.participants) {
        if (participant.token) marks.insert(place_mark(*participant.token));
        for (const Passkey& passkey : credentials_.passkeys.of(participant.id)) {
            marks.insert(place_mark_of_passkey(passkey.id));
        }
        for (const TokenHash& invitation : credentials_.invitations.of(participant.id)) {
            marks.insert(place_mark(invitation));
        }
        for (const TokenHash& login : credentials_.logins.of(participant.id)) {
            marks.insert(place_mark(login));
        }
    }
    return {marks.begin(), marks.end()};
}

asio::awaitable<void> PlaceDesk::give_up_all() {
    stopping_ = true;
    const auto held = book_.held();
    if (held.empty()) co_return;
    try {
        auto giving_up = [held](SessionPlaces& places) {
            places.give_up(held);
            return true;
        };
        co_await ask(giving_up);
    } catch (const StoreFailure& e) {
        spdlog::warn("places.not_given_up error=\"{}\"", e.what());  // they run out
    }
}

// Said when it begins and when it is another one; an empty one is none.
void PlaceDesk::failed(const std::string& why) {
    if (!why.empty() && trouble_.empty()) spdlog::error("places.store_away error=\"{}\"", why);
    trouble_ = why;
}

}  // namespace sightline::hub
