// Signing and sealing that cost nothing and protect nothing, behind the interfaces of the real
// ones: what the simulator looks for is in the order of things, not in their keys. The tests of
// storage/sync use the real ones.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "appliance/base/hex.h"
#include "storage/sync/keys.h"

namespace sightline::sim {

inline std::string cheap_tag(std::string_view signed_part, std::string_view signer) {
    return std::to_string(std::hash<std::string_view>{}(signed_part) ^
                          std::hash<std::string_view>{}(signer));
}

class CheapSigner : public storage::sync::Signer {
  public:
    explicit CheapSigner(std::string name) : name_(std::move(name)) {}
    std::string sign(std::string_view payload, std::string_view purpose) const override {
        std::string text = std::string(purpose) + "." + base::to_base64url(base::as_bytes(payload));
        return text + "." + cheap_tag(text, name_);
    }

  private:
    std::string name_;
};

class CheapSealer : public storage::sync::Sealer {
  public:
    base::Result<std::string> seal(std::string_view text) const override {
        return "sealed" + std::string(text);
    }
    base::Result<base::Secret> open(std::string_view sealed) const override {
        return base::Secret(sealed.substr(6));
    }
};

class CheapVerifier : public storage::sync::Verifier {
  public:
    base::Result<std::string> verify_site(storage::sync::SiteId site, std::string_view jws,
                                          std::string_view purpose) const override {
        return verify(jws, purpose, site.text());
    }
    base::Result<std::string> verify_hub(std::string_view jws,
                                         std::string_view purpose) const override {
        return verify(jws, purpose, "hub");
    }

  private:
    static base::Result<std::string> verify(std::string_view jws, std::string_view purpose,
                                            std::string_view by) {
        const auto first = jws.find('.');
        const auto last = jws.rfind('.');
        if (jws.substr(0, first) != purpose ||
            jws.substr(last + 1) != cheap_tag(jws.substr(0, last), by)) {
            return base::Errc::Forbidden;
        }
        const auto payload = base::from_base64url(jws.substr(first + 1, last - first - 1));
        if (!payload) return base::Errc::Malformed;
        return std::string(base::as_text(*payload));
    }
};

}  // namespace sightline::sim
