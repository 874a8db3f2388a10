// The TPM 2.0 software stack's context, wrapped once: opened, asked, closed. Made for each
// operation anew, so that a TPM that was reset or replaced in between is no trouble of ours. The
// session authenticates commands and replies and encrypts one parameter of each (AES-128-CFB),
// salted with a key that the TPM makes for it (TPM 2.0 Part 1, sections 19.6 and 21): who listens
// on the bus learns no secret. Who can alter the bus can put its own key there: nothing here proves
// that the TPM is a genuine one. Thread: one.
#pragma once

#include <tss2/tss2_esys.h>

#include <memory>
#include <string>
#include <vector>

#include "appliance/base/result.h"

namespace sightline::hardware {

class TpmConnection {
  public:
    // Which parameter of a command the session encrypts: its first, or the first of the reply.
    enum class Encrypt { Nothing, Command, Reply };

    /// `tcti` names the way to the TPM as Tss2_TctiLdr_Initialize(3) takes it. Unavailable.
    static base::Result<std::unique_ptr<TpmConnection>> open(const std::string& tcti);
    ~TpmConnection();
    TpmConnection(const TpmConnection&) = delete;
    TpmConnection& operator=(const TpmConnection&) = delete;

    ESYS_CONTEXT* esys() const { return esys_; }

    /// Before the first `session`. Takes the TPM most of an operation's time.
    base::Result<void> start_session();
    ESYS_TR session(Encrypt what = Encrypt::Nothing);

    /// The NV indices from `first` on, ascending; at least one if there is any, and not always all.
    base::Result<std::vector<TPM2_HANDLE>> nv_indices(TPM2_HANDLE first);

  private:
    TpmConnection() = default;

    TSS2_TCTI_CONTEXT* tcti_ = nullptr;
    ESYS_CONTEXT* esys_ = nullptr;
    ESYS_TR session_ = ESYS_TR_NONE;
};

// What the TPM itself answered, without the marks of where the answer passed and of which parameter
// it complains; the answer of another layer is left as it is.
TSS2_RC tpm_code(TSS2_RC rc);

// Unauthorized, Exhausted, NotFound or Unavailable, in a sentence that begins with `operation`.
base::Error tpm_error(const std::string& operation, TSS2_RC rc);

}  // namespace sightline::hardware
