#include "storage/sync/jose_keys.h"

#include <algorithm>

#include "session/signature/shared_seal.h"

namespace sightline::storage::sync {

std::string DeviceSigner::sign(std::string_view payload, std::string_view purpose) const {
    return key_.sign(payload, purpose);
}

JoseSealer::JoseSealer(const signature::SealingKey& own,
                       std::vector<signature::PublicKey> recipients)
    : own_(own), recipients_(std::move(recipients)) {
    if (std::find(recipients_.begin(), recipients_.end(), own.public_key()) == recipients_.end()) {
        recipients_.push_back(own.public_key());
    }
}

base::Result<std::string> JoseSealer::seal(std::string_view text) const {
    return signature::seal_to_all(recipients_, text);
}

base::Result<base::Secret> JoseSealer::open(std::string_view sealed) const {
    return own_.open_shared(sealed);
}

KnownKeys::KnownKeys(const CircleList& circle, signature::PublicKey hub) : hub_(std::move(hub)) {
    for (const CircleSite& each : circle.sites) sites_.emplace(each.site, each.signing);
}

base::Result<std::string> KnownKeys::verify_site(SiteId site, std::string_view jws,
                                                 std::string_view purpose) const {
    const auto known = sites_.find(site);
    if (known == sites_.end()) {
        return base::Error{base::Errc::Unauthorized,
                           "verify an op: site " + site.brief() + " is not known; enrol it first"};
    }
    return known->second.verify(jws, purpose);
}

base::Result<std::string> KnownKeys::verify_hub(std::string_view jws,
                                                std::string_view purpose) const {
    return hub_.verify(jws, purpose);
}

}  // namespace sightline::storage::sync
