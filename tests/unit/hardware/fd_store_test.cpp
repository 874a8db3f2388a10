#include "hardware/fd_store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

namespace sightline::hardware {
namespace {

using base::Descriptor;
using base::Errc;
using testing::HasSubstr;

base::ByteView key() { return base::as_bytes("an epoch key of thirty-two bytes"); }

Descriptor half_sealed(int seals) {
    Descriptor memory(::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    EXPECT_EQ(::write(memory.get(), "key", 3), 3);
    EXPECT_EQ(::fcntl(memory.get(), F_ADD_SEALS, seals), 0);
    return memory;
}

TEST(SealedMemory, GivesBackWhatWasPutIn) {
    const auto memory = make_sealed_memory(key());
    ASSERT_TRUE(memory);
    for (int again = 0; again < 2; ++again) {
        const auto read = read_sealed_memory(memory->get());
        ASSERT_TRUE(read);
        EXPECT_EQ(read->reveal_text(), base::as_text(key()));
    }
}

TEST(SealedMemory, CanNoLongerBeChangedByAnyMeans) {
    const auto memory = make_sealed_memory(key());
    ASSERT_TRUE(memory);
    const int fd = memory->get();
    EXPECT_EQ(::pwrite(fd, "x", 1, 0), -1);
    EXPECT_EQ(errno, EPERM);
    EXPECT_EQ(::ftruncate(fd, 1), -1);
    EXPECT_EQ(::ftruncate(fd, 8192), -1);
    EXPECT_EQ(::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
    EXPECT_EQ(::fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE), -1);
    EXPECT_EQ(read_sealed_memory(fd)->reveal_text(), base::as_text(key()));
}

TEST(SealedMemory, DoesNotLeakToProgramsThatAreStarted) {
    const auto memory = make_sealed_memory(key());
    ASSERT_TRUE(memory);
    EXPECT_EQ(::fcntl(memory->get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(SealedMemory, RefusesWhatSomebodyCouldStillChange) {
    const int all = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    EXPECT_TRUE(read_sealed_memory(half_sealed(all).get()));
    for (const int missing : {F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE}) {
        const auto read = read_sealed_memory(half_sealed(all & ~missing).get());
        ASSERT_FALSE(read) << missing;
        EXPECT_EQ(read.error().code, Errc::Forbidden);
    }
}

TEST(SealedMemory, RefusesADescriptorThatIsNoMemory) {
    const Descriptor null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    EXPECT_EQ(read_sealed_memory(null.get()).error().code, Errc::Forbidden);
    EXPECT_EQ(read_sealed_memory(-1).error().code, Errc::Forbidden);
}

TEST(SealedMemory, IsNeitherEmptyNorLarge) {
    EXPECT_EQ(make_sealed_memory({}).error().code, Errc::TooLarge);
    EXPECT_EQ(make_sealed_memory(base::Bytes(kMaxSealedBytes + 1)).error().code, Errc::TooLarge);
    const auto full = make_sealed_memory(base::Bytes(kMaxSealedBytes, 7));
    ASSERT_TRUE(full);
    EXPECT_EQ(read_sealed_memory(full->get())->reveal().size(), kMaxSealedBytes);
    Descriptor empty(::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    ::fcntl(empty.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    EXPECT_EQ(read_sealed_memory(empty.get()).error().code, Errc::TooLarge);
}

TEST(FdStore, SaysThatNobodyKeepsDescriptorsForAProgramRunByHand) {
    ::unsetenv("NOTIFY_SOCKET");
    const auto kept = FdStore::keep("key", 0);
    ASSERT_FALSE(kept);
    EXPECT_EQ(kept.error().code, Errc::Unavailable);
    EXPECT_THAT(kept.error().text, HasSubstr("'key'"));
    EXPECT_FALSE(FdStore().take("key"));
}

TEST(FdStore, RefusesNamesThatTheProtocolCannotCarry) {
    for (const std::string& name :
         {std::string(), std::string("a:b"), std::string("a\nFDSTORE=1"), std::string(256, 'a')}) {
        EXPECT_EQ(FdStore::keep(name, 0).error().code, Errc::Malformed) << name;
        EXPECT_EQ(FdStore::forget(name).error().code, Errc::Malformed) << name;
    }
}

}  // namespace
}  // namespace sightline::hardware
