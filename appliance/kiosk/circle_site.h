// A circle's DossierSync as a round of sync with the hub sees it. It looks the circle up anew for
// every call, because staff may take a newer list, or lock the store, while a round is under way:
// then the round ends with Conflict. An op that is refused ends for this round what is taken of its
// chain, and nothing else: one bad site must not keep a kiosk from all others. One thread.
#pragma once

#include <functional>
#include <set>

#include "appliance/kiosk/dossier_desk.h"
#include "appliance/kiosk/now.h"
#include "appliance/sync_client/site.h"

namespace sightline::kiosk {

// null: it is gone, or the store is locked.
DossierSync* circle_of(DossierDesk& desk, sync::SiteId site);

class CircleSite : public sync_client::Site {
  public:
    // `site`: the kiosk's id in the circle. What is referred to must outlive it.
    CircleSite(DossierDesk& desk, sync::SiteId site, std::function<Now()> clock)
        : desk_(desk), site_(site), clock_(std::move(clock)) {}

    sync::SiteId id() const override { return site_; }
    std::string sign(std::string_view payload, std::string_view purpose) const override;
    base::Result<void> take_hub(const signature::PublicKey& key) override;
    base::Result<void> take_circle(std::string_view jws) override;
    std::string circle() const override;
    std::vector<std::string> to_send(std::size_t most_ops, std::size_t most_bytes) override;
    base::Result<void> take_receipt(std::string_view jws) override;
    void take_fork(const sync::Fork& fork) override;
    bool stopped() const override;
    sync::Marks marks() override;
    base::Result<void> take_ops(const std::vector<std::string_view>& ops) override;

    std::vector<sync::OpHash> chunks_to_send(std::size_t most) override;
    base::Result<std::string> read_chunk(const sync::OpHash& name) override;
    void chunks_sent(const std::vector<sync::OpHash>& names) override;
    std::vector<sync::OpHash> chunks_wanted(std::size_t most) override;
    base::Result<void> keep_chunk(const sync::OpHash& name, std::string_view bytes) override;

  private:
    DossierSync* found() const { return circle_of(desk_, site_); }

    DossierDesk& desk_;
    sync::SiteId site_;
    std::function<Now()> clock_;
    std::set<sync::ChainId> refused_;
};

}  // namespace sightline::kiosk
