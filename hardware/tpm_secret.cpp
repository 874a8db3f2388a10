#include "hardware/tpm_secret.h"

#include <string.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "appliance/base/check.h"
#include "appliance/base/random.h"
#include "hardware/tpm_connection.h"

namespace sightline::hardware {
namespace {

using base::Errc;
using base::Error;
using Encrypt = TpmConnection::Encrypt;

constexpr std::size_t kCounterBytes = 8;
constexpr TPMA_NV kSecretAttributes = TPMA_NV_AUTHREAD | TPMA_NV_AUTHWRITE | TPMA_NV_WRITEDEFINE |
                                      (TPM2_NT_ORDINARY << TPMA_NV_TPM2_NT_SHIFT);
constexpr TPMA_NV kCounterAttributes = TPMA_NV_AUTHREAD | TPMA_NV_AUTHWRITE | TPMA_NV_NO_DA |
                                       (TPM2_NT_COUNTER << TPMA_NV_TPM2_NT_SHIFT);
// What the TPM sets by itself.
constexpr TPMA_NV kStateAttributes = TPMA_NV_WRITTEN | TPMA_NV_WRITELOCKED;

enum class Kind { Secret, Counter };

struct Index {
    ESYS_TR object = ESYS_TR_NONE;
    enum class State { Missing, Empty, Written, Foreign } state = State::Missing;
};

std::string hex(TPM2_HANDLE handle) {
    char text[16];
    std::snprintf(text, sizeof text, "0x%08x", handle);
    return text;
}

TPM2B_NV_PUBLIC public_area(TPM2_HANDLE handle, Kind kind) {
    TPM2B_NV_PUBLIC area{};
    area.nvPublic.nvIndex = handle;
    area.nvPublic.nameAlg = TPM2_ALG_SHA256;
    area.nvPublic.attributes = kind == Kind::Secret ? kSecretAttributes : kCounterAttributes;
    area.nvPublic.dataSize = kind == Kind::Secret ? DeviceSecret::kSecretBytes : kCounterBytes;
    return area;
}

// A password as the library takes it; wiped when it goes. The TPM drops zeros at its end, and the
// library does the same.
struct Password {
    Password() = default;
    explicit Password(const base::Secret& auth) {
        CHECK(auth.reveal().size() == DeviceSecret::kAuthBytes);
        const base::ByteView bytes = auth.reveal();
        value.size = static_cast<UINT16>(bytes.size());
        std::copy(bytes.begin(), bytes.end(), value.buffer);
    }
    Password(const Password&) = delete;
    Password& operator=(const Password&) = delete;
    ~Password() { ::explicit_bzero(&value, sizeof value); }

    TPM2B_AUTH value{};
};

base::Result<std::unique_ptr<TpmConnection>> open_with_session(const std::string& tcti) {
    auto tpm = TpmConnection::open(tcti);
    if (!tpm) return tpm;
    if (auto started = (*tpm)->start_session(); !started) return started.error();
    return tpm;
}

base::Result<Index> look_at(TpmConnection& tpm, TPM2_HANDLE handle, Kind kind) {
    // Asked first, because the library complains on stderr about an index that is not there.
    const auto from_here = tpm.nv_indices(handle);
    if (!from_here) return from_here.error();
    if (from_here->empty() || from_here->front() != handle) return Index{};
    Index index;
    TPM2B_NV_PUBLIC* area = nullptr;
    TSS2_RC rc = Esys_TR_FromTPMPublic(tpm.esys(), handle, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                       &index.object);
    if (rc == TSS2_RC_SUCCESS) {
        rc = Esys_NV_ReadPublic(tpm.esys(), index.object, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                &area, nullptr);
    }
    if (rc != TSS2_RC_SUCCESS) return tpm_error("look at the TPM's index " + hex(handle), rc);
    const TPMS_NV_PUBLIC is = area->nvPublic;
    Esys_Free(area);
    const TPMS_NV_PUBLIC ours = public_area(handle, kind).nvPublic;
    if ((is.attributes & ~kStateAttributes) != ours.attributes || is.dataSize != ours.dataSize ||
        is.nameAlg != ours.nameAlg || is.authPolicy.size != 0) {
        index.state = Index::State::Foreign;
    } else {
        index.state =
            (is.attributes & TPMA_NV_WRITTEN) != 0 ? Index::State::Written : Index::State::Empty;
    }
    return index;
}

Error foreign(const std::string& operation, TPM2_HANDLE handle) {
    return Error(Errc::Conflict, operation + ": the TPM's index " + hex(handle) +
                                     " belongs to another program; find out whose it is, and "
                                     "remove it with tpm2_nvundefine if nobody needs it");
}

TSS2_RC undefine(TpmConnection& tpm, ESYS_TR object) {
    return Esys_NV_UndefineSpace(tpm.esys(), ESYS_TR_RH_OWNER, object, tpm.session(), ESYS_TR_NONE,
                                 ESYS_TR_NONE);
}

TSS2_RC define(TpmConnection& tpm, TPM2_HANDLE handle, Kind kind, const Password& password,
               ESYS_TR& object) {
    const TPM2B_NV_PUBLIC area = public_area(handle, kind);
    return Esys_NV_DefineSpace(tpm.esys(), ESYS_TR_RH_OWNER, tpm.session(Encrypt::Command),
                               ESYS_TR_NONE, ESYS_TR_NONE, &password.value, &area, &object);
}

TSS2_RC write_once(TpmConnection& tpm, ESYS_TR object, base::ByteView bytes) {
    TPM2B_MAX_NV_BUFFER data{};
    data.size = static_cast<UINT16>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), data.buffer);
    const TSS2_RC rc = Esys_NV_Write(tpm.esys(), object, object, tpm.session(Encrypt::Command),
                                     ESYS_TR_NONE, ESYS_TR_NONE, &data, 0);
    ::explicit_bzero(&data, sizeof data);
    if (rc != TSS2_RC_SUCCESS) return rc;
    return Esys_NV_WriteLock(tpm.esys(), object, object, tpm.session(), ESYS_TR_NONE, ESYS_TR_NONE);
}

base::Result<base::Secret> read_index(TpmConnection& tpm, ESYS_TR object, std::size_t size,
                                      const std::string& operation) {
    TPM2B_MAX_NV_BUFFER* data = nullptr;
    const TSS2_RC rc =
        Esys_NV_Read(tpm.esys(), object, object, tpm.session(Encrypt::Reply), ESYS_TR_NONE,
                     ESYS_TR_NONE, static_cast<UINT16>(size), 0, &data);
    if (rc != TSS2_RC_SUCCESS) return tpm_error(operation, rc);
    base::Secret secret(base::ByteView(data->buffer, data->size));
    ::explicit_bzero(data, sizeof *data);
    Esys_Free(data);
    if (secret.reveal().size() != size) {
        return Error(Errc::Malformed, operation + ": the TPM gave another number of bytes");
    }
    return secret;
}

base::Result<TPM2_HANDLE> handle_of(std::uint64_t epoch) {
    if (epoch < TpmSecret::kMaxEpochs) {
        return TpmSecret::kFirstIndex + static_cast<TPM2_HANDLE>(epoch);
    }
    return Error(Errc::TooLarge, "use epoch " + std::to_string(epoch) +
                                     " in the TPM: it has places for " +
                                     std::to_string(TpmSecret::kMaxEpochs) + "; start a new store");
}

}  // namespace

TpmSecret::TpmSecret(std::string tcti) : tcti_(std::move(tcti)) {}

base::Result<base::Secret> TpmSecret::create(std::uint64_t epoch, const base::Secret& auth) {
    const std::string operation = "create the TPM's secret of epoch " + std::to_string(epoch);
    const auto handle = handle_of(epoch);
    if (!handle) return handle.error();
    const auto tpm = open_with_session(tcti_);
    if (!tpm) return tpm.error();
    const auto before = look_at(**tpm, *handle, Kind::Secret);
    if (!before) return before.error();
    if (before->state == Index::State::Foreign) return foreign(operation, *handle);
    if (before->state == Index::State::Written) {
        return Error(Errc::Conflict, operation + ": it has one already; use the next epoch");
    }
    if (before->state == Index::State::Empty) {
        if (const TSS2_RC rc = undefine(**tpm, before->object)) return tpm_error(operation, rc);
    }
    std::array<std::uint8_t, kSecretBytes> bytes{};
    base::fill_random(bytes);
    base::Secret secret{base::ByteView(bytes)};
    ::explicit_bzero(bytes.data(), bytes.size());

    ESYS_TR object = ESYS_TR_NONE;
    if (const TSS2_RC rc = define(**tpm, *handle, Kind::Secret, Password(auth), object)) {
        return tpm_error(operation, rc);
    }
    if (const TSS2_RC rc = write_once(**tpm, object, secret.reveal())) {
        undefine(**tpm, object);
        return tpm_error(operation, rc);
    }
    return secret;
}

base::Result<base::Secret> TpmSecret::read(std::uint64_t epoch, const base::Secret& auth) {
    const std::string operation = "read the TPM's secret of epoch " + std::to_string(epoch);
    const auto handle = handle_of(epoch);
    if (!handle) return handle.error();
    const auto tpm = open_with_session(tcti_);
    if (!tpm) return tpm.error();
    const auto index = look_at(**tpm, *handle, Kind::Secret);
    if (!index) return index.error();
    if (index->state == Index::State::Foreign) return foreign(operation, *handle);
    if (index->state != Index::State::Written) {
        return Error(Errc::NotFound, operation + ": the TPM has none");
    }
    const Password password(auth);
    if (const TSS2_RC rc = Esys_TR_SetAuth((*tpm)->esys(), index->object, &password.value)) {
        return tpm_error(operation, rc);
    }
    return read_index(**tpm, index->object, kSecretBytes, operation);
}

base::Result<void> TpmSecret::destroy(std::uint64_t epoch) {
    const std::string operation = "destroy the TPM's secret of epoch " + std::to_string(epoch);
    const auto handle = handle_of(epoch);
    if (!handle) return handle.error();
    const auto tpm = open_with_session(tcti_);
    if (!tpm) return tpm.error();
    const auto index = look_at(**tpm, *handle, Kind::Secret);
    if (!index) return index.error();
    if (index->state == Index::State::Missing) return {};
    if (index->state == Index::State::Foreign) return foreign(operation, *handle);
    if (const TSS2_RC rc = undefine(**tpm, index->object)) return tpm_error(operation, rc);
    return {};
}

base::Result<std::vector<std::uint64_t>> TpmSecret::epochs() {
    const auto tpm = TpmConnection::open(tcti_);
    if (!tpm) return tpm.error();
    std::vector<std::uint64_t> found;
    for (TPM2_HANDLE next = kFirstIndex;;) {
        const auto handles = (*tpm)->nv_indices(next);
        if (!handles) return handles.error();
        for (const TPM2_HANDLE handle : *handles) {
            if (handle >= kFirstIndex + kMaxEpochs) return found;
            const auto index = look_at(**tpm, handle, Kind::Secret);
            if (!index) return index.error();
            if (index->state == Index::State::Written) found.push_back(handle - kFirstIndex);
        }
        if (handles->empty()) return found;
        next = handles->back() + 1;
    }
}

base::Result<std::uint64_t> TpmSecret::counter() {
    const std::string operation = "read the TPM's counter";
    const auto tpm = open_with_session(tcti_);
    if (!tpm) return tpm.error();
    const auto index = look_at(**tpm, kCounterIndex, Kind::Counter);
    if (!index) return index.error();
    if (index->state == Index::State::Foreign) return foreign(operation, kCounterIndex);
    if (index->state != Index::State::Written) return 0;
    const auto value = read_index(**tpm, index->object, kCounterBytes, operation);
    if (!value) return value.error();
    return base::load64(value->reveal().data());
}

base::Result<std::uint64_t> TpmSecret::increment() {
    const std::string operation = "increment the TPM's counter";
    const auto tpm = open_with_session(tcti_);
    if (!tpm) return tpm.error();
    const auto index = look_at(**tpm, kCounterIndex, Kind::Counter);
    if (!index) return index.error();
    if (index->state == Index::State::Foreign) return foreign(operation, kCounterIndex);
    ESYS_TR object = index->object;
    if (index->state == Index::State::Missing) {
        // A new one goes on from the highest count that any counter of this TPM ever had
        // (Part 3, section 31.8: TPM2_NV_Increment), so that removing it takes nothing back.
        if (const TSS2_RC rc = define(**tpm, kCounterIndex, Kind::Counter, Password(), object)) {
            return tpm_error(operation, rc);
        }
    }
    if (const TSS2_RC rc = Esys_NV_Increment((*tpm)->esys(), object, object, (*tpm)->session(),
                                             ESYS_TR_NONE, ESYS_TR_NONE)) {
        return tpm_error(operation, rc);
    }
    const auto value = read_index(**tpm, object, kCounterBytes, operation);
    if (!value) return value.error();
    return base::load64(value->reveal().data());
}

std::string TpmSecret::where() const { return "TPM at " + tcti_; }

}  // namespace sightline::hardware
