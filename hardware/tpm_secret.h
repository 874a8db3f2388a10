// Device secrets in the TPM 2.0: each is 32 bytes in an NV index of its own that only its `auth`
// opens, counts wrong guesses, and can be written once. Destroying undefines the index; the TPM
// gives its content to nobody any more.
//
//   0x01A00000 + epoch   ordinary index: AUTHREAD AUTHWRITE WRITEDEFINE, write-locked
//   0x01B00000           counter index: AUTHREAD AUTHWRITE NO_DA, no password
//
// Both lie in the range that TCG's registry of handles leaves to the owner (0x01800000 to
// 0x01BFFFFF). The owner's password must be empty. An index of another make in these places is left
// alone and named. One of ours that was never written is what a crash left: it is not there.
//
// The TPM's lockout password must be set and put away when the kiosk is installed, as in
// `tpm2_changeauth -c lockout`: who has it, or finds it empty, may reset the count of wrong
// guesses. Who may open the device can always destroy the secrets and push the counter on; the
// store then refuses to open, and gives nothing away. The library leaves copies of what it read in
// memory it has freed: lock the memory.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hardware/device_secret.h"

namespace sightline::hardware {

class TpmConnection;

class TpmSecret final : public DeviceSecret {
  public:
    static constexpr std::uint32_t kFirstIndex = 0x01A00000;
    static constexpr std::uint32_t kCounterIndex = 0x01B00000;
    /// An epoch is one erasure; TooLarge beyond. A TPM's memory wears out sooner.
    static constexpr std::uint64_t kMaxEpochs = kCounterIndex - kFirstIndex;

    /// `tcti` as Tss2_TctiLdr_Initialize(3) takes it. Opens nothing yet.
    explicit TpmSecret(std::string tcti = "device:/dev/tpmrm0");

    base::Result<base::Secret> create(std::uint64_t epoch, const base::Secret& auth) override;
    base::Result<base::Secret> read(std::uint64_t epoch, const base::Secret& auth) override;
    base::Result<void> destroy(std::uint64_t epoch) override;
    base::Result<std::vector<std::uint64_t>> epochs() override;
    base::Result<std::uint64_t> counter() override;
    base::Result<std::uint64_t> increment() override;
    Assurance assurance() const override { return Assurance::Tpm; }
    std::string where() const override;

  private:
    std::string tcti_;
};

}  // namespace sightline::hardware
