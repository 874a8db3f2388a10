// Which of several hubs to dial next: the last one again, then the others in turn; and where a hub
// sends us, if we were told of that one at the start. Pure. Any one thread.
#pragma once

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "appliance/hub_client/hub_url.h"

namespace sightline::kiosk {

class HubChoice {
  public:
    // At least one.
    explicit HubChoice(std::vector<hub_client::HubAddress> hubs) : hubs_(std::move(hubs)) {}

    const hub_client::HubAddress& current() const { return hubs_[at_]; }
    // It served us: when it is lost, it comes first again.
    void served() { again_ = true; }
    // It is lost, or was not to be had.
    void failed() {
        if (!std::exchange(again_, false)) at_ = (at_ + 1) % hubs_.size();
    }
    // It said who has the interview. False: that is none of ours, and nobody tells us whom to trust
    // but the operator.
    bool sent_to(std::string_view origin) {
        again_ = false;
        const auto url = hub_client::parse_hub_url(origin);
        const auto at = std::find_if(hubs_.begin(), hubs_.end(), [&](const auto& hub) {
            return url && hub.url.text() == url->text();
        });
        if (at == hubs_.end()) return false;
        at_ = static_cast<std::size_t>(at - hubs_.begin());
        again_ = true;
        return true;
    }

  private:
    std::vector<hub_client::HubAddress> hubs_;
    std::size_t at_ = 0;
    bool again_ = false;
};

}  // namespace sightline::kiosk
