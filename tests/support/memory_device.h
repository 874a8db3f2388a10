// A device secret in memory: a TPM as far as the store can tell, whose state a test can take out
// and put back. Everything it acknowledged is durable, as with a TPM. One thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "appliance/base/hex.h"
#include "hardware/device_secret.h"
#include "tests/crash/workload.h"

namespace sightline::tests {

class MemoryDevice : public hardware::DeviceSecret, public Outside {
  public:
    base::Result<base::Secret> create(std::uint64_t epoch, const base::Secret& auth) override {
        if (state_.secrets.contains(epoch)) return base::Errc::Conflict;
        base::Bytes secret(kSecretBytes);
        base::fill_random(secret);
        state_.secrets[epoch] = {secret, base::to_hex(auth.reveal())};
        changed();
        return base::Secret(base::ByteView(secret));
    }
    base::Result<base::Secret> read(std::uint64_t epoch, const base::Secret& auth) override {
        const auto at = state_.secrets.find(epoch);
        if (at == state_.secrets.end()) return base::Errc::NotFound;
        if (at->second.second != base::to_hex(auth.reveal())) return base::Errc::Unauthorized;
        return base::Secret(base::ByteView(at->second.first));
    }
    base::Result<void> destroy(std::uint64_t epoch) override {
        if (state_.secrets.erase(epoch) != 0) changed();
        return {};
    }
    base::Result<std::vector<std::uint64_t>> epochs() override {
        std::vector<std::uint64_t> epochs;
        for (const auto& [epoch, secret] : state_.secrets) epochs.push_back(epoch);
        return epochs;
    }
    base::Result<std::uint64_t> counter() override { return state_.counter; }
    base::Result<std::uint64_t> increment() override {
        ++state_.counter;
        changed();
        return state_.counter;
    }
    Assurance assurance() const override { return Assurance::Tpm; }
    std::string where() const override { return "the device of this test"; }

    struct State {
        std::map<std::uint64_t, std::pair<base::Bytes, std::string>> secrets;
        std::uint64_t counter = 0;
    };
    std::any state() const override { return state_; }
    void set_state(const std::any& state) override { state_ = std::any_cast<State>(state); }
    void on_change(std::function<void()> hook) override { hook_ = std::move(hook); }

  private:
    void changed() {
        if (hook_) hook_();
    }
    State state_;
    std::function<void()> hook_;
};

}  // namespace sightline::tests
