#include "storage/relay/session_places.h"

#include <utility>

#include "appliance/base/bytes.h"

namespace sightline::storage::relay {
namespace {

std::vector<std::uint64_t> numbers_of(const std::vector<base::SessionId>& sessions) {
    std::vector<std::uint64_t> numbers;
    numbers.reserve(sessions.size());
    for (const base::SessionId session : sessions) numbers.push_back(session.value());
    return numbers;
}

}  // namespace

SessionPlaces::SessionPlaces(std::string url, std::string node, std::string origin,
                             std::chrono::milliseconds length)
    : url_(std::move(url)),
      node_(std::move(node)),
      origin_(std::move(origin)),
      length_ms_(static_cast<std::uint64_t>(length.count())) {
    PostgresConnection::check(url_);
}

template <class Body>
auto SessionPlaces::guarded(Body body) {
    return with_connection(connection_, url_, std::move(body));
}

std::optional<std::string> SessionPlaces::take(base::SessionId session) {
    return guarded([&](PostgresConnection& postgres) -> std::optional<std::string> {
        postgres.send(Statement::ForgetPlaces);
        const Rows taken = postgres.ask(
            Statement::TakePlace,
            Params().number(session.value()).bytes(node_).bytes(origin_).number(length_ms_));
        if (taken.count() == 1) return std::nullopt;
        const Rows holder = postgres.ask(Statement::PlaceOf, Params().number(session.value()));
        if (holder.count() == 1) return std::string(holder.bytes(0, 0));
        throw sync::StoreAway("take the place of session " + session.text() +
                              ": its row went away in the meantime; try again");
    });
}

std::vector<base::SessionId> SessionPlaces::renew(const std::vector<base::SessionId>& sessions) {
    return guarded([&](PostgresConnection& postgres) {
        const Rows rows =
            postgres.ask(Statement::RenewPlaces,
                         Params().bytes(node_).numbers(numbers_of(sessions)).number(length_ms_));
        std::vector<base::SessionId> renewed;
        for (int row = 0; row < rows.count(); ++row) {
            renewed.push_back(base::SessionId::from_value(rows.number(row, 0)));
        }
        return renewed;
    });
}

void SessionPlaces::mark(base::SessionId session, const std::vector<PlaceMark>& marks) {
    guarded([&](PostgresConnection& postgres) {
        postgres.ask(Statement::MarkPlace,
                     Params().bytes(node_).number(session.value()).numbers(marks));
    });
}

void SessionPlaces::give_up(const std::vector<base::SessionId>& sessions) {
    guarded([&](PostgresConnection& postgres) {
        postgres.ask(Statement::GiveUpPlaces, Params().bytes(node_).numbers(numbers_of(sessions)));
    });
}

std::vector<SessionPlace> SessionPlaces::others() {
    return guarded([&](PostgresConnection& postgres) {
        const Rows rows = postgres.ask(Statement::OtherPlaces, Params().bytes(node_));
        std::vector<SessionPlace> places;
        for (int row = 0; row < rows.count(); ++row) {
            SessionPlace place{base::SessionId::from_value(rows.number(row, 0)),
                               std::string(rows.bytes(row, 1)),
                               {}};
            const auto marks = base::as_bytes(rows.bytes(row, 2));
            for (std::size_t at = 0; at + 8 <= marks.size(); at += 8) {
                place.marks.push_back(base::load64(marks.data() + at));
            }
            places.push_back(std::move(place));
        }
        return places;
    });
}

}  // namespace sightline::storage::relay
