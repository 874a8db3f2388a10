#include "hardware/tpm_connection.h"

#include <tss2/tss2_rc.h>
#include <tss2/tss2_tctildr.h>

#include <utility>

#include "appliance/base/check.h"

namespace sightline::hardware {
namespace {

using base::Errc;
using base::Error;

// The key that salts the session: in the null hierarchy, which needs no password and whose keys
// nobody can keep. P-256, because a TPM may take half a minute to make an RSA key.
TPM2B_PUBLIC salt_key_template() {
    TPM2B_PUBLIC key{};
    TPMT_PUBLIC& area = key.publicArea;
    area.type = TPM2_ALG_ECC;
    area.nameAlg = TPM2_ALG_SHA256;
    area.objectAttributes = TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT | TPMA_OBJECT_FIXEDTPM |
                            TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN |
                            TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA;
    area.parameters.eccDetail.symmetric.algorithm = TPM2_ALG_AES;
    area.parameters.eccDetail.symmetric.keyBits.aes = 128;
    area.parameters.eccDetail.symmetric.mode.aes = TPM2_ALG_CFB;
    area.parameters.eccDetail.scheme.scheme = TPM2_ALG_NULL;
    area.parameters.eccDetail.curveID = TPM2_ECC_NIST_P256;
    area.parameters.eccDetail.kdf.scheme = TPM2_ALG_NULL;
    return key;
}

}  // namespace

TSS2_RC tpm_code(TSS2_RC rc) {
    const TSS2_RC layer = rc & TSS2_RC_LAYER_MASK;
    if (layer != TSS2_TPM_RC_LAYER && layer != TSS2_RESMGR_TPM_RC_LAYER) return rc;
    rc &= ~TSS2_RC_LAYER_MASK;
    // Part 2, section 6.6.2. Format one has bit 7 set, the error in bits 0 to 5, and in the others
    // which handle, session or parameter is meant.
    return (rc & TPM2_RC_FMT1) != 0 ? rc & (TPM2_RC_FMT1 | 0x3f) : rc;
}

Error tpm_error(const std::string& operation, TSS2_RC rc) {
    switch (tpm_code(rc)) {
        case TPM2_RC_AUTH_FAIL:
            return Error(Errc::Unauthorized, operation + ": the PIN is wrong; try again");
        case TPM2_RC_BAD_AUTH:
            return Error(Errc::Unauthorized,
                         operation +
                             ": the TPM's owner has set a password; clear it with "
                             "tpm2_changeauth, so that the kiosk may make and remove "
                             "its own indices");
        case TPM2_RC_LOCKOUT:
            return Error(Errc::Exhausted,
                         operation +
                             ": after too many wrong PINs the TPM takes none for now; wait, "
                             "leave the kiosk on, and try again later");
        case TPM2_RC_NV_SPACE:
            return Error(Errc::Exhausted,
                         operation +
                             ": the TPM's memory is full; list what uses it with "
                             "tpm2_getcap handles-nv-index and remove what nobody needs");
        case TPM2_RC_HANDLE:
        case TPM2_RC_NV_UNINITIALIZED:
            return Error(Errc::NotFound, operation + ": the TPM has none");
        case TPM2_RC_NV_RATE:
        case TPM2_RC_NV_UNAVAILABLE:
        case TPM2_RC_RETRY:
        case TPM2_RC_TESTING:
        case TPM2_RC_YIELDED:
            return Error(Errc::Unavailable, operation + ": the TPM is busy; try again in a minute");
        default:
            return Error(Errc::Unavailable, operation + ": " + Tss2_RC_Decode(rc) +
                                                "; check the TPM and the system log");
    }
}

base::Result<std::unique_ptr<TpmConnection>> TpmConnection::open(const std::string& tcti) {
    std::unique_ptr<TpmConnection> made(new TpmConnection);
    TSS2_RC rc = Tss2_TctiLdr_Initialize(tcti.c_str(), &made->tcti_);
    if (rc == TSS2_RC_SUCCESS) rc = Esys_Initialize(&made->esys_, made->tcti_, nullptr);
    if (rc != TSS2_RC_SUCCESS) {
        return Error(Errc::Unavailable,
                     "open the TPM at " + tcti + ": " + Tss2_RC_Decode(rc) +
                         "; switch it on in the firmware's settings, let this program's user into "
                         "the group tss, or name another with --tpm");
    }
    return made;
}

TpmConnection::~TpmConnection() {
    if (session_ != ESYS_TR_NONE) Esys_FlushContext(esys_, session_);
    Esys_Finalize(&esys_);
    Tss2_TctiLdr_Finalize(&tcti_);
}

base::Result<void> TpmConnection::start_session() {
    const TPM2B_SENSITIVE_CREATE no_password{};
    const TPM2B_PUBLIC key = salt_key_template();
    const TPM2B_DATA nothing{};
    const TPML_PCR_SELECTION no_pcrs{};
    ESYS_TR salt_key = ESYS_TR_NONE;
    TSS2_RC rc = Esys_CreatePrimary(esys_, ESYS_TR_RH_NULL, ESYS_TR_PASSWORD, ESYS_TR_NONE,
                                    ESYS_TR_NONE, &no_password, &key, &nothing, &no_pcrs, &salt_key,
                                    nullptr, nullptr, nullptr, nullptr);
    if (rc != TSS2_RC_SUCCESS) return tpm_error("make a session key in the TPM", rc);
    TPMT_SYM_DEF cipher{};
    cipher.algorithm = TPM2_ALG_AES;
    cipher.keyBits.aes = 128;
    cipher.mode.aes = TPM2_ALG_CFB;
    rc = Esys_StartAuthSession(esys_, salt_key, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                               ESYS_TR_NONE, nullptr, TPM2_SE_HMAC, &cipher, TPM2_ALG_SHA256,
                               &session_);
    Esys_FlushContext(esys_, salt_key);
    if (rc != TSS2_RC_SUCCESS) {
        session_ = ESYS_TR_NONE;
        return tpm_error("start a session with the TPM", rc);
    }
    return {};
}

ESYS_TR TpmConnection::session(Encrypt what) {
    CHECK(session_ != ESYS_TR_NONE);
    TPMA_SESSION attributes = TPMA_SESSION_CONTINUESESSION;
    if (what == Encrypt::Command) attributes |= TPMA_SESSION_DECRYPT;  // so named from its side
    if (what == Encrypt::Reply) attributes |= TPMA_SESSION_ENCRYPT;
    CHECK(Esys_TRSess_SetAttributes(esys_, session_, attributes, 0xff) == TSS2_RC_SUCCESS);
    return session_;
}

base::Result<std::vector<TPM2_HANDLE>> TpmConnection::nv_indices(TPM2_HANDLE first) {
    TPMI_YES_NO more = TPM2_NO;
    TPMS_CAPABILITY_DATA* answer = nullptr;
    const TSS2_RC rc =
        Esys_GetCapability(esys_, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, TPM2_CAP_HANDLES, first,
                           TPM2_MAX_CAP_HANDLES, &more, &answer);
    if (rc != TSS2_RC_SUCCESS) return tpm_error("list the TPM's indices", rc);
    const TPML_HANDLE& handles = answer->data.handles;
    std::vector<TPM2_HANDLE> found(handles.handle, handles.handle + handles.count);
    Esys_Free(answer);
    return found;
}

}  // namespace sightline::hardware
