// Sync's keys as they are outside the simulator: JWS with ES256 by the site's device key, general
// JWE to the recipients. Any thread; what is referred to must outlive it.
#pragma once

#include <map>
#include <vector>

#include "session/signature/device_key.h"
#include "session/signature/sealing_key.h"
#include "storage/sync/circle.h"
#include "storage/sync/keys.h"

namespace sightline::storage::sync {

class DeviceSigner : public Signer {
  public:
    explicit DeviceSigner(const signature::DeviceKey& key) : key_(key) {}
    std::string sign(std::string_view payload, std::string_view purpose) const override;

  private:
    const signature::DeviceKey& key_;
};

class JoseSealer : public Sealer {
  public:
    // The own key is one of the recipients, or the site could not read what it wrote itself;
    // `recipients` come from a CircleList.
    JoseSealer(const signature::SealingKey& own, std::vector<signature::PublicKey> recipients);
    base::Result<std::string> seal(std::string_view text) const override;
    base::Result<base::Secret> open(std::string_view sealed) const override;

  private:
    const signature::SealingKey& own_;
    std::vector<signature::PublicKey> recipients_;
};

class KnownKeys : public Verifier {
  public:
    KnownKeys(std::map<SiteId, signature::PublicKey> sites, signature::PublicKey hub)
        : sites_(std::move(sites)), hub_(std::move(hub)) {}
    // All sites of a circle: what one wrote that was removed since stays good.
    KnownKeys(const CircleList& circle, signature::PublicKey hub);
    base::Result<std::string> verify_site(SiteId site, std::string_view jws,
                                          std::string_view purpose) const override;
    base::Result<std::string> verify_hub(std::string_view jws,
                                         std::string_view purpose) const override;

  private:
    std::map<SiteId, signature::PublicKey> sites_;
    signature::PublicKey hub_;
};

}  // namespace sightline::storage::sync
