#include "appliance/supervisor/descriptor_store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace sightline::supervisor {
namespace {

using Kept = DescriptorStore::Kept;
using Descriptors = NotifyMessage::Descriptors;

Descriptor any() { return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }
bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

std::vector<std::string> names(const DescriptorStore& store) {
    std::vector<std::string> all;
    for (const auto& one : store.held()) all.push_back(one.name);
    return all;
}

TEST(DescriptorStore, HandsOverTheNewestFirst) {
    DescriptorStore store(3);
    EXPECT_EQ(store.keep("a", any()), Kept::Yes);
    EXPECT_EQ(store.keep("b", any()), Kept::Yes);
    EXPECT_EQ(store.keep("a", any()), Kept::Yes);
    EXPECT_THAT(names(store), testing::ElementsAre("a", "b", "a"));
}

TEST(DescriptorStore, ClosesWhatItHasNoRoomFor) {
    DescriptorStore store(1);
    ASSERT_EQ(store.keep("a", any()), Kept::Yes);
    Descriptor more = any();
    const int number = more.get();
    EXPECT_EQ(store.keep("b", std::move(more)), Kept::Full);
    EXPECT_FALSE(is_open(number));
    EXPECT_THAT(names(store), testing::ElementsAre("a"));
    EXPECT_EQ(DescriptorStore(0).keep("a", any()), Kept::Full);
}

TEST(DescriptorStore, KeepsOneOpenFileOnce) {
    DescriptorStore store(2);
    const Descriptor file = any();
    ASSERT_EQ(store.keep("a", Descriptor(::dup(file.get()))), Kept::Yes);
    EXPECT_EQ(store.keep("b", Descriptor(::dup(file.get()))), Kept::Already);
    EXPECT_EQ(store.keep("c", any()), Kept::Yes) << "the same path, but another open file";
}

TEST(DescriptorStore, ForgetsAllOfAName) {
    DescriptorStore store(3);
    Descriptor first = any();
    const int number = first.get();
    store.keep("a", std::move(first));
    store.keep("b", any());
    store.keep("a", any());
    store.forget("a");
    EXPECT_FALSE(is_open(number));
    EXPECT_THAT(names(store), testing::ElementsAre("b"));
    store.forget("nothing of that name");
    store.clear();
    EXPECT_THAT(store.held(), testing::IsEmpty());
}

TEST(NotifyMessage, ReadsEachLineAndIgnoresTheRest) {
    const auto said = parse_notify("STATUS=READY=1 soon\nREADY=1\nMAINPID=3\nWATCHDOG=1\n");
    EXPECT_TRUE(said.ready);
    EXPECT_TRUE(said.alive);
    EXPECT_EQ(said.descriptors, Descriptors::None);
    EXPECT_FALSE(parse_notify("STATUS=READY=1").ready);
    EXPECT_FALSE(parse_notify("").alive);
}

TEST(NotifyMessage, KeepsOnlyWhenAsked) {
    EXPECT_EQ(parse_notify("FDNAME=key").descriptors, Descriptors::None);
    EXPECT_EQ(parse_notify("FDSTORE=0\nFDNAME=key").descriptors, Descriptors::None);
    const auto said = parse_notify("FDSTORE=1\nFDNAME=key");
    EXPECT_EQ(said.descriptors, Descriptors::Keep);
    EXPECT_EQ(said.name, "key");
}

TEST(NotifyMessage, CallsStoredWhatHasNoNameThatCouldBeHandedOver) {
    EXPECT_EQ(parse_notify("FDSTORE=1").name, "stored");
    EXPECT_EQ(parse_notify("FDSTORE=1\nFDNAME=a:b").name, "stored");
    EXPECT_EQ(parse_notify("FDSTORE=1\nFDNAME=" + std::string(256, 'a')).name, "stored");
}

TEST(NotifyMessage, ForgetsOnlyByNameAndRatherThanKeeping) {
    EXPECT_EQ(parse_notify("FDSTOREREMOVE=1").descriptors, Descriptors::None);
    const auto said = parse_notify("FDSTORE=1\nFDSTOREREMOVE=1\nFDNAME=key");
    EXPECT_EQ(said.descriptors, Descriptors::Forget);
    EXPECT_EQ(said.name, "key");
}

}  // namespace
}  // namespace sightline::supervisor
