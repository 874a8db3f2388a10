// TpmSecret against swtpm, a TPM 2.0 in a process of its own with its memory in a directory. Here
// the wrong guess that a TPM takes before it locks is the third or so, and a real one's is later.
#include "hardware/tpm_secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tss2/tss2_esys.h>
#include <tss2/tss2_tctildr.h>

#include <cstdlib>
#include <filesystem>

#include "tests/support/software_tpm.h"
#include "tests/support/temporary_directory.h"

namespace sightline::hardware {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::SoftwareTpm;

// Whatever anybody with access to the device can do, without our code in between.
class BareTpm {
  public:
    explicit BareTpm(const std::string& tcti) {
        EXPECT_EQ(Tss2_TctiLdr_Initialize(tcti.c_str(), &tcti_), TSS2_RC_SUCCESS);
        EXPECT_EQ(Esys_Initialize(&esys_, tcti_, nullptr), TSS2_RC_SUCCESS);
    }
    ~BareTpm() {
        Esys_Finalize(&esys_);
        Tss2_TctiLdr_Finalize(&tcti_);
    }
    ESYS_TR object(TPM2_HANDLE handle) {
        ESYS_TR found = ESYS_TR_NONE;
        EXPECT_EQ(
            Esys_TR_FromTPMPublic(esys_, handle, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &found),
            TSS2_RC_SUCCESS);
        return found;
    }
    TSS2_RC undefine(TPM2_HANDLE handle) {
        return Esys_NV_UndefineSpace(esys_, ESYS_TR_RH_OWNER, object(handle), ESYS_TR_PASSWORD,
                                     ESYS_TR_NONE, ESYS_TR_NONE);
    }
    // An index that nobody has written yet.
    TSS2_RC define(TPM2_HANDLE handle, TPMA_NV attributes, UINT16 size) {
        const TPM2B_AUTH none{};
        TPM2B_NV_PUBLIC area{};
        area.nvPublic = {.nvIndex = handle,
                         .nameAlg = TPM2_ALG_SHA256,
                         .attributes = attributes,
                         .authPolicy = {},
                         .dataSize = size};
        ESYS_TR made = ESYS_TR_NONE;
        return Esys_NV_DefineSpace(esys_, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE,
                                   ESYS_TR_NONE, &none, &area, &made);
    }
    // With the password in clear, as a careless program would.
    TSS2_RC read(TPM2_HANDLE handle, base::ByteView password) {
        TPM2B_AUTH auth{};
        auth.size = static_cast<UINT16>(password.size());
        std::copy(password.begin(), password.end(), auth.buffer);
        const ESYS_TR index = object(handle);
        Esys_TR_SetAuth(esys_, index, &auth);
        TPM2B_MAX_NV_BUFFER* data = nullptr;
        const TSS2_RC rc = Esys_NV_Read(esys_, index, index, ESYS_TR_PASSWORD, ESYS_TR_NONE,
                                        ESYS_TR_NONE, 32, 0, &data);
        Esys_Free(data);
        return rc;
    }
    TSS2_RC read_as_owner(TPM2_HANDLE handle) {
        TPM2B_MAX_NV_BUFFER* data = nullptr;
        const TSS2_RC rc = Esys_NV_Read(esys_, ESYS_TR_RH_OWNER, object(handle), ESYS_TR_PASSWORD,
                                        ESYS_TR_NONE, ESYS_TR_NONE, 32, 0, &data);
        Esys_Free(data);
        return rc;
    }
    TSS2_RC overwrite(TPM2_HANDLE handle, base::ByteView password) {
        TPM2B_AUTH auth{};
        auth.size = static_cast<UINT16>(password.size());
        std::copy(password.begin(), password.end(), auth.buffer);
        const ESYS_TR index = object(handle);
        Esys_TR_SetAuth(esys_, index, &auth);
        TPM2B_MAX_NV_BUFFER data{};
        data.size = 32;
        return Esys_NV_Write(esys_, index, index, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                             &data, 0);
    }

  private:
    TSS2_TCTI_CONTEXT* tcti_ = nullptr;
    ESYS_CONTEXT* esys_ = nullptr;
};

class TpmSecretTest : public testing::Test {
  protected:
    static void SetUpTestSuite() { ::setenv("TSS2_LOG", "all+none", 1); }

    TpmSecret secrets() const { return TpmSecret(tpm_.tcti()); }
    static base::Secret auth(char fill) { return base::Secret(std::string(32, fill)); }

    tests::TemporaryDirectory temporary_;
    fs::path state_ = [this] {
        fs::create_directory(temporary_.path() / "state");
        return temporary_.path() / "state";
    }();
    SoftwareTpm tpm_{state_};
    base::Secret right_ = auth('r');
    base::Secret wrong_ = auth('w');
};

TEST_F(TpmSecretTest, GivesBackWhatItMade) {
    const auto made = secrets().create(1, right_);
    ASSERT_TRUE(made) << made.error().text;
    EXPECT_EQ(made->reveal().size(), DeviceSecret::kSecretBytes);
    const auto read = secrets().read(1, right_);
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->reveal_text(), made->reveal_text());
}

TEST_F(TpmSecretTest, GivesItBackAfterAPowerCut) {
    const auto made = secrets().create(5, right_);
    ASSERT_TRUE(made) << made.error().text;
    tpm_.stop();
    tpm_.start();
    const auto read = secrets().read(5, right_);
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->reveal_text(), made->reveal_text());
    EXPECT_THAT(secrets().epochs().value(), ElementsAre(5u));
}

TEST_F(TpmSecretTest, RefusesAWrongPinAndThenAllPinsForAWhile) {
    ASSERT_TRUE(secrets().create(1, right_));
    const auto first = secrets().read(1, wrong_);
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().code, Errc::Unauthorized);
    EXPECT_TRUE(secrets().read(1, right_)) << "one wrong PIN is no lockout";
    int guesses = 1;
    auto guess = secrets().read(1, wrong_);
    for (; guesses < 64 && guess.error().code == Errc::Unauthorized; ++guesses) {
        guess = secrets().read(1, wrong_);
    }
    EXPECT_EQ(guess.error().code, Errc::Exhausted) << guess.error().text;
    EXPECT_THAT(guess.error().text, HasSubstr("too many wrong PINs"));
    EXPECT_GT(guesses, 1);
    const auto even_right = secrets().read(1, right_);
    ASSERT_FALSE(even_right);
    EXPECT_EQ(even_right.error().code, Errc::Exhausted);
}

TEST_F(TpmSecretTest, ALockoutOutlastsAPowerCut) {
    ASSERT_TRUE(secrets().create(1, right_));
    for (int i = 0; i < 64; ++i) {
        if (secrets().read(1, wrong_).error().code == Errc::Exhausted) break;
    }
    tpm_.stop();
    tpm_.start();
    const auto read = secrets().read(1, right_);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::Exhausted) << read.error().text;
}

TEST_F(TpmSecretTest, TakesAPinWhoseBytesEndInZeros) {
    std::string bytes(32, 'z');
    bytes[31] = bytes[30] = '\0';
    const base::Secret ends_in_zeros{std::string_view(bytes)};
    const auto made = secrets().create(1, ends_in_zeros);
    ASSERT_TRUE(made) << made.error().text;
    const auto read = secrets().read(1, ends_in_zeros);
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->reveal_text(), made->reveal_text());
}

TEST_F(TpmSecretTest, HasOneSecretForAnEpoch) {
    const auto first = secrets().create(1, right_);
    ASSERT_TRUE(first);
    const auto second = secrets().create(1, right_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::Conflict);
    EXPECT_EQ(secrets().read(1, right_)->reveal_text(), first->reveal_text());
}

TEST_F(TpmSecretTest, HasNothingForAnEpochThatWasDestroyedAndKeepsTheOthers) {
    ASSERT_TRUE(secrets().create(1, right_));
    ASSERT_TRUE(secrets().create(2, right_));
    ASSERT_TRUE(secrets().destroy(1));
    const auto read = secrets().read(1, right_);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::NotFound);
    EXPECT_TRUE(secrets().read(2, right_));
    EXPECT_TRUE(secrets().destroy(1)) << "a caller that crashed may repeat it";
    EXPECT_TRUE(secrets().create(1, right_)) << "and its place is free";
}

TEST_F(TpmSecretTest, NothingOfADestroyedSecretStaysInTheTpmsMemory) {
    const auto gone = secrets().create(1, right_);
    const auto kept = secrets().create(2, right_);
    ASSERT_TRUE(gone && kept);
    ASSERT_TRUE(tpm_.remembers(gone->reveal())) << "the emulator keeps its memory in clear";
    ASSERT_TRUE(secrets().destroy(1));
    EXPECT_FALSE(tpm_.remembers(gone->reveal()));
    EXPECT_TRUE(tpm_.remembers(kept->reveal()));
}

TEST_F(TpmSecretTest, NeitherSecretNorPinCrossesTheBusInClear) {
    const fs::path capture = temporary_.path() / "bus.pcap";
    ::setenv("TCTI_PCAP_FILE", capture.c_str(), 1);
    const std::string tapped = "pcap:" + tpm_.tcti();
    const auto made = TpmSecret(tapped).create(1, right_);
    ASSERT_TRUE(made) << made.error().text;
    ASSERT_TRUE(TpmSecret(tapped).read(1, right_));
    EXPECT_FALSE(SoftwareTpm::contains(capture, made->reveal()));
    EXPECT_FALSE(SoftwareTpm::contains(capture, right_.reveal()));
    EXPECT_EQ(BareTpm(tapped).read(TpmSecret::kFirstIndex + 1, right_.reveal()), TSS2_RC_SUCCESS);
    EXPECT_TRUE(SoftwareTpm::contains(capture, made->reveal())) << "the tap hears what is clear";
    EXPECT_TRUE(SoftwareTpm::contains(capture, right_.reveal()));
    ::unsetenv("TCTI_PCAP_FILE");
}

TEST_F(TpmSecretTest, NeitherTheOwnerReadsASecretNorAnybodyReplacesIt) {
    ASSERT_TRUE(secrets().create(1, right_));
    BareTpm bare(tpm_.tcti());
    EXPECT_EQ(bare.read_as_owner(TpmSecret::kFirstIndex + 1), TPM2_RC_NV_AUTHORIZATION);
    EXPECT_EQ(bare.overwrite(TpmSecret::kFirstIndex + 1, right_.reveal()), TPM2_RC_NV_LOCKED);
}

TEST_F(TpmSecretTest, ListsEpochsInOrderAndNothingElse) {
    EXPECT_THAT(secrets().epochs().value(), IsEmpty());
    const std::uint64_t last = TpmSecret::kMaxEpochs - 1;
    for (const std::uint64_t epoch : {std::uint64_t{9}, last, std::uint64_t{0}}) {
        ASSERT_TRUE(secrets().create(epoch, right_));
    }
    ASSERT_TRUE(secrets().increment());
    const TPMA_NV others = TPMA_NV_AUTHREAD | TPMA_NV_AUTHWRITE;
    for (const TPM2_HANDLE handle : {TpmSecret::kFirstIndex + 4, TpmSecret::kFirstIndex - 1}) {
        ASSERT_EQ(BareTpm(tpm_.tcti()).define(handle, others, 32), TSS2_RC_SUCCESS);
    }
    EXPECT_THAT(secrets().epochs().value(), ElementsAre(0u, 9u, last));
}

TEST_F(TpmSecretTest, HasNoPlaceForAnEpochBeyondTheLast) {
    EXPECT_EQ(secrets().create(TpmSecret::kMaxEpochs, right_).error().code, Errc::TooLarge);
    EXPECT_EQ(secrets().read(UINT64_MAX, right_).error().code, Errc::TooLarge);
    EXPECT_EQ(secrets().destroy(TpmSecret::kMaxEpochs).error().code, Errc::TooLarge);
}

TEST_F(TpmSecretTest, LeavesAnIndexOfAnotherProgramAlone) {
    BareTpm(tpm_.tcti())
        .define(TpmSecret::kFirstIndex + 1, TPMA_NV_AUTHREAD | TPMA_NV_AUTHWRITE, 32);
    const auto made = secrets().create(1, right_);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Errc::Conflict);
    EXPECT_THAT(made.error().text, HasSubstr("0x01a00001"));
    EXPECT_EQ(secrets().destroy(1).error().code, Errc::Conflict);
    EXPECT_EQ(BareTpm(tpm_.tcti()).undefine(TpmSecret::kFirstIndex + 1), TSS2_RC_SUCCESS);
}

TEST_F(TpmSecretTest, TakesOverAnIndexThatACrashLeftUnwritten) {
    const TPMA_NV ours = TPMA_NV_AUTHREAD | TPMA_NV_AUTHWRITE | TPMA_NV_WRITEDEFINE;
    ASSERT_EQ(BareTpm(tpm_.tcti()).define(TpmSecret::kFirstIndex + 1, ours, 32), TSS2_RC_SUCCESS);
    EXPECT_THAT(secrets().epochs().value(), IsEmpty());
    EXPECT_EQ(secrets().read(1, right_).error().code, Errc::NotFound);
    ASSERT_TRUE(secrets().create(1, right_));
    EXPECT_TRUE(secrets().read(1, right_));
}

TEST_F(TpmSecretTest, CountsUpAcrossAPowerCut) {
    EXPECT_EQ(secrets().counter().value(), 0u);
    const auto first = secrets().increment();
    ASSERT_TRUE(first) << first.error().text;
    EXPECT_GT(*first, 0u);
    EXPECT_EQ(secrets().increment().value(), *first + 1);
    tpm_.stop();
    tpm_.start();
    EXPECT_EQ(secrets().counter().value(), *first + 1);
    EXPECT_EQ(secrets().increment().value(), *first + 2);
}

TEST_F(TpmSecretTest, TheCounterNeverGivesAValueTwiceEvenIfItWasRemoved) {
    std::uint64_t highest = 0;
    for (int i = 0; i < 3; ++i) highest = secrets().increment().value();
    ASSERT_EQ(BareTpm(tpm_.tcti()).undefine(TpmSecret::kCounterIndex), TSS2_RC_SUCCESS);
    EXPECT_EQ(secrets().counter().value(), 0u) << "which a store that has counted will notice";
    tpm_.stop();
    tpm_.start();
    EXPECT_GT(secrets().increment().value(), highest);
}

TEST_F(TpmSecretTest, CountsDuringALockout) {
    ASSERT_TRUE(secrets().create(1, right_));
    for (int i = 0; i < 64; ++i) {
        if (secrets().read(1, wrong_).error().code == Errc::Exhausted) break;
    }
    EXPECT_TRUE(secrets().increment());
    EXPECT_TRUE(secrets().destroy(1)) << "erasing must not wait for it";
}

TEST_F(TpmSecretTest, SaysThatThereIsNoTpmAndWhichOptionNamesOne) {
    tpm_.stop();
    const auto read = secrets().read(1, right_);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::Unavailable);
    const auto none = TpmSecret("device:/nonexistent/tpmrm0").counter();
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, Errc::Unavailable);
    EXPECT_THAT(none.error().text, HasSubstr("/nonexistent/tpmrm0"));
    EXPECT_THAT(none.error().text, HasSubstr("--tpm"));
}

TEST_F(TpmSecretTest, SaysThatDestructionIsGuaranteedAndWhere) {
    EXPECT_EQ(secrets().assurance(), DeviceSecret::Assurance::Tpm);
    EXPECT_EQ(TpmSecret().where(), "TPM at device:/dev/tpmrm0");
}

}  // namespace
}  // namespace sightline::hardware
