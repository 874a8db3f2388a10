#include "appliance/kiosk/sync_link.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "appliance/base/log.h"
#include "appliance/base/random.h"
#include "storage/database.h"

namespace sightline::kiosk {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kLook{1};
constexpr std::chrono::seconds kEvery{30};
constexpr std::chrono::seconds kFirstBackOff{2};
constexpr std::chrono::seconds kLongestBackOff{300};

// From half of it to the whole, so that kiosks do not come back in step.
base::Duration jittered(base::Duration step) {
    const auto half = step / 2;
    return half + half * (base::random_u32() % 1000) / 1000;
}

}  // namespace

SyncLink::SyncLink(asio::any_io_executor executor, const std::vector<hub_client::HubAddress>& hubs,
                   DossierDesk& desk, Rules rules)
    : desk_(desk), rules_(std::move(rules)), timer_(executor) {
    for (const auto& hub : hubs) {
        hubs_.push_back(std::make_unique<hub_client::HttpConnection>(executor, hub,
                                                                     sync_client::kMaxAnswerBytes));
    }
}

asio::awaitable<void> SyncLink::run() {
    while (!stopped_) {
        const base::Instant now = base::Clock::now();
        const bool due =
            back_off_ > base::Duration() ? now >= next_ : now >= next_ || something_waits();
        if (due && desk_.is_loaded() && !rules_.is_busy()) {
            under_way_ = true;
            co_await sync_all();
            under_way_ = false;
        }
        co_await wait(kLook);
    }
}

void SyncLink::stop() {
    stopped_ = true;
    timer_.cancel();
    hub().close();
}

void SyncLink::tick() {
    if (under_way_ && rules_.is_busy()) hub().close();
}

bool SyncLink::something_waits() {
    if (!desk_.is_loaded()) return false;
    const auto circles = desk_.circles();
    return std::any_of(circles.begin(), circles.end(), [](DossierSync* each) {
        return !each->is_stopped() && !each->to_send(1).empty();
    });
}

asio::awaitable<void> SyncLink::sync_all() {
    std::vector<sync::SiteId> sites;
    for (const DossierSync* each : desk_.circles()) sites.push_back(each->circle().site);
    next_ = base::Clock::now() + kEvery;
    for (const sync::SiteId site : sites) {
        if (!stopped_ && !rules_.is_busy()) co_await sync_one(site);
    }
}

asio::awaitable<void> SyncLink::sync_one(sync::SiteId id) {
    CircleSite site(desk_, id, rules_.clock);
    sync_client::RoundRules round_rules;
    round_rules.may_go_on = [this] { return !stopped_ && !rules_.is_busy(); };
    round_rules.moved = [this, id](std::size_t bytes, base::Duration took) {
        if (DossierSync* sync = circle_of(desk_, id)) sync->moved(bytes, took);
    };
    sync_client::Round round(hub(), site, std::move(round_rules));
    std::string trouble;
    try {
        const auto report = co_await round.run();
        if (report) {
            back_off_ = {};
            if (report->ops_sent + report->ops_taken > 0) {
                spdlog::info("sync.round site={} sent={} taken={}", id.brief(), report->ops_sent,
                             report->ops_taken);
            }
            DossierSync* sync = circle_of(desk_, id);
            if (report->complete && sync != nullptr) sync->succeeded(rules_.clock().wall);
            co_return;
        }
        trouble = report.error().text;
    } catch (const storage::StorageError& e) {
        trouble = e.what();
    }
    // An interview that has begun is no trouble of the hub's.
    if (stopped_ || rules_.is_busy()) co_return;
    spdlog::warn("sync.round_failed site={} why=\"{}\"", id.brief(), trouble);
    if (DossierSync* sync = circle_of(desk_, id)) sync->failed(std::move(trouble));
    at_ = (at_ + 1) % hubs_.size();
    back_off_ = std::clamp<base::Duration>(back_off_ * 2, kFirstBackOff, kLongestBackOff);
    next_ = base::Clock::now() + jittered(back_off_);
}

asio::awaitable<void> SyncLink::wait(base::Duration most) {
    timer_.expires_after(most);
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace sightline::kiosk
