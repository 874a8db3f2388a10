#include "appliance/kiosk/news.h"

namespace sightline::kiosk {

keys::News news_of(const RunningInterview& now, const Floor& floor) {
    keys::News news;
    news.pause_until = now.row.pause_until;
    news.turn = floor.turn();
    news.view = floor.view();
    news.asked_view = floor.asked_view();
    news.understood = now.row.understood;
    news.live = now.live_time();
    news.training = now.training;
    for (const auto& attendee : now.row.roster) {
        if (attendee.place != model::Place::Admitted) continue;
        const auto id = attendee.participant.id;
        if (attendee.undertaking) news.undertaken.push_back(id);
        if (attendee.language.empty() && attendee.dialect.empty() && !attendee.warmed_up) continue;
        news.languages.push_back({id, attendee.language, attendee.dialect, attendee.warmed_up});
    }
    return news;
}

}  // namespace sightline::kiosk
